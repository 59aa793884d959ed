import { type History, withSample } from '../commands/monitor/history.ts'
import type { MonitorSnapshot } from '../commands/monitor/view/index.ts'
import { type ProcessLog, ProcessManager, type ProcessState } from '../src/index.ts'
import { firstLook } from '../src/manager/first-look.ts'

export interface FeedOptions {
  tuixDir: string
  /** Undefined means all processes. */
  names: string[] | undefined
  /** ms */
  refreshInterval: number
  withLogs: boolean
}

/** Log lines to show. */
const LINES = 10
/** Time in ms without a frame after which the feed ends. */
const IDLE_LIMIT = 300_000
/** Shortest time in ms between two refreshes. */
const SHORTEST_INTERVAL = 100

const feeds = new Map<string, MonitorFeed>()

/** The feed for these options, shared by all calls, since a component is called anew for each frame. */
export function feedOf(options: FeedOptions, redraw?: () => void): MonitorFeed {
  const key = JSON.stringify(options)
  const feed = feeds.get(key) ?? new MonitorFeed(options, () => feeds.delete(key))
  feeds.set(key, feed)
  if (redraw) feed.onUpdate(redraw)
  return feed
}

/** Keeps the state of some processes: first from the disk, then refreshed regularly in the background. */
export class MonitorFeed {
  readonly #options: FeedOptions
  readonly #manager: ProcessManager
  readonly #listeners = new Set<() => void>()
  readonly #ended: () => void
  readonly #timer: NodeJS.Timeout
  #processes: ProcessState[]
  #history: History
  #logs: ProcessLog[]
  #isRefreshing = false
  #lastSnapshot = Date.now()

  constructor(options: FeedOptions, ended: () => void) {
    this.#options = options
    this.#ended = ended
    this.#manager = new ProcessManager({ tuixDir: options.tuixDir, supervisor: 'daemon', onWarning() {} })
    const isWanted = (process: Pick<ProcessState, 'name' | 'instanceOf'>) => this.#isSelected(process)
    const { processes, logs } = firstLook(this.#manager.tuixDir, isWanted, options.withLogs ? LINES : 0)
    this.#processes = processes
    this.#history = withSample({}, processes)
    this.#logs = logs
    this.#timer = setInterval(() => void this.#refresh(), Math.max(SHORTEST_INTERVAL, options.refreshInterval)).unref()
    void this.#refresh()
  }

  snapshot(): MonitorSnapshot {
    this.#lastSnapshot = Date.now()
    return { processes: this.#processes, history: this.#history, logs: this.#logs, now: Date.now() }
  }

  /** Calls `listener` after every refresh. */
  onUpdate(listener: () => void): void {
    this.#listeners.add(listener)
  }

  async #refresh(): Promise<void> {
    if (Date.now() - this.#lastSnapshot > IDLE_LIMIT) return this.#end()
    if (this.#isRefreshing) return
    this.#isRefreshing = true
    try {
      this.#processes = (await this.#states()).filter((state) => this.#isSelected(state))
      this.#history = withSample(this.#history, this.#processes)
      const names = this.#processes.map(({ name }) => name)
      if (this.#options.withLogs && names.length > 0) this.#logs = await this.#manager.logs(names, LINES)
    } catch {
      // The last known state stays on the screen until a refresh succeeds.
    } finally {
      this.#isRefreshing = false
    }
    for (const listener of this.#listeners) listener()
  }

  /** Reads the saved state if there is no supervisor, since showing processes must not start one. */
  async #states(): Promise<ProcessState[]> {
    return (await this.#manager.supervisor()) ? this.#manager.list() : this.#manager.saved()
  }

  #isSelected({ name, instanceOf }: Pick<ProcessState, 'name' | 'instanceOf'>): boolean {
    const { names } = this.#options
    return !names || names.includes(name) || names.includes(instanceOf ?? '')
  }

  #end(): void {
    clearInterval(this.#timer)
    this.#ended()
  }
}
