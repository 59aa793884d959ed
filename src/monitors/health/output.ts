import { FileGrowthWatcher } from '../../logs/timestamps/growth-watcher.ts'
import type { WatchFile } from '../../logs/timestamps/watch-file.ts'
import { patternText, type ResolvedHealthCheck } from '../../model/config/health-check.ts'
import { reasonOf } from '../../model/text/system-error.ts'
import { seconds } from '../../model/text/text.ts'
import type { Clock } from '../../system/clock.ts'
import { StreamScan } from './stream-scan.ts'
import type { HealthTarget, Report } from './types.ts'

type OutputCheck = Extract<ResolvedHealthCheck, { type: 'output' }>
type OutputTarget = Pick<HealthTarget, 'source' | 'logStart' | 'startedAt' | 'health'>

/** Time in ms between two chunks while there is more to read. It limits reading to 10 MB a second of each stream. */
const PAUSE = 25
/**
 * Time in ms between checks without an event. Bun starts a watch in the background, so the first writes may cause no
 * event.
 */
const RECHECK = 1000

/**
 * Searches the run's own log files for the pattern, each time they grow. Reports a success when it is seen, and a
 * failure for every interval in which it was not. After a success it ends, or with `repeat` searches again in the next
 * interval. Under a flood it reads no faster than `PAUSE` allows, so it finds the pattern late, but finds it.
 */
export class OutputMonitor {
  readonly #check: OutputCheck
  readonly #target: OutputTarget
  readonly #report: Report
  readonly #clock: Clock
  readonly #watchFile: WatchFile | undefined
  readonly #scans: StreamScan[]
  #watcher: FileGrowthWatcher | undefined
  #cancelTick = () => {}
  #cancelPass = () => {}
  #cancelRecheck = () => {}
  /** Runs all asynchronous work, one task after the other. */
  #queue: Promise<void> = Promise.resolve()
  #isSearching = false
  /** A pass is queued. */
  #isDue = false
  /** There is more to read, after a pause. */
  #isPaused = false
  #wasSeen = false
  #isClosed = false
  #problem = ''

  constructor(check: OutputCheck, target: OutputTarget, report: Report, clock: Clock, watchFile?: WatchFile) {
    this.#check = check
    this.#target = target
    this.#report = report
    this.#clock = clock
    this.#watchFile = watchFile
    const { source, logStart } = target
    const files = new Map([
      [source.errorFile, logStart.stderr],
      [source.logFile, logStart.stdout],
    ])
    this.#scans = [...files].map(([path, offset]) => new StreamScan(path, offset, check.outputPattern))
  }

  start(): void {
    const wasHealthy = this.#target.health.status === 'healthy'
    // The pattern was seen before this supervisor adopted the run, and once is enough.
    if (wasHealthy && !this.#check.repeat) return
    this.#scheduleTick(this.#clock.now())
    this.#search(wasHealthy)
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#cancelTick()
    this.#stopSearching()
    this.#enqueue(() => Promise.all(this.#scans.map((scan) => scan.close())))
  }

  /** @param onlyNew ignores what was written before */
  #search(onlyNew: boolean): void {
    this.#wasSeen = false
    this.#enqueue(async () => {
      if (onlyNew) await Promise.all(this.#scans.map((scan) => scan.skip()))
      this.#isSearching = !this.#isClosed
    })
    const paths = this.#scans.map(({ path }) => path)
    const options = this.#watchFile && { watchFile: this.#watchFile }
    const onGrowth = () => {
      this.#wake()
      return true
    }
    this.#watcher = new FileGrowthWatcher(paths, onGrowth, options)
    this.#wake()
    this.#scheduleRecheck()
  }

  #stopSearching(): void {
    this.#isSearching = false
    this.#watcher?.close()
    this.#cancelPass()
    this.#cancelRecheck()
    this.#isPaused = false
  }

  #scheduleRecheck(): void {
    this.#cancelRecheck = this.#clock.after(RECHECK, () => {
      this.#wake()
      this.#scheduleRecheck()
    })
  }

  #wake(): void {
    if (this.#isDue || this.#isPaused) return
    this.#isDue = true
    this.#enqueue(async () => {
      this.#isDue = false
      if (!this.#isPaused) await this.#pass()
    })
  }

  async #pass(): Promise<void> {
    let hasMore = false
    for (const scan of this.#scans) {
      if (!this.#isSearching) return
      const result = await scan.scan()
      if (result === 'found' && this.#isSearching) return this.#onSeen()
      hasMore ||= result === 'more'
    }
    this.#problem = ''
    if (!hasMore || !this.#isSearching) return
    this.#isPaused = true
    this.#cancelPass = this.#clock.after(PAUSE, () => {
      this.#isPaused = false
      this.#wake()
    })
  }

  #onSeen(): void {
    this.#wasSeen = true
    this.#stopSearching()
    if (!this.#check.repeat) this.close()
    this.#report({
      at: this.#clock.now(),
      ok: true,
      took: 0,
      detail: `${patternText(this.#check.outputPattern)} was seen`,
    })
  }

  /**
   * Intervals count from the end of the grace period. The planned time is reported, since a timer may fire a little
   * early.
   */
  #scheduleTick(after: number): void {
    const { interval, startPeriod } = this.#check
    const base = this.#target.startedAt + startPeriod
    const at = base + (Math.max(0, Math.floor((after - base) / interval)) + 1) * interval
    // Not later than after a whole interval, even if the clock was set back since the start.
    const ms = Math.min(at - this.#clock.now(), startPeriod + interval)
    this.#cancelTick = this.#clock.after(ms, () => this.#tick(at))
  }

  #tick(at: number): void {
    this.#scheduleTick(Math.max(at, this.#clock.now()))
    if (this.#wasSeen) {
      this.#search(true)
      return
    }
    const problem = this.#problem && `: ${this.#problem}`
    const detail = `${patternText(this.#check.outputPattern)} was not seen within ${seconds(this.#check.interval)}${problem}`
    this.#report({ at, ok: false, took: 0, detail })
  }

  #enqueue(task: () => Promise<unknown>): void {
    this.#queue = this.#queue.then(async () => {
      try {
        await task()
      } catch (error) {
        this.#problem = reasonOf(error)
      }
    })
  }
}
