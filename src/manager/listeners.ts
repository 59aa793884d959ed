import { EVENT_TYPES, type ProcessEvent, type ProcessEventType } from '../model/lifecycle/events.ts'
import { reasonOf } from '../model/text/system-error.ts'
import type { ProcessLog } from '../model/views/logs.ts'
import type { ProcessStats } from '../model/views/state.ts'

/** Events of `on()`: every type of process event, log lines, and usage by process name every five seconds. */
export type ManagerEvents = Record<ProcessEventType, ProcessEvent> & {
  log: ProcessLog
  stats: Record<string, ProcessStats>
}

/** Sources of the events. */
export interface Feeds {
  events(signal: AbortSignal): AsyncIterable<ProcessEvent>
  follow(callback: (log: ProcessLog) => void): () => void
  stats(): Promise<Record<string, ProcessStats>>
}

const STATS_EVERY = 5000
const TYPES: readonly string[] = [...EVENT_TYPES, 'log', 'stats']

/** Opens a source for its first listener, and closes it after its last. */
export class Listeners {
  readonly #listeners = new Map<string, Set<(event: never) => void>>()
  readonly #feeds: Feeds
  readonly #open = new Map<'events' | 'log' | 'stats', () => void>()

  constructor(feeds: Feeds) {
    this.#feeds = feeds
  }

  on<Type extends keyof ManagerEvents>(type: Type, listener: (event: ManagerEvents[Type]) => void): void {
    // Whoever listens to a wrong one would not hear a warning among the events either.
    if (!TYPES.includes(type)) process.emitWarning(`there is no event \`${type}\`; available: ${TYPES.join(', ')}`)
    const listeners = this.#listeners.get(type) ?? new Set()
    this.#listeners.set(type, listeners.add(listener))
    this.#update()
  }

  off<Type extends keyof ManagerEvents>(type: Type, listener: (event: ManagerEvents[Type]) => void): void {
    const listeners = this.#listeners.get(type)
    listeners?.delete(listener)
    if (listeners?.size === 0) this.#listeners.delete(type)
    this.#update()
  }

  /** Emits a `warning` of the manager itself. */
  warn(message: string): void {
    this.#emit('warning', { time: Date.now(), name: '', type: 'warning', run: 0, message })
  }

  close(): void {
    this.#listeners.clear()
    this.#update()
  }

  #emit<Type extends keyof ManagerEvents>(type: Type, event: ManagerEvents[Type]): void {
    const listeners = this.#listeners.get(type) ?? []
    for (const listener of [...listeners] as ((event: ManagerEvents[Type]) => void)[]) listener(event)
  }

  #update(): void {
    const types = [...this.#listeners.keys()]
    this.#set('log', types.includes('log'), () => this.#feeds.follow((log) => this.#emit('log', log)))
    this.#set('stats', types.includes('stats'), () => this.#pollStats())
    const events = types.some((type) => type !== 'log' && type !== 'stats')
    this.#set('events', events, () => this.#relayEvents())
  }

  #set(feed: 'events' | 'log' | 'stats', wanted: boolean, open: () => () => void): void {
    if (wanted && !this.#open.has(feed)) this.#open.set(feed, open())
    if (!wanted) {
      this.#open.get(feed)?.()
      this.#open.delete(feed)
    }
  }

  #relayEvents(): () => void {
    const end = new AbortController()
    const relay = async () => {
      for await (const event of this.#feeds.events(end.signal)) this.#emit(event.type, event)
    }
    relay().catch(
      (error: Error) => !end.signal.aborted && this.warn(`events are no longer received: ${reasonOf(error)}`),
    )
    return () => end.abort()
  }

  #pollStats(): () => void {
    const timer = setInterval(() => {
      this.#feeds.stats().then(
        (stats) => this.#emit('stats', stats),
        (error: Error) => this.warn(`usage could not be read: ${reasonOf(error)}`),
      )
    }, STATS_EVERY).unref()
    return () => clearInterval(timer)
  }
}
