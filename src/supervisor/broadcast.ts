/** Tells many listeners of what happens; a slow one loses its oldest news rather than the supervisor its memory. */
export class Broadcast<Item> {
  readonly #listeners = new Set<(item: Item) => void>()

  emit(item: Item): void {
    for (const listener of [...this.#listeners]) listener(item)
  }

  /** Until the result is called. */
  listen(listener: (item: Item) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Everything from now on, until the signal aborts. */
  iterate(signal: AbortSignal): AsyncIterable<Item> {
    const items: Item[] = []
    let wake = () => {}
    const unlisten = this.listen((item) => {
      if (items.push(item) > LONGEST_QUEUE) items.shift()
      wake()
    })
    const aborted = () => {
      // Also for one who never asked for an item: the generator below has not begun then, and never ends.
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

/** Items that wait for one listener. */
const LONGEST_QUEUE = 10_000
