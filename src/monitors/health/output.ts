import { GrowthWatch } from '../../logs/growth.ts'
import type { WatchFile } from '../../logs/watch-file.ts'
import type { ResolvedHealthCheck } from '../../model/config.ts'
import { seconds } from '../../model/restart.ts'
import type { Clock } from '../../system/clock.ts'
import type { HealthTarget, Report } from './probe.ts'
import { StreamScan } from './stream-scan.ts'

type OutputCheck = Extract<ResolvedHealthCheck, { type: 'output' }>
type OutputTarget = Pick<HealthTarget, 'source' | 'logStart' | 'startedAt' | 'health'>

/** ms between two chunks while there is more to read: at most 10 MB a second of each stream, behind a flood if need be. */
const PAUSE = 25
/** ms between looks that no event asks for: Bun begins a watch beside the program, and what is written before is not told. */
const UNASKED = 1000

/**
 * Looks for the pattern in the run's own log files, woken when they grow. Reports a success when it is seen, and a failure
 * for every interval in which it was not; once seen that is all, or with `repeat` it begins anew with the next interval.
 * Under a flood it reads no faster than `PAUSE` allows and finds the pattern late, but finds it.
 */
export class OutputMonitor {
  readonly #check: OutputCheck
  readonly #target: OutputTarget
  readonly #report: Report
  readonly #clock: Clock
  readonly #watchFile: WatchFile | undefined
  readonly #scans: StreamScan[]
  #growth: GrowthWatch | undefined
  #cancelTick = () => {}
  #cancelPass = () => {}
  #cancelUnasked = () => {}
  /** Everything asynchronous, one after the other. */
  #work: Promise<void> = Promise.resolve()
  #isSearching = false
  /** A pass is queued. */
  #isDue = false
  /** There is more to read, but not yet. */
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
    // Taken over by this supervisor, and nothing more is asked of it.
    if (wasHealthy && !this.#check.repeat) return
    this.#scheduleTick(this.#clock.now())
    this.#search(wasHealthy)
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#cancelTick()
    this.#rest()
    this.#then(() => Promise.all(this.#scans.map((scan) => scan.close())))
  }

  /** @param anew only what is written from now on counts */
  #search(anew: boolean): void {
    this.#wasSeen = false
    this.#then(async () => {
      if (anew) await Promise.all(this.#scans.map((scan) => scan.skip()))
      this.#isSearching = !this.#isClosed
    })
    const paths = this.#scans.map(({ path }) => path)
    const options = this.#watchFile && { watchFile: this.#watchFile }
    const look = () => {
      this.#wake()
      return true
    }
    this.#growth = new GrowthWatch(paths, look, options)
    this.#wake()
    this.#lookUnasked()
  }

  #rest(): void {
    this.#isSearching = false
    this.#growth?.close()
    this.#cancelPass()
    this.#cancelUnasked()
    this.#isPaused = false
  }

  #lookUnasked(): void {
    this.#cancelUnasked = this.#clock.after(UNASKED, () => {
      this.#wake()
      this.#lookUnasked()
    })
  }

  #wake(): void {
    if (this.#isDue || this.#isPaused) return
    this.#isDue = true
    this.#then(async () => {
      this.#isDue = false
      if (!this.#isPaused) await this.#pass()
    })
  }

  async #pass(): Promise<void> {
    let isBehind = false
    for (const scan of this.#scans) {
      if (!this.#isSearching) return
      const look = await scan.look()
      if (look === 'seen' && this.#isSearching) return this.#seen()
      isBehind ||= look === 'behind'
    }
    this.#problem = ''
    if (!isBehind || !this.#isSearching) return
    this.#isPaused = true
    this.#cancelPass = this.#clock.after(PAUSE, () => {
      this.#isPaused = false
      this.#wake()
    })
  }

  #seen(): void {
    this.#wasSeen = true
    this.#rest()
    if (!this.#check.repeat) this.close()
    this.#report({ at: this.#clock.now(), ok: true, took: 0, detail: `${this.#shown()} was seen` })
  }

  /** Intervals count from the end of the grace period. A timer may fire a little early: the planned time is told and kept. */
  #scheduleTick(after: number): void {
    const { interval, startPeriod } = this.#check
    const base = this.#target.startedAt + startPeriod
    const at = base + (Math.max(0, Math.floor((after - base) / interval)) + 1) * interval
    this.#cancelTick = this.#clock.after(at - this.#clock.now(), () => this.#tick(at))
  }

  #tick(at: number): void {
    this.#scheduleTick(Math.max(at, this.#clock.now()))
    if (this.#wasSeen) {
      this.#search(true)
      return
    }
    const problem = this.#problem && `: ${this.#problem}`
    const detail = `${this.#shown()} was not seen within ${seconds(this.#check.interval)}${problem}`
    this.#report({ at, ok: false, took: 0, detail })
  }

  #then(work: () => Promise<unknown>): void {
    this.#work = this.#work.then(async () => {
      try {
        await work()
      } catch (error) {
        this.#problem = (error as Error).message
      }
    })
  }

  #shown(): string {
    const { outputPattern } = this.#check
    if (typeof outputPattern === 'string') return JSON.stringify(outputPattern)
    return `/${outputPattern.source}/${outputPattern.flags}`
  }
}
