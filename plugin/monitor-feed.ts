import { type History, withSample } from '../commands/monitor/history.ts'
import type { MonitorSnapshot } from '../commands/monitor/view/index.ts'
import { type ProcessLog, ProcessManager, type ProcessState } from '../src/index.ts'

export interface FeedOptions {
  tuixDir: string
  /** Absent: all processes. */
  names: string[] | undefined
  /** ms */
  refreshInterval: number
  withLogs: boolean
}

/** Lines of the log that are shown. */
const LINES = 10
/** ms without anybody asking for a frame, after which it stops looking. */
const PATIENCE = 300_000
/** More looks than this say nothing new: ms between them. */
const SHORTEST = 100

const feeds = new Map<string, MonitorFeed>()

/** The feed for these options, the same one at every call: a component is called anew for each frame. */
export function feedOf(options: FeedOptions, redraw?: () => void): MonitorFeed {
  const key = JSON.stringify(options)
  const feed = feeds.get(key) ?? new MonitorFeed(options, () => feeds.delete(key))
  feeds.set(key, feed)
  if (redraw) feed.onNews(redraw)
  return feed
}

/** What is known of some processes: at first from the disk, then by looking at them every so often, in the background. */
export class MonitorFeed {
  readonly #options: FeedOptions
  readonly #manager: ProcessManager
  readonly #listeners = new Set<() => void>()
  readonly #ended: () => void
  readonly #timer: NodeJS.Timeout
  #processes: ProcessState[]
  #history: History = {}
  #logs: ProcessLog[] = []
  #isLooking = false
  #askedAt = Date.now()

  constructor(options: FeedOptions, ended: () => void) {
    this.#options = options
    this.#ended = ended
    this.#manager = new ProcessManager({ tuixDir: options.tuixDir, supervisor: 'daemon', onWarning() {} })
    this.#processes = this.#meant(this.#manager.saved())
    this.#timer = setInterval(() => void this.#look(), Math.max(SHORTEST, options.refreshInterval)).unref()
    void this.#look()
  }

  snapshot(): MonitorSnapshot {
    this.#askedAt = Date.now()
    return { processes: this.#processes, history: this.#history, logs: this.#logs, now: Date.now() }
  }

  /** Called after every look. */
  onNews(listener: () => void): void {
    this.#listeners.add(listener)
  }

  async #look(): Promise<void> {
    if (Date.now() - this.#askedAt > PATIENCE) return this.#end()
    if (this.#isLooking) return
    this.#isLooking = true
    try {
      this.#processes = this.#meant(await this.#states())
      this.#history = withSample(this.#history, this.#processes)
      const names = this.#processes.map(({ name }) => name)
      if (this.#options.withLogs && names.length > 0) this.#logs = await this.#manager.logs(names, LINES)
    } catch {
      // What was known stays on the screen; the next look may do better.
    } finally {
      this.#isLooking = false
    }
    for (const listener of this.#listeners) listener()
  }

  /** Whoever only shows something must not bring a supervisor into being. */
  async #states(): Promise<ProcessState[]> {
    return (await this.#manager.supervisor()) ? this.#manager.list() : this.#manager.saved()
  }

  #meant(states: ProcessState[]): ProcessState[] {
    const { names } = this.#options
    return names
      ? states.filter((state) => names.includes(state.name) || names.includes(state.instanceOf ?? ''))
      : states
  }

  #end(): void {
    clearInterval(this.#timer)
    this.#ended()
  }
}
