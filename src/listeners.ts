import { EventEmitter } from 'node:events'
import type { ProcessEvent, ProcessEventType } from './model/events.ts'
import type { ProcessLog } from './model/logs.ts'
import type { ProcessStats } from './model/state.ts'

/** What `on()` listens to: every kind of process event, log lines, and usage every five seconds by process name. */
export type ManagerEvents = Record<ProcessEventType, ProcessEvent> & {
  log: ProcessLog
  stats: Record<string, ProcessStats>
}

/** Where the news comes from. */
export interface Feeds {
  events(signal: AbortSignal): AsyncIterable<ProcessEvent>
  follow(callback: (log: ProcessLog) => void): () => void
  stats(): Promise<Record<string, ProcessStats>>
}

const STATS_EVERY = 5000

/** Opens a feed when its first listener comes, and closes it with its last. */
export class Listeners {
  readonly #emitter = new EventEmitter()
  readonly #feeds: Feeds
  readonly #open = new Map<'events' | 'log' | 'stats', () => void>()

  constructor(feeds: Feeds) {
    this.#feeds = feeds
    // An `error` event without a listener must not throw: it is news of a process, not a failure of ours.
    this.#emitter.on('error', () => {})
  }

  on<Type extends keyof ManagerEvents>(type: Type, listener: (event: ManagerEvents[Type]) => void): void {
    this.#emitter.on(type, listener)
    this.#update()
  }

  off<Type extends keyof ManagerEvents>(type: Type, listener: (event: ManagerEvents[Type]) => void): void {
    this.#emitter.off(type, listener)
    this.#update()
  }

  /** News of the manager itself, under `warning`. */
  warn(message: string): void {
    this.#emitter.emit('warning', {
      time: Date.now(),
      name: '',
      type: 'warning',
      run: 0,
      message,
    } satisfies ProcessEvent)
  }

  close(): void {
    this.#emitter.removeAllListeners()
    this.#update()
  }

  #update(): void {
    const names = this.#emitter.eventNames()
    const heard = (type: string) => this.#emitter.listenerCount(type) > (type === 'error' ? 1 : 0)
    this.#set('log', heard('log'), () => this.#feeds.follow((log) => this.#emitter.emit('log', log)))
    this.#set('stats', heard('stats'), () => this.#pollStats())
    this.#set(
      'events',
      names.some((type) => type !== 'log' && type !== 'stats' && heard(String(type))),
      () => this.#relayEvents(),
    )
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
      for await (const event of this.#feeds.events(end.signal)) this.#emitter.emit(event.type, event)
    }
    relay().catch(
      (error: Error) => !end.signal.aborted && this.warn(`events are not received any more: ${error.message}`),
    )
    return () => end.abort()
  }

  #pollStats(): () => void {
    const timer = setInterval(() => {
      this.#feeds.stats().then(
        (stats) => this.#emitter.emit('stats', stats),
        (error: Error) => this.warn(`usage could not be read: ${error.message}`),
      )
    }, STATS_EVERY).unref()
    return () => clearInterval(timer)
  }
}
