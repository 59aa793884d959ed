/**
 * A generator whose `return()`, and so a `break` out of its loop, ends it at once. One's own `return` would wait for the
 * `next` before it, which may wait for something that never comes.
 *
 * @param begin makes the generator; its end is told by the signal
 * @param signal ends it, too
 */
export function endable<Item>(
  begin: (end: AbortSignal) => AsyncGenerator<Item, void, undefined>,
  signal?: AbortSignal,
): AsyncGenerator<Item, void, undefined> {
  const end = new AbortController()
  const items = begin(signal ? AbortSignal.any([signal, end.signal]) : end.signal)
  const finish = items.return.bind(items)
  items.return = (value) => {
    end.abort()
    return finish(value)
  }
  return items
}
