import type { WaitOptions } from '../manager/wait.ts'
import type { ProcessConfig } from '../model/config/config.ts'
import type { PlanStep } from '../model/planning/plan.ts'
import type { ProcessTree } from '../model/tree/tree.ts'
import type { Condition } from '../model/views/condition.ts'
import type { Outcome } from '../model/views/outcome.ts'
import type { ProcessDetail, ProcessState } from '../model/views/state.ts'

/**
 * What the tools work with: a `ProcessManager` on stdio, the supervisor itself over HTTP. Everything else they read from the state
 * folder. All methods reject with a `ProcessManagerError`. Times are in ms.
 */
export interface McpHost {
  /** Absolute path of the state folder. */
  tuixDir(): Promise<string>
  list(): Promise<ProcessState[]>
  status(name: string): Promise<ProcessDetail>
  tree(name: string): Promise<ProcessTree>
  waitFor(name: string, condition: Condition, options: WaitOptions): Promise<ProcessState>
  start(names: string[], timeout: number): Promise<Outcome[]>
  restart(names: string[], timeout: number): Promise<Outcome[]>
  /** @param names absent: all */
  stop(names: string[] | undefined, timeout: number): Promise<Outcome[]>
  /** What the config declares, and what `apply` would do. Absent: this host reads no config. */
  config?: ConfigHost
  /** Starts a program that no config declares. */
  run(process: ProcessConfig, timeout: number): Promise<Outcome[]>
}

export interface ConfigHost {
  /** Names of the declared processes. Rejects if the config is invalid. */
  names(): Promise<string[]>
  plan(): Promise<PlanStep[]>
  apply(timeout: number): Promise<Outcome[]>
}

export interface McpOptions {
  host: McpHost
  version: string
  /** Offer only what changes nothing. */
  readOnly: boolean
  /** Offer `ps_run`. */
  allowRun: boolean
}
