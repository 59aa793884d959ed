import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { ResolvedWatch } from '../../src/model/config/config.ts'
import { startWatch, type WatchReport, type WatchSurroundings } from '../../src/monitors/watch/index.ts'
import { systemClock } from '../../src/system/clock.ts'
import { tempFolder } from './temp.ts'
import { until } from './until.ts'

export interface WatchOptions extends Partial<ResolvedWatch>, Partial<WatchSurroundings> {
  /** ms until a change is noticed, at most. */
  delay?: number
}

export interface Watching {
  /** ms within which a change is reported. */
  pace: number
  reports: WatchReport[]
  changes(): Extract<WatchReport, { type: 'change' }>[]
  /** The first file of each report. */
  files(): string[]
  warnings(): string[]
  end(): void
}

/** A temporary folder with files that are watched for real. */
export class WatchedFolder {
  readonly #temp = tempFolder('watch')
  readonly #ends: (() => void)[] = []
  readonly path = this.#temp.path

  at(path: string): string {
    return join(this.path, path)
  }

  write(path: string, content: string): void {
    mkdirSync(dirname(this.at(path)), { recursive: true })
    writeFileSync(this.at(path), content)
  }

  /** Starts a watch of all that is in the folder, unless told otherwise. */
  watch({
    paths = ['**/*'],
    ignore = [],
    debounce = 60,
    cwd = this.path,
    polling,
    delay = polling || 0,
    ...surroundings
  }: WatchOptions = {}): Watching {
    const reports: WatchReport[] = []
    const rules = { paths, ignore, debounce, cwd, ...(polling !== undefined && { polling }) }
    const end = startWatch(rules, (report) => reports.push(report), {
      clock: systemClock,
      tuixDir: this.at('.tuix'),
      logFiles: [],
      ...surroundings,
    })
    this.#ends.push(end)
    const changes = () => reports.flatMap((report) => (report.type === 'change' ? [report] : []))
    return {
      // Seldom enough that each of several changes is a burst of its own.
      pace: 200 + 2 * debounce + delay,
      reports,
      changes,
      files: () => changes().map(({ file }) => file),
      warnings: () => reports.flatMap((report) => (report.type === 'warning' ? [report.message] : [])),
      end,
    }
  }

  /**
   * Writes a file until the watch reports a change of it, so that the watch is known to have begun and to be up to date: what
   * it did not report by then it does not report at all.
   *
   * @param name of the file as the watch reports it
   */
  async probe(watch: Watching, file = 'probe', tick = () => {}, name = file): Promise<void> {
    const before = watch.changes().length
    let writes = 0
    let last = 0
    await until(
      () => {
        if (Date.now() - last > watch.pace) {
          this.write(file, String(Math.random()))
          writes++
          last = Date.now()
        }
        tick()
        return watch.files().slice(before).includes(name)
      },
      { what: `a report of ${name}` },
    )
    // The report may be of the first of several writes: nothing can be expected before that of the last has come, or has not.
    for (let count = -1; writes > 1 && count !== watch.changes().length; ) {
      count = watch.changes().length
      const since = Date.now()
      await until(() => Date.now() - since > 2 * watch.pace, { what: 'a quiet time' })
    }
  }

  /** Makes a link lead elsewhere in one step, as `ln -sfn` and deployment tools do. */
  pointTo(link: string, target: string): void {
    symlinkSync(target, this.at(`${link}.new`))
    renameSync(this.at(`${link}.new`), this.at(link))
  }

  remove(): void {
    for (const end of this.#ends.splice(0)) end()
    this.#temp.remove()
  }
}
