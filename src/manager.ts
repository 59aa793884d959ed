import type { ProcessConfig, ProcessManagerConfig } from './model/config.ts'
import type { Outcome, Selection, SupervisorInfo } from './model/control.ts'
import type { ProcessEvent } from './model/events.ts'
import type { ProcessLog } from './model/logs.ts'
import type { ProcessDetail, ProcessState, ProcessStats } from './model/state.ts'

/** Options of `new ProcessManager()` beyond what a config file has. */
export interface ManagerOptions extends ProcessManagerConfig {
  /**
   * Where the supervisor runs when none is alive: in this process (`embedded`, the default), or detached (`daemon`,
   * what the command line uses; launched only when something is to be started, stopped or adopted).
   */
  supervisor?: 'embedded' | 'daemon'
  /** Where each process was declared, by name, for messages. */
  origins?: Record<string, string>
}

export interface CommandOptions {
  /** Wait until ready (default true). */
  wait?: boolean
}

/** One way to use a supervisor, embedded or connected. */
export class ProcessManager implements AsyncDisposable {
  constructor(config?: ManagerOptions, cwd?: string) {
    throw new Error(`not written yet ${config} ${cwd}`)
  }
  declare readonly tuixDir: string
  declare init: () => Promise<void>
  declare start: (process: ProcessConfig | string) => Promise<void>
  declare stop: (name: string) => Promise<void>
  declare restart: (name: string) => Promise<void>
  declare remove: (name: string) => Promise<void>
  declare status: (name: string) => Promise<ProcessDetail>
  declare list: () => Promise<ProcessState[]>
  /** Several processes at once, each with its own outcome; never throws for one process's failure. */
  declare execute: (
    action: 'start' | 'stop' | 'restart' | 'remove',
    selection: Selection,
    options?: CommandOptions,
  ) => Promise<Outcome[]>
  declare logs: (name: string, lines?: number) => Promise<ProcessLog[]>
  declare followLogs: (name: string, callback: (log: ProcessLog) => void) => () => void
  declare getStats: (name: string) => Promise<ProcessStats>
  declare startGroup: (group: string) => Promise<void>
  declare stopGroup: (group: string) => Promise<void>
  declare startAll: () => Promise<void>
  declare stopAll: () => Promise<void>
  declare cleanup: () => Promise<void>
  declare close: () => Promise<void>
  /** Who supervises now; `null`: nobody. */
  declare supervisor: () => Promise<SupervisorInfo | null>
  declare events: () => AsyncIterableIterator<ProcessEvent>;
  declare [Symbol.asyncDispose]: () => Promise<void>
}
