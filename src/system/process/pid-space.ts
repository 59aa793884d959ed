/* Where pids have a meaning. Kept light, since every command loads it. */
import { readFileSync, readlinkSync } from 'node:fs'
import type { PidSpace } from '../../model/lifecycle/identity.ts'

const HAS_PROC = process.platform === 'linux'

let cachedBootId: string | undefined

/** An id of the current boot, so that a pid from before a reboot is never mistaken for a living process. */
export function bootId(): string {
  cachedBootId ??= HAS_PROC
    ? readBootId()
    : String(Math.round((Date.now() / 1000 - process.getBuiltinModule('node:os').uptime()) / 60))
  return cachedBootId
}

let cachedPidNamespace: string | undefined

/** The pid namespace, since containers that share a folder do not share pids; empty if the system has none. */
export function pidNamespace(): string {
  cachedPidNamespace ??= readPidNamespace()
  return cachedPidNamespace
}

/** Where the pids that this process sees have a meaning. */
export function pidSpace(): PidSpace {
  const namespace = pidNamespace()
  return { bootId: bootId(), ...(namespace !== '' && { pidNamespace: namespace }) }
}

function readPidNamespace(): string {
  try {
    return HAS_PROC ? readlinkSync('/proc/self/ns/pid') : ''
  } catch {
    return ''
  }
}

function readBootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return 'unknown'
  }
}
