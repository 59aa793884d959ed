/**
 * A generator whose `return()`, and so a `break` out of its loop, ends it at once. The `return()` of a plain generator
 * waits for the `next()` before it, which may never resolve.
 *
 * @param begin makes the generator, which has to end when the signal aborts
 * @param signal also ends it
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

/** The same items. The app stays alive from the first one that is asked for until the end. */
export async function* keepingAlive<Item>(
  items: AsyncGenerator<Item, void, undefined>,
): AsyncGenerator<Item, void, undefined> {
  const alive = keepAlive()
  try {
    yield* items
  } finally {
    clearInterval(alive)
  }
}

/** The app stays alive until the promise is settled. */
export async function aliveUntil<Result>(settled: Promise<Result>): Promise<Result> {
  const alive = keepAlive()
  try {
    return await settled
  } finally {
    clearInterval(alive)
  }
}

/** Keeps the app alive until it is cleared. */
export function keepAlive(): NodeJS.Timeout {
  return setInterval(() => {}, 2 ** 30)
}
