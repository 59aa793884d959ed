import { firstInvalid, isNumber, isRecord, isRecordOf, isText } from '../config/shape.ts'

/*
 * What has been counted so far of what the system forgets: the CPU time of processes that have ended, and the bytes of logs that
 * have been deleted. It is on disk, so that no counter goes back when a supervisor is killed.
 */

export interface Ledger {
  /** Boot and namespace of the pids in it. */
  pidSpace: string
  /** By the id of the process. */
  accounts: Record<string, Account>
}

export interface Account {
  /** Epoch ms of the first reading. */
  since: number
  /** ms of CPU. */
  cpu: number
  /** Of the living members of the tree, the ms of CPU that are counted, by `PID:START`. */
  members: Record<string, number>
  /** By stream. */
  logs: Record<string, LogAccount>
}

interface LogAccount {
  /** Which file it is, and since which flush. */
  file: string
  /** Bytes that it had at the last reading, counted through all rotations. */
  end: number
  /** Bytes of all such files. */
  total: number
}

export function newAccount(now: number): Account {
  return { since: now, cpu: 0, members: {}, logs: {} }
}

/** Adds what the members have used since they were last seen. One that is new has used all of it since. */
export function withCpu(account: Account, members: { key: string; cpu: number }[]): Account {
  const more = members.reduce((sum, { key, cpu }) => sum + Math.max(0, cpu - (account.members[key] ?? 0)), 0)
  const seen = members.map(({ key, cpu }) => [key, Math.max(cpu, account.members[key] ?? 0)])
  return { ...account, cpu: account.cpu + more, members: Object.fromEntries(seen) }
}

/** Adds what a log has grown by. One that was emptied, or replaced, has grown from nothing. */
export function withLog(account: Account, stream: string, { file, end }: { file: string; end: number }): Account {
  const before = account.logs[stream]
  const from = before?.file === file && before.end <= end ? before.end : 0
  const total = (before?.total ?? 0) + end - from
  return { ...account, logs: { ...account.logs, [stream]: { file, end, total } } }
}

/** The accounts that were saved, as far as they are valid. After a boot the same pids are those of others. */
export function ledgerIn(saved: unknown, pidSpace: string): Ledger {
  const accounts = new Map<string, Account>()
  if (isRecord(saved) && isRecord(saved.accounts)) {
    for (const [id, account] of Object.entries(saved.accounts)) {
      if (isAccount(account)) accounts.set(id, saved.pidSpace === pidSpace ? account : { ...account, members: {} })
    }
  }
  return { pidSpace, accounts: Object.fromEntries(accounts) }
}

function isAccount(value: unknown): value is Account {
  if (!isRecord(value)) return false
  const { since, cpu, members, logs } = value
  const problem = firstInvalid([
    ['since', isNumber(since)],
    ['cpu', isNumber(cpu)],
    ['members', isRecordOf(members, isNumber)],
    ['logs', isRecordOf(logs, isLogAccount)],
  ])
  return problem === undefined
}

function isLogAccount(value: unknown): value is LogAccount {
  return isRecord(value) && isText(value.file) && isNumber(value.end) && isNumber(value.total)
}
