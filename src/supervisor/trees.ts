import type { Target } from '../model/members.ts'
import type { ManagedProcess } from '../model/process.ts'
import type { OpenPort, PortHolder, ProcessTree, TreeMember } from '../model/tree.ts'
import { bornAt, CpuMeter } from '../system/cpu.ts'
import { portsOf, readOpenPorts } from '../system/open-ports.ts'
import { holderOf, listeners } from '../system/ports.ts'
import { type ProcessEntry, readCommandLine } from '../system/proc.ts'
import { sweepNow } from '../system/sweep.ts'

/** Looks at what runs of processes, on demand: one pass over the system for any number of them. */
export class TreeReader {
  readonly #meter = new CpuMeter()

  /** @param targetOf what a process's tree is recognised by */
  read(processes: ManagedProcess[], targetOf: (process: ManagedProcess) => Target, now: number): ProcessTree[] {
    const sweeps = sweepNow(processes.map(targetOf))
    const open = readOpenPorts()
    const trees = processes.map((process, index): ProcessTree => {
      const leader = process.identity
      const entries = inOrder(sweeps[index]?.members ?? [], leader?.pid ?? null)
      const pid = entries.some((entry) => entry.pid === leader?.pid) ? (leader?.pid ?? null) : null
      const members = entries.map((entry) => this.#member(entry, pid, open, now))
      return { name: process.config.name, pid, members, port: portOf(process), holder: null }
    })
    this.#meter.keep(sweeps.flatMap(({ members }) => members))
    return withHolders(trees)
  }

  #member(entry: ProcessEntry, leader: number | null, open: Map<string, OpenPort>, now: number): TreeMember {
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

function inOrder(entries: ProcessEntry[], leader: number | null): ProcessEntry[] {
  const isLeader = ({ pid }: ProcessEntry) => Number(pid === leader)
  return [...entries].sort((a, b) => isLeader(b) - isLeader(a) || a.startTime - b.startTime || a.pid - b.pid)
}

/** Undefined: it ended, or has no words. A title written over them leaves empty ones behind it. */
function commandOf(pid: number): string[] | undefined {
  const words = readCommandLine(pid)
  const last = words.findLastIndex((word) => word.trim() !== '')
  return last < 0 ? undefined : words.slice(0, last + 1)
}

/** What the current run was told, what an automatic choice keeps to, or what its config says. */
function portOf({ port, config }: ManagedProcess): number | null {
  return port ?? (typeof config.port === 'number' ? config.port : null)
}

/** Looks for who has the ports that trees were told to listen on and do not. */
function withHolders(trees: ProcessTree[]): ProcessTree[] {
  const taken = new Set(listeners().map(({ port }) => port))
  return trees.map((tree) => {
    const { port, members } = tree
    const own = members.some(({ ports }) => ports.some((open) => open.protocol === 'tcp' && open.port === port))
    return port === null || own || !taken.has(port) ? tree : { ...tree, holder: holder(port, trees) }
  })
}

function holder(port: number, trees: ProcessTree[]): PortHolder {
  const found = holderOf(port)
  if (!found) return { pid: null, command: [], process: null }
  const owner = trees.find(({ members }) => members.some(({ pid }) => pid === found.pid))
  return { pid: found.pid, command: commandOf(found.pid) ?? [found.name], process: owner?.name ?? null }
}
