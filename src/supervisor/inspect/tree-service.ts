import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { ResolvedProcess } from '../../model/config/config.ts'
import { type Identity, isSamePidSpace, isSameProcess } from '../../model/lifecycle/identity.ts'
import { leaderOf } from '../../model/lifecycle/phase.ts'
import type { ManagedProcess } from '../../model/lifecycle/process.ts'
import { begunDuring, hiddenOrphans, type Target, writersOf } from '../../model/tree/members.ts'
import type { ProcessTree } from '../../model/tree/tree.ts'
import type { LastTree } from '../../model/views/crash-report.ts'
import type { LogSource } from '../../model/views/logs.ts'
import type { Clock } from '../../system/clock.ts'
import { isHidden } from '../../system/process/hidden.ts'
import { identityOf, isAlive } from '../../system/process/identity.ts'
import { type KillTreeRequest, killTree } from '../../system/process/kill-tree.ts'
import { pidSpace } from '../../system/process/pid-space.ts'
import { HAS_PROC, type ProcessEntry } from '../../system/process/proc.ts'
import { continueTree, pauseTree, signalMembers } from '../../system/process/signal-tree.ts'
import { look, type Sweeper, sweepNow } from '../../system/process/sweep.ts'
import { commandOf, TreeReader } from './trees.ts'

/** Living processes that may belong to a process whose tree was killed. Nothing proves it, so they are left alone. */
export interface Doubts {
  /** Write to its log files. */
  writers: ProcessEntry[]
  /** Began during its run, and let nobody look into them. */
  hidden: ProcessEntry[]
}

const NO_DOUBTS: Doubts = { writers: [], hidden: [] }

export interface TreeServiceOptions {
  processes: { snapshot(): ManagedProcess[] }
  logs: { sourceOf(process: ManagedProcess): LogSource }
  sweeper: Sweeper
}

interface Writers {
  /** The processes, which nobody changes. */
  all: readonly ManagedProcess[]
  configs: ResolvedProcess[]
  /** Ids of those that write each log file. */
  byFile: Map<string, Set<string>>
}

/** The process trees of all processes: finds their members in the system, and kills them. */
export class TreeService {
  readonly #processes: TreeServiceOptions['processes']
  readonly #logs: TreeServiceOptions['logs']
  readonly #sweeper: Sweeper
  readonly #reader = new TreeReader()
  /** The last leader of each process that was seen alive, by id. */
  readonly #seen = new Map<string, Identity>()
  #writers: Writers = { all: [], configs: [], byFile: new Map() }
  /** Members of each process's tree that samples have found, by id. */
  readonly #remembered = new Map<string, { leader: Identity; members: Identity[] }>()
  readonly #doubts = new Map<string, Doubts>()
  /** Each process's tree when somebody last looked, by id. */
  readonly #lastTrees = new Map<string, LastTree>()

  constructor({ processes, logs, sweeper }: TreeServiceOptions) {
    this.#processes = processes
    this.#logs = logs
    this.#sweeper = sweeper
  }

  /** Notes that a leader is alive now, or was when it was spawned. */
  saw(id: string, leader: Identity): void {
    this.#seen.set(id, leader)
  }

