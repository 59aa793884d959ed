import { execFile } from 'node:child_process'
import type { Identity } from '../../model/lifecycle/identity.ts'
import { HAS_PROC, readTable } from '../process/proc.ts'
import { treesOf } from '../process/tree.ts'

/** Bytes that a process tree received and sent over TCP. */
export interface NetworkUsage {
  bytesIn: number
  bytesOut: number
}

/** One connection in the output of `ss`. */
export interface SocketUsage extends NetworkUsage {
  /** Addresses of both ends. */
  connection: string
  /** Processes that have it open. */
  pids: number[]
}

/** Time limit of `ss` in ms. It takes 50 for a thousand connections. */
const TIMEOUT = 5000
const MAX_OUTPUT = 64 * 2 ** 20

interface Account {
  /** Sum over connections that are closed. */
  closed: NetworkUsage
  open: Map<string, NetworkUsage>
}

/**
 * Counts the TCP traffic of process trees from the counters of their connections. The kernel drops a connection's
 * counters when it closes, so traffic after the last sample is missing. The figures are therefore a lower bound, which
 * improves with the sampling rate.
 */
export class NetworkMeter {
  readonly #accounts = new Map<string, Account>()
  #pending: Promise<string | undefined> | null = null
  #available = HAS_PROC

  /** Total usage by the leader's pid, with one `ss` for all leaders; undefined if `ss` is not available. */
  async sample(leaders: Identity[]): Promise<Map<number, NetworkUsage> | undefined> {
    const answer = await this.#query()
    if (answer === undefined) return undefined
    const sockets = parseSockets(answer)
    const table = readTable()
    const usages = new Map<number, NetworkUsage>()
    for (const [leader, tree] of treesOf(leaders, table)) {
      const pids = new Set(tree.map(({ pid }) => pid))
      const own = sockets.filter((socket) => socket.pids.some((pid) => pids.has(pid)))
      const account = this.#account(`${leader}:${tree[0]?.startTime}`)
      record(account, own)
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

  /** Output of `ss`. Concurrent callers share it. */
  #query(): Promise<string | undefined> {
    if (!this.#available) return Promise.resolve(undefined)
    this.#pending ??= new Promise<string | undefined>((resolve) => {
      const options = { timeout: TIMEOUT, maxBuffer: MAX_OUTPUT, env: { ...process.env, LC_ALL: 'C' } }
      execFile('ss', ['-tinpH'], options, (error, stdout) => {
        this.#pending = null
        if (error?.code === 'ENOENT') this.#available = false
        resolve(error ? undefined : stdout)
      })
    })
    return this.#pending
  }
}

/** Parses `ss -tinpH`: for each connection a line of addresses and owners, then an indented line of counters. */
export function parseSockets(text: string): SocketUsage[] {
  return text.split(/\n(?=\S)/).flatMap((entry) => {
    const [, , , local, peer] = entry.split(/\s+/)
    const pids = [...entry.matchAll(/\bpid=(\d+)/g)].map((match) => Number(match[1]))
    if (!local || !peer || pids.length === 0) return []
    // Absent counters are zero. Retransmitted bytes do not count twice.
    const counter = (name: string) => Number(new RegExp(`\\b${name}:(\\d+)`).exec(entry)?.[1] ?? 0)
    const bytesOut = counter('bytes_sent') - counter('bytes_retrans')
    return [{ connection: `${local} ${peer}`, pids, bytesIn: counter('bytes_received'), bytesOut }]
  })
}

function record({ closed, open }: Account, sockets: SocketUsage[]): void {
  const seen = new Set<string>()
  for (const { connection, bytesIn, bytesOut } of sockets) {
    const before = open.get(connection)
    // Counters only grow, so smaller ones belong to a new connection between the same addresses.
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
