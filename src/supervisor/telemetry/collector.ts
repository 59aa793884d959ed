import { LogFile } from '../../logs/files/log-file.ts'
import { childFiles } from '../../logs/reading/read.ts'
import { leaderOf } from '../../model/lifecycle/phase.ts'
import type { ManagedProcess } from '../../model/lifecycle/process.ts'
import { maskText } from '../../model/redaction/mask.ts'
import { type Account, type Ledger, ledgerIn, newAccount, withCpu, withLog } from '../../model/telemetry/ledger.ts'
import type { ProcessReading, Reading, TreeReading } from '../../model/telemetry/reading.ts'
import type { SupervisorInfo } from '../../model/views/supervisor-info.ts'
import { pathsOf } from '../../storage/paths.ts'
import type { Store } from '../../storage/store.ts'
import type { Clock } from '../../system/clock.ts'
import { writeAtomic } from '../../system/fs/files.ts'
import { jsonIn } from '../../system/fs/plain-file.ts'
import { countOf } from '../../system/process/counts.ts'
import { measured } from '../../system/process/measure.ts'
import { pidSpace } from '../../system/process/pid-space.ts'
import { requestTable } from '../../system/process/proc.ts'
import type { MeasuredEntry } from '../../system/process/process-entry.ts'
import { treesOf } from '../../system/process/tree.ts'
import type { TreeService } from '../inspect/tree-service.ts'
import type { Home } from '../lifetime/home.ts'
import type { LogService } from '../log-service.ts'
import type { Managed } from '../managed.ts'
import type { ReadonlyProcessTable } from '../process-table.ts'

/** ms for which a reading is given to all who ask. */
const FRESH_FOR = 1000
/** Account of the supervisor itself. No process has such an id. */
const OWN = ''

export interface CollectorOptions {
  tuixDir: string
  home: Home
  info: SupervisorInfo
  clock: Clock
  processes: ReadonlyProcessTable
  store: Store
  logs: LogService
  trees: TreeService
}

/** Measures all processes when somebody asks. What is counted is on disk before it is answered, so that no counter ever goes back. */
export class Collector {
  readonly #options: CollectorOptions
  #ledger: Ledger
  #latest: { at: number; reading: Promise<Reading> } | undefined
  #isReading = false

  constructor(options: CollectorOptions) {
    this.#options = options
    this.#ledger = ledgerIn(jsonIn(pathsOf(options.tuixDir).metrics), JSON.stringify(pidSpace()))
  }

  /** A reading of at most a second ago. */
  collect(): Promise<Reading> {
    const at = this.#options.clock.monotonic()
    if (!this.#latest || (!this.#isReading && at - this.#latest.at >= FRESH_FOR)) {
      this.#isReading = true
      const reading = this.#read().finally(() => (this.#isReading = false))
      this.#latest = { at, reading }
    }
    return this.#latest.reading
  }

  async #read(): Promise<Reading> {
    const { tuixDir, home, clock, processes, store, info } = this.#options
    const all = processes.all()
    const trees = await this.#trees(all)
    const logs = await Promise.all(all.map(({ process }) => this.#logEnds(process)))
    const at = clock.now()
    const accounts: Ledger['accounts'] = {}
    const readings = all.map((managed, i): ProcessReading => {
      const { process } = managed
      const leader = leaderOf(process.phase)
      const members = (leader && trees.get(leader.pid)) ?? []
      const measuredNow = withCpu(this.#accountOf(process.id, at), members.map(cpuOf))
      const account = (logs[i] ?? []).reduce((sum, { stream, ...log }) => withLog(sum, stream, log), measuredNow)
      accounts[process.id] = account
      return {
        process,
        command: maskText(process.config.command),
        ...countedIn(account),
        usage: members.length > 0 ? usageOf(members) : null,
        logBytes: Object.fromEntries(Object.entries(account.logs).map(([stream, { total }]) => [stream, total])),
        metrics: leader ? managed.metrics : {},
      }
    })
    const { user, system } = process.cpuUsage()
    const { pid, startTime } = info.identity
    const own = withCpu(this.#accountOf(OWN, at), [{ key: `${pid}:${startTime}`, cpu: (user + system) / 1000 }])
    this.#ledger = { ...this.#ledger, accounts: { ...accounts, [OWN]: own } }
    await writeAtomic(pathsOf(tuixDir).metrics, JSON.stringify(this.#ledger), () => home.isHere())
    // The crashes and restarts that were counted are in the state.
    await store.flushed()
    return { at, supervisor: { ...info, ...countedIn(own), memory: process.memoryUsage.rss() }, processes: readings }
  }

  #accountOf(id: string, now: number): Account {
    return this.#ledger.accounts[id] ?? newAccount(now)
  }

  /** The living members of each tree, by the leader's pid. */
  async #trees(all: Managed[]): Promise<Map<number, MeasuredEntry[]>> {
    const leaders = all.flatMap(({ process }) => leaderOf(process.phase) ?? [])
    if (leaders.length === 0) return new Map()
    const trees = treesOf(leaders, await requestTable())
    this.#options.trees.remember(trees)
    const entries = await measured([...new Set([...trees.values()].flat())])
    const byPid = new Map(entries.map((entry) => [entry.pid, entry]))
    return new Map([...trees].map(([pid, tree]) => [pid, tree.flatMap((member) => byPid.get(member.pid) ?? [])]))
  }

  async #logEnds(process: ManagedProcess): Promise<{ stream: string; file: string; end: number }[]> {
    const files = childFiles(this.#options.logs.sourceOf(process))
    const ends = await Promise.all(
      files.map(async ({ stream, path }) => {
        // One that cannot be read must not hide all the others.
        const log = await LogFile.open(path).catch(() => undefined)
        await log?.close()
        // A flush leaves a gap in the offsets.
        return log ? [{ stream, file: `${log.id}@${log.origin}`, end: log.end - log.origin }] : []
      }),
    )
    return ends.flat()
  }
}

function countedIn({ cpu, since }: Account) {
  return { cpu: cpu / 1000, since }
}

function cpuOf({ pid, startTime, cpu }: MeasuredEntry): { key: string; cpu: number } {
  return { key: `${pid}:${startTime}`, cpu }
}

function usageOf(members: MeasuredEntry[]): TreeReading {
  return {
    memory: members.reduce((sum, { memory }) => sum + memory, 0),
    descriptors: sumOf(members.map(({ pid }) => countOf(pid, 'fd'))),
    threads: sumOf(members.map(({ pid }) => countOf(pid, 'task'))),
  }
}

/** Of those that are known. A member that has just ended, or runs as another user, is not. */
function sumOf(counts: (number | null)[]): number | null {
  return counts.reduce((sum, count) => (count === null ? sum : (sum ?? 0) + count), null)
}
