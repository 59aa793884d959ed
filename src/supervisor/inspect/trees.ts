import { leaderOf } from '../../model/lifecycle/phase.ts'
import type { ManagedProcess } from '../../model/lifecycle/process.ts'
import type { Target } from '../../model/tree/members.ts'
import type { OpenPort, PortHolder, ProcessTree, TreeMember } from '../../model/tree/tree.ts'
import { portHolding } from '../../storage/port-holder.ts'
import { portsOf, readOpenPorts } from '../../system/net/open-ports.ts'
import { listeners } from '../../system/net/ports.ts'
import { bornAt, CpuMeter } from '../../system/process/cpu.ts'
import { measured } from '../../system/process/measure.ts'
import { type MeasuredEntry, readCommandLine } from '../../system/process/proc.ts'
import { requestLook, sweepNow } from '../../system/process/sweep.ts'

/** Reads process trees on demand, in one pass over the system for all of them. */
export class TreeReader {
  readonly #meter = new CpuMeter()

  /** @param targets of these processes, in the same order */
  async read(processes: ManagedProcess[], targets: Target[], now: number): Promise<ProcessTree[]> {
    const sweeps = sweepNow(targets, await requestLook())
    const found = await measured(sweeps.flatMap(({ members }) => members))
    const measuredByPid = new Map(found.map((entry) => [entry.pid, entry]))
    const open = readOpenPorts()
    const trees = processes.map((process, index): ProcessTree => {
      const leader = leaderOf(process.phase)
      const own = (sweeps[index]?.members ?? []).flatMap(({ pid }) => measuredByPid.get(pid) ?? [])
      const entries = inOrder(own, leader?.pid ?? null)
      const pid = entries.some((entry) => entry.pid === leader?.pid) ? (leader?.pid ?? null) : null
      const members = entries.map((entry) => this.#member(entry, pid, open, now))
      const { ports } = process
      return { name: process.config.name, pid, members, port: portOf(process), ...(ports && { ports }), holder: null }
    })
    this.#meter.keep(sweeps.flatMap(({ members }) => members))
    return withHolders(trees)
  }

  #member(entry: MeasuredEntry, leader: number | null, open: Map<string, OpenPort>, now: number): TreeMember {
    return {
      pid: entry.pid,
      ppid: entry.ppid,
      command: commandOf(entry.pid) ?? [entry.name],
      cpu: this.#meter.percent(entry, entry.cpu, now),
      memory: entry.memory / 2 ** 20,
      uptime: Math.max(0, now - bornAt(entry, now)) / 1000,
      strayed: leader === null || entry.sid !== leader,
      ports: portsOf(entry.pid, open),
    }
  }
}

function inOrder(entries: MeasuredEntry[], leader: number | null): MeasuredEntry[] {
  const isLeader = ({ pid }: MeasuredEntry) => Number(pid === leader)
  return [...entries].sort((a, b) => isLeader(b) - isLeader(a) || a.startTime - b.startTime || a.pid - b.pid)
}

/** Undefined if it ended or has no words. A program that overwrote them with a title leaves empty words at the end. */
export function commandOf(pid: number): string[] | undefined {
  const words = readCommandLine(pid)
  const last = words.findLastIndex((word) => word.trim() !== '')
  return last < 0 ? undefined : words.slice(0, last + 1)
}

/** The port of the current run, the one that `port: 'auto'` keeps, or the port in the config. */
function portOf({ port, config }: ManagedProcess): number | null {
  return port ?? (typeof config.port === 'number' ? config.port : null)
}

/** Adds the holder of each port that a tree was told to listen on, but that another program has. */
function withHolders(trees: ProcessTree[]): ProcessTree[] {
  const taken = new Set(listeners().map(({ port }) => port))
  return trees.map((tree) => {
    const { port, members } = tree
    const own = members.some(({ ports }) => ports.some((open) => open.protocol === 'tcp' && open.port === port))
    return port === null || own || !taken.has(port) ? tree : { ...tree, holder: holder(port, trees) }
  })
}

function holder(port: number, trees: ProcessTree[]): PortHolder {
  const { holder: found } = portHolding(port)
  if (!found) return { pid: null, command: [], process: null }
  const owner = trees.find(({ members }) => members.some(({ pid }) => pid === found.pid))
  return {
    pid: found.pid,
    command: commandOf(found.pid) ?? [found.name],
    process: owner?.name ?? null,
    ...(!owner && found.managed && { elsewhere: found.managed }),
  }
}
