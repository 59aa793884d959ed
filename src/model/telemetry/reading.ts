import type { ManagedProcess } from '../lifecycle/process.ts'
import type { SupervisorInfo } from '../views/supervisor-info.ts'

/** What was measured of a supervisor and its processes at one moment. */
export interface Reading {
  /** Epoch ms. */
  at: number
  supervisor: Pick<SupervisorInfo, 'version' | 'runtime' | 'mode' | 'startedAt'> & Counted & { memory: number }
  processes: ProcessReading[]
}

/** What is counted for as long as a process is declared, through all runs and supervisors. */
export interface Counted {
  /** s of CPU. */
  cpu: number
  /** When the counting began, epoch ms. */
  since: number
}

export interface ProcessReading extends Counted {
  process: ManagedProcess
  /** The command line, without secrets. */
  command: string
  /** Of the whole tree; null while it does not run. */
  usage: TreeReading | null
  /** Bytes that were written, by stream. */
  logBytes: Partial<Record<'stdout' | 'stderr', number>>
  /** Reported over IPC by the current run. */
  metrics: Readonly<Record<string, string | number>>
}

export interface TreeReading {
  /** Bytes resident. */
  memory: number
  /** Open file descriptors; null if unknown. */
  descriptors: number | null
  /** Null if unknown. */
  threads: number | null
}
