import { execFile } from 'node:child_process'
import type { Identity } from '../model/process.ts'
import { HAS_PROC, readTable } from './proc.ts'
import { treesOf } from './tree.ts'

/** Bytes that a process tree received and sent over TCP. */
export interface NetworkUsage {
  bytesIn: number
  bytesOut: number
}

/** One connection as `ss` shows it. */
export interface SocketUsage extends NetworkUsage {
  /** Both ends' addresses. */
  connection: string
  /** Who has it open. */
  pids: number[]
}

/** ms that `ss` may take: 50 for a thousand connections. */
const PATIENCE = 5000
const LARGEST_ANSWER = 64 * 2 ** 20

interface Account {
  /** What connections that are gone had come to. */
  closed: NetworkUsage
  open: Map<string, NetworkUsage>
}

/**
 * Counts what process trees transfer over TCP, from the counters of their connections. The kernel forgets a connection's
 * when it closes: what went over those that lived and died between two samples, or since the last one, is missing. So
 * the figures are a lower bound, the better the more often somebody asks.
 */
export class NetworkMeter {
  readonly #accounts = new Map<string, Account>()
  #asking: Promise<string | undefined> | null = null
  #available = HAS_PROC

  /** Usage so far by the leader's pid; undefined where the platform cannot tell. One look at the system for all leaders. */
  async sample(leaders: Identity[]): Promise<Map<number, NetworkUsage> | undefined> {
    const answer = await this.#ask()
    if (answer === undefined) return undefined
    const sockets = parseSockets(answer)
    const table = readTable()
    const usages = new Map<number, NetworkUsage>()
    for (const [leader, tree] of treesOf(leaders, table)) {
      const pids = new Set(tree.map(({ pid }) => pid))
      const own = sockets.filter((socket) => socket.pids.some((pid) => pids.has(pid)))
      const account = this.#account(`${leader}:${tree[0]?.startTime}`)
      enter(account, own)
      usages.set(leader, total(account))
    }
    const living = new Set(table.map(({ pid, startTime }) => `${pid}:${startTime}`))
    for (const key of this.#accounts.keys()) if (!living.has(key)) this.#accounts.delete(key)
    return usages
  }

  #account(key: string): Account {
    let account = this.#accounts.get(key)
    if (!account) {
      account = { closed: { bytesIn: 0, bytesOut: 0 }, open: new Map() }
      this.#accounts.set(key, account)
    }
    return account
  }

  /** What `ss` says; those who ask at the same time share its answer. */
  #ask(): Promise<string | undefined> {
    if (!this.#available) return Promise.resolve(undefined)
    this.#asking ??= new Promise<string | undefined>((resolve) => {
      const options = { timeout: PATIENCE, maxBuffer: LARGEST_ANSWER, env: { ...process.env, LC_ALL: 'C' } }
      execFile('ss', ['-tinpH'], options, (error, stdout) => {
        this.#asking = null
        if (error?.code === 'ENOENT') this.#available = false
        resolve(error ? undefined : stdout)
      })
    })
    return this.#asking
  }
}

/** Parses `ss -tinpH`: a line of addresses and owners for each connection, its counters in an indented line below. */
export function parseSockets(text: string): SocketUsage[] {
  return text.split(/\n(?=\S)/).flatMap((entry) => {
    const [, , , local, peer] = entry.split(/\s+/)
    const pids = [...entry.matchAll(/\bpid=(\d+)/g)].map((match) => Number(match[1]))
    if (!local || !peer || pids.length === 0) return []
    // Absent counters are zero; what was sent again does not count twice.
    const counter = (name: string) => Number(new RegExp(`\\b${name}:(\\d+)`).exec(entry)?.[1] ?? 0)
    const bytesOut = counter('bytes_sent') - counter('bytes_retrans')
    return [{ connection: `${local} ${peer}`, pids, bytesIn: counter('bytes_received'), bytesOut }]
  })
}

function enter({ closed, open }: Account, sockets: SocketUsage[]): void {
  const seen = new Set<string>()
  for (const { connection, bytesIn, bytesOut } of sockets) {
    const before = open.get(connection)
    // Counters only grow: smaller ones belong to a new connection between the same addresses.
    if (before && (bytesIn < before.bytesIn || bytesOut < before.bytesOut)) add(closed, before)
    open.set(connection, { bytesIn, bytesOut })
    seen.add(connection)
  }
  for (const [connection, usage] of open) {
    if (seen.has(connection)) continue
    add(closed, usage)
    open.delete(connection)
  }
}

function total({ closed, open }: Account): NetworkUsage {
  const sum = { ...closed }
  for (const usage of open.values()) add(sum, usage)
  return sum
}

function add(sum: NetworkUsage, { bytesIn, bytesOut }: NetworkUsage): void {
  sum.bytesIn += bytesIn
  sum.bytesOut += bytesOut
}