  /**
   * The marks by which the members of a process's tree are found. A log file is no mark if another process writes it too, or
   * if it is not in the state folder, where anybody may write to it.
   *
   * @param all every process that may write the same logs
   */
  targetOf(process: ManagedProcess, all = this.#processes.snapshot()): Target {
    const { logFile, errorFile, indexFile } = this.#logs.sourceOf(process)
    const tuixDir = dirname(dirname(indexFile))
    const writers = this.#writersAmong(all)
    const isShared = (file: string) => [...(writers.get(file) ?? [])].some((id) => id !== process.id)
    const isOwn = (file: string) => file.startsWith(`${tuixDir}/`) && !isShared(file)
    const logs = [...new Set([logFile, errorFile])].filter(isOwn).flatMap(inodeOf)
    // After a reboot the same pids, groups and sessions belong to other programs.
    const leader = leaderOf(process.phase)
    const remembered = this.#remembered.get(process.id)
    const seen = leader && remembered && isSameProcess(remembered.leader, leader) ? remembered.members : []
    const known = [...process.survivors.filter(isOfThisBoot), ...seen]
    const leaderUnseen = !leader || !isSameProcess(this.#seen.get(process.id), leader)
    return { id: process.id, leader: leader && isOfThisBoot(leader) ? leader : null, leaderUnseen, known, logs }
  }

  /** Living processes that may belong to one whose tree was killed, but are not proven to: the last look is kept for `doubts`. */
  findDoubts(process: ManagedProcess): Doubts {
    const { logFile, errorFile } = this.#logs.sourceOf(process)
    const leader = leaderOf(process.phase)
    this.#doubts.delete(process.id)
    if (!HAS_PROC || leader === null || !isOfThisBoot(leader)) return NO_DOUBTS
    // The kill has just looked: a look of its own would cost as much as the kill.
    const { table, facts, ancestors } = this.#sweeper.latest ?? look()
    const begun = begunDuring(table, leader)
    const files = [logFile, errorFile].flatMap(inodeOf)
    const found = {
      writers: writersOf(begun, files, facts),
      hidden: hiddenOrphans(begun, new Set([...ancestors, 1]), isHidden),
    }
    this.#doubts.set(process.id, found)
    return found
  }

  /** What was found when the tree of a process was last killed. */
  doubts({ id }: Pick<ManagedProcess, 'id'>): Doubts {
    return this.#doubts.get(id) ?? NO_DOUBTS
  }

  /** Remembers the members of trees that a sample has found, so that they are found again after they have left. */
  remember(trees: ReadonlyMap<number, ProcessEntry[]>): void {
    for (const { id, phase } of this.#processes.snapshot()) {
      const leader = leaderOf(phase)
      const members = leader && trees.get(leader.pid)
      if (!members) continue
      const earlier = this.#remembered.get(id)
      const pids = new Set(members.map(({ pid }) => pid))
      const before = earlier && isSameProcess(earlier.leader, leader) ? earlier.members : []
      const left = before.filter((member) => !pids.has(member.pid) && isAlive(member))
      this.#remembered.set(id, { leader, members: [...members.map(identityOf), ...left] })
    }
  }

  /** The ids of the processes that write each log file. Kept, since a command may ask for every process in turn. */
  #writersAmong(all: ManagedProcess[]): Map<string, Set<string>> {
    const known = this.#writers
    if (all === known.all) return known.byFile
    if (all.length === known.configs.length && known.configs.every((config, i) => config === all[i]?.config))
      return known.byFile
    const byFile = new Map<string, Set<string>>()
    for (const process of all) {
      const { logFile, errorFile } = this.#logs.sourceOf(process)
      for (const file of [logFile, errorFile]) byFile.set(file, (byFile.get(file) ?? new Set()).add(process.id))
    }
    this.#writers = { all, configs: all.map(({ config }) => config), byFile }
    return byFile
  }

  /** The tree of every process at this moment, in one pass over the system. */
  async read(now: number): Promise<ProcessTree[]> {
    const processes = this.#processes.snapshot()
    const targets = processes.map((process) => this.targetOf(process, processes))
    const trees = await this.#reader.read(processes, targets, now)
    for (const [index, process] of processes.entries()) {
      const members = trees[index]?.members.map(({ pid, ppid, command }) => ({ pid, ppid, command })) ?? []
      this.#rememberTree(process, { at: now, members })
    }
    return trees
  }

  /** Looks at a tree, and remembers it for a report. */
  async look(process: ManagedProcess, at: number): Promise<void> {
    const { members } = await this.#sweeper.sweep(this.targetOf(process))
    const tree = members.map(({ pid, ppid, name }) => ({ pid, ppid, command: commandOf(pid) ?? [name] }))
    this.#rememberTree(process, { at, members: tree })
  }

  /** What is left of a tree without its leader tells nothing of why that ended. */
  #rememberTree({ id, phase }: ManagedProcess, tree: LastTree): void {
    const leader = leaderOf(phase)
    if (tree.members.some(({ pid }) => pid === leader?.pid)) this.#lastTrees.set(id, tree)
  }

  /** The tree of the run with this leader when somebody last looked; null if nobody did. */
  lastTree(id: string, leader: number | null): LastTree | null {
    const tree = this.#lastTrees.get(id)
    return tree?.members.some(({ pid }) => pid === leader) ? tree : null
  }

  /** The living members of one tree, leader included. */
  members(process: ManagedProcess): ProcessEntry[] {
    return sweepNow([this.targetOf(process)])[0]?.members ?? []
  }

  /** Kills a whole tree. Resolves to the members that survived SIGKILL. */
  kill(process: ManagedProcess, how: Omit<KillTreeRequest, 'target'>, clock: Clock): Promise<ProcessEntry[]> {
    return killTree({ ...how, target: this.targetOf(process) }, this.#sweeper, clock)
  }

  /** Stops a whole tree with SIGSTOP. `isWanted` is asked before each signal. */
  pause(process: ManagedProcess, isWanted: () => boolean): Promise<void> {
    return pauseTree(this.targetOf(process), this.#sweeper, isWanted)
  }

  /** Lets a whole tree go on, before it returns. */
  continue(process: ManagedProcess): void {
    continueTree(this.targetOf(process))
  }

  /** Lets a whole tree go on in a sweep that other trees share. Resolves when it does. */
  async continueSoon(process: ManagedProcess): Promise<void> {
    const target = this.targetOf(process)
    const { members } = await this.#sweeper.sweep(target)
    signalMembers(target.leader, members, 'SIGCONT')
  }
}

function isOfThisBoot(identity: Identity): boolean {
  return isSamePidSpace(identity, pidSpace())
}

/** `DEVICE:INODE` of a regular file. Nothing for other files, because many programs of the system write to `/dev/null`. */
function inodeOf(file: string): string[] {
  const stat = statSync(file, { throwIfNoEntry: false })
  return stat?.isFile() ? [`${stat.dev}:${stat.ino}`] : []
}
