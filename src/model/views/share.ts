import { baseOf } from '../config/instances.ts'
import { isBackend } from '../config/share.ts'
import { leaderOf, liveOf } from '../lifecycle/phase.ts'
import type { ManagedProcess } from '../lifecycle/process.ts'

/* What the supervisor and the forwarder of a shared port tell each other, each in a file. */

/** Written by the supervisor. */
export interface SharedTable {
  /** Grows with each change. */
  version: number
  backends: SharedBackend[]
}

export interface SharedBackend {
  name: string
  port: number
  /** It gets new connections. Otherwise it finishes what it has. */
  open: boolean
}

/** Written by the forwarder when it has read a table, and when an instance that gets no more connections loses one. */
export interface ForwarderStatus {
  pid: number
  /** Version of the table that it has read. */
  version: number
  /** Number of connections by the name of the instance. */
  connections: Record<string, number>
  /** Connections that wait for an instance. */
  waiting: number
}

/** The instances behind a forwarder. Those that are ready and not unhealthy get new connections. */
export function backendsOf(base: string, processes: readonly ManagedProcess[]): SharedBackend[] {
  const behind = processes.filter(({ config }) => baseOf(config) === base && isBackend(config))
  // If all are unhealthy, their answers are better than none.
  const isAnyWell = behind.some((process) => isReady(process) && isWell(process))
  return behind.flatMap((process): SharedBackend[] => {
    const { config, port } = process
    if (port === null || leaderOf(process.phase) === null) return []
    return [{ name: config.name, port, open: isReady(process) && (!isAnyWell || isWell(process)) }]
  })
}

function isReady({ phase }: ManagedProcess): boolean {
  return phase.type === 'running'
}

function isWell({ phase }: ManagedProcess): boolean {
  return liveOf(phase)?.health?.status !== 'unhealthy'
}

/** What is under way at an instance is waited for before it gets its signal: unless it is dead or does not answer anyway. */
export function isDrained({ phase, config }: ManagedProcess): boolean {
  if (!isBackend(config) || leaderOf(phase) === null) return false
  return phase.type === 'stopping' || (phase.type === 'cleanup' && phase.end.type === 'over-limit')
}
