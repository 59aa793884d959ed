import { readFileSync, readlinkSync } from 'node:fs'
import { uptime } from 'node:os'
import type { Identity } from '../model/process.ts'
import { HAS_PROC, type ProcessEntry, readEntry } from './proc.ts'

let cachedBootId: string | undefined

/** Changes with every boot, so that a pid from before is never taken for one of now. */
export function bootId(): string {
  cachedBootId ??= HAS_PROC ? readBootId() : String(Math.round((Date.now() / 1000 - uptime()) / 60))
  return cachedBootId
}

/** Two containers that share a folder do not share pids; their namespaces' inodes tell. Empty where there are none. */
export function pidNamespace(): string {
  try {
    return HAS_PROC ? readlinkSync('/proc/self/ns/pid') : ''
  } catch {
    return ''
  }
}

/** What a living process is known by; undefined if it is gone or a zombie. */
export function identify(pid: number): Identity | undefined {
  const entry = readEntry(pid)
  return entry?.alive ? identityOf(entry) : undefined
}

export function identityOf(entry: Pick<ProcessEntry, 'pid' | 'startTime'>): Identity {
  return { pid: entry.pid, startTime: entry.startTime, bootId: bootId() }
}

/** Whether this very process lives, zombies not counted. */
export function isAlive(identity: Identity): boolean {
  return entryOf(identity)?.alive === true
}

/** Whether this very process is dead and not reaped yet. Told on Linux alone: elsewhere a look at a process takes a program. */
export function isZombie(identity: Identity): boolean {
  return HAS_PROC && entryOf(identity)?.alive === false
}

/** Undefined where it is gone, though another may have its pid. */
function entryOf({ pid, startTime, bootId: boot }: Identity): ProcessEntry | undefined {
  const entry = boot === bootId() ? readEntry(pid) : undefined
  return entry?.startTime === startTime ? entry : undefined
}

/** This process. */
export function self(): Identity {
  return identify(process.pid) ?? { pid: process.pid, startTime: 0, bootId: bootId() }
}

function readBootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return 'unknown'
  }
}
