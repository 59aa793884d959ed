/** Items that may wait for one reader. */
const LONGEST_QUEUE = 10_000

/**
 * Passes each item to all listeners. An object that is built early announces something here, and objects that are built later
 * listen, so nothing refers to what does not exist yet. A slow reader of `iterate` loses its oldest items; the supervisor does
 * not run out of memory.
 */
export class Broadcast<Item> {
  readonly #listeners = new Set<(item: Item) => void>()

  emit(item: Item): void {
    for (const listener of [...this.#listeners]) listener(item)
  }

  /** Returns a function that removes the listener. */
  listen(listener: (item: Item) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Every item from now on, until the signal aborts. */
  iterate(signal: AbortSignal): AsyncGenerator<Item, void, undefined> {
    const items: Item[] = []
    let wake = () => {}
    const unlisten = this.listen((item) => {
      if (items.push(item) > LONGEST_QUEUE) items.shift()
      wake()
    })
    const aborted = () => {
      // If nobody has asked for an item yet, the generator below has not begun and its `finally` never runs.
      unlisten()
      wake()
    }
    signal.addEventListener('abort', aborted, { once: true })
    return (async function* () {
      try {
        while (!signal.aborted) {
          const item = items.shift()
          if (item !== undefined) yield item
          else await new Promise<void>((resolve) => (wake = resolve))
        }
      } finally {
        unlisten()
      }
    })()
  }
}

/** A function that runs `action` at the end of this turn of the event loop, once, however often it is called before. */
export function oncePerTurn(action: () => void): () => void {
  let isDue = false
  return () => {
    if (isDue) return
    isDue = true
    setImmediate(() => {
      isDue = false
      action()
    })
  }
}
