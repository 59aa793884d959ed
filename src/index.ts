/** The library's door. Light to import: what is heavy loads when it is first needed. */
import type { Conversion, ConvertOptions } from './config/convert.ts'
import type { LoadedConfig } from './config/load.ts'
import type { LocateOptions } from './config/locate.ts'
import type { Starter, StarterOptions } from './config/starter.ts'

export type { AppConfig, Command, Plugin } from './config/define.ts'
export { defineConfig } from './config/define.ts'
export type { LoadedConfig } from './config/load.ts'
export type { CodeBlock, LocateOptions } from './config/locate.ts'
export { locateTuixDir, usualTuixDir } from './config/locate.ts'
export { FORMATS, type Format, formatOf } from './config/write/format.ts'
export { changedConfig, noteDeclared } from './declared.ts'
export type { AddedEnvironment } from './environment.ts'
export { runCLI } from './host/run.ts'
export { rerunUnderInit, type UnderInit } from './init.ts'
export type { ManagerEvents } from './listeners.ts'
export type { Logger } from './logger.ts'
export type { ContextLine } from './logs/context.ts'
export type { LogsAfter } from './logs/cursor.ts'
export type { HistoryQuery } from './logs/history.ts'
export type { LogQuery } from './logs/query.ts'
export { createProcessManager, ProcessManager } from './manager.ts'
export { appliedMessage } from './model/applied.ts'
export { CONDITIONS, type Condition } from './model/condition.ts'
export type {
  HealthCheckConfig,
  ProcessConfig,
  ProcessManagerConfig,
  ProjectConfig,
  ResolvedProcess,
  StopSignal,
} from './model/config.ts'
export type { Outcome, Reveal, Selection, SupervisorInfo } from './model/control.ts'
export type { Finding } from './model/doctor.ts'
export type { ErrorCode } from './model/errors.ts'
export { ProcessManagerError } from './model/errors.ts'
export { EVENT_TYPES, type ProcessEvent, type ProcessEventType } from './model/events.ts'
export type { LogLevel, ProcessLog } from './model/logs.ts'
export { nearest } from './model/nearest.ts'
export type { PlannedAction, PlanStep } from './model/plan.ts'
export type { ProcessStatus, RunExit, Wanted } from './model/process.ts'
export { SIGNALS, type SignalName, signalOf } from './model/signals.ts'
export type { ProcessDetail, ProcessState, ProcessStats } from './model/state.ts'
export type { OpenPort, PortHolder, ProcessTree, TreeMember } from './model/tree.ts'
export type { CommandOptions, ManagerOptions } from './options.ts'
export type { FollowOptions } from './process-logs.ts'
export type { EndedSupervisor, SupervisorStatus } from './supervision.ts'
export { VERSION } from './version.ts'
export type { WaitOptions } from './wait.ts'
export type { Reason } from './why.ts'

/** Supervises a folder as a daemon, in an app that was called with its `supervisorCommand`. Never resolves. */
export async function runDaemon(tuixDir: string): Promise<never> {
  return (await import('./daemon.ts')).runDaemon(tuixDir)
}

/** Loads and validates what is declared in files and in code. Throws a `config` error, one sentence. */
export async function loadConfig(options: LocateOptions): Promise<LoadedConfig> {
  return await (await import('./config/load.ts')).loadConfig(options)
}

/** Makes a config of another tool's file. Throws a `config` error, one sentence. */
export async function importConfig(options: ConvertOptions): Promise<Conversion> {
  return (await import('./config/convert.ts')).convertConfig(options)
}

/** A first config for a folder, of what it has of other tools, or of an example. */
export async function starterConfig(options: StarterOptions): Promise<Starter> {
  return (await import('./config/starter.ts')).starterConfig(options)
}
