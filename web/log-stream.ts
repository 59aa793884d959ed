import { signal } from '@preact/signals'
import type { LogLine, LogPage } from '../src/model/views/logs.ts'
import { get, type LogsQuery, textOf } from './api.ts'

/** Lines to begin with, that are kept, and of one look further back. */
const FIRST = 2000
const MOST = 100_000
const EARLIER = 10_000
/** Lines beyond `MOST` that are let go together. */
const SLACK = 5000
/** ms */
const RETRY_EVERY = 1000

/** Lines of logs as they are written. It goes on where it was when the supervisor, or the one who looks, comes back. */
export class LogStream {
  /** Oldest first. */
  lines: LogLine[] = []
  /** Number of the first of them: above 0 once lines were let go, below 0 once earlier ones were added. */
  first = 0
  /** Counts changes of what is above. */
  readonly changed = signal(0)
  readonly state = signal<'loading' | 'live' | 'gone'>('loading')
  /** Why there are none, in words. */
  readonly problem = signal<string | null>(null)
  readonly hasEarlier = signal(false)
  readonly #query: LogsQuery
  #cursor: string | undefined
  #source: EventSource | null = null
  #retry: ReturnType<typeof setTimeout> | undefined

  constructor(query: LogsQuery) {
    this.#query = query
    document.addEventListener('visibilitychange', this.#look)
    this.#look()
  }

  close(): void {
    document.removeEventListener('visibilitychange', this.#look)
    this.#leave()
  }

  /** Adds what was written before the first line. */
  async earlier(): Promise<void> {
    const time = this.lines[0]?.timestamp
    if (time === undefined) return
    const query = { ...this.#query, until: Date.parse(time), lines: EARLIER }
    const { logs } = await get<LogPage>('/v1/logs', query)
    if (this.lines[0]?.timestamp !== time) return
    // Lines of the same millisecond come again.
    const again = this.lines.findIndex((line) => line.timestamp !== time)
    const twice = again < 0 ? this.lines.length : again
    this.hasEarlier.value = logs.length === EARLIER && logs[0]?.timestamp !== time && this.lines.length < MOST
    if (logs.length < twice) return
    this.lines = [...logs, ...this.lines.slice(twice)]
    this.first -= logs.length - twice
    this.changed.value++
  }

  /** Is connected while the page is seen: a browser has six connections for all its tabs. */
  readonly #look = (): void => {
    if (document.hidden) this.#leave()
    else if (!this.#source) this.#connect()
  }

  #leave(): void {
    clearTimeout(this.#retry)
    this.#source?.close()
    this.#source = null
  }

  #connect(): void {
    const from = this.#cursor === undefined ? { lines: FIRST } : { cursor: this.#cursor }
    const source = new EventSource(`/v1/logs/follow${textOf({ ...this.#query, ...from })}`)
    this.#source = source
    source.onopen = () => {
      this.state.value = 'live'
      this.problem.value = null
    }
    source.onmessage = ({ data }) => this.#add(JSON.parse(data))
    source.onerror = () => {
      this.#leave()
      this.state.value = 'gone'
      this.#retry = setTimeout(this.#look, RETRY_EVERY)
      void this.#explain()
    }
  }

  /** An event source does not tell why it failed. */
  async #explain(): Promise<void> {
    const reason = await get('/v1/logs', { ...this.#query, lines: 1 }).then(
      () => null,
      (error) => (error instanceof TypeError ? null : String(error.message)),
    )
    if (this.state.value === 'gone') this.problem.value = reason
  }

  #add({ logs, cursor }: LogPage): void {
    if (this.#cursor === undefined) this.hasEarlier.value = logs.length === FIRST
    this.#cursor = cursor
    for (const line of logs) this.lines.push(line)
    const surplus = this.lines.length - MOST
    if (surplus > SLACK) {
      this.lines.splice(0, surplus)
      this.first += surplus
      this.hasEarlier.value = false
    }
    this.changed.value++
  }
}
