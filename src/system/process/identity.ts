import { type Identity, isSamePidSpace } from '../../model/lifecycle/identity.ts'
import { pidSpace } from './pid-space.ts'
import { HAS_PROC, type ProcessEntry, readEntry } from './proc.ts'

/** Identity of a living process; undefined if it is gone or a zombie. */
export function identify(pid: number): Identity | undefined {
  const entry = readEntry(pid)
  return entry?.alive ? identityOf(entry) : undefined
}

export function identityOf(entry: Pick<ProcessEntry, 'pid' | 'startTime'>): Identity {
  return { pid: entry.pid, startTime: entry.startTime, ...pidSpace() }
}

/** Whether exactly this process is alive. A zombie is not. */
export function isAlive(identity: Identity): boolean {
  return entryOf(identity)?.alive === true
}

/**
 * Whether exactly this process is dead but not reaped. Always false elsewhere than on Linux, where the answer would
 * cost a `ps`.
 */
export function isZombie(identity: Identity): boolean {
  return HAS_PROC && entryOf(identity)?.alive === false
}

/** Undefined if the process is gone, even if another has its pid. */
function entryOf(identity: Identity): ProcessEntry | undefined {
  const entry = isSamePidSpace(identity, pidSpace()) ? readEntry(identity.pid) : undefined
  return entry?.startTime === identity.startTime ? entry : undefined
}

/** This process. */
export function self(): Identity {
  return identify(process.pid) ?? { pid: process.pid, startTime: 0, ...pidSpace() }
}
