/** The library's entry point: all that apps can import of it. Light to import; what is heavy loads when it is first needed. */
import { refuseWindows } from './system/platform.ts'

export type { AppConfig, Command, Plugin } from './config/define.ts'
export { defineConfig } from './config/define.ts'
export { runCLI } from './host/run.ts'
export type { ContextLine } from './logs/reading/context.ts'
export type { LogsAfter } from './logs/reading/cursor.ts'
export type { LogQuery } from './logs/reading/query.ts'
export type { EndedSupervisor, SupervisorStatus } from './manager/connect/supervision.ts'
export type { Ensured, EnsureError } from './manager/ensure.ts'
export type { AddedEnvironment } from './manager/environment.ts'
export type { ManagerEvents } from './manager/listeners.ts'
export type { Logger } from './manager/logger.ts'
export { createProcessManager, ProcessManager } from './manager/manager.ts'
export type { CommandOptions, ManagerOptions } from './manager/options.ts'
export type { FollowOptions } from './manager/records.ts'
export type { WaitOptions } from './manager/wait.ts'
export type { AlertConfig } from './model/config/alerts.ts'
export type {
  DependencyCondition,
  HooksConfig,
  KeyedProcess,
  ProcessConfig,
  ProcessManagerConfig,
  ResolvedProcess,
  ResolvedWatch,
  StopSignal,
} from './model/config/config.ts'
export type { DeployConfig, DeployResources, DeploySecret, DeployUpdate } from './model/config/deploy.ts'
export type { HealthCheckConfig, HealthRules, PatternSource, ResolvedHealthCheck } from './model/config/health-check.ts'
export type { ConfigChanges, ProjectConfig } from './model/config/project.ts'
export type { SignalName } from './model/config/signals.ts'
export type { SshTarget, SwarmSettings, SwarmTarget, TargetConfig } from './model/config/targets.ts'
export type { WebConfig } from './model/config/web.ts'
export type { Finding, Fix } from './model/diagnosis/facts.ts'
export type { ErrorCode } from './model/errors.ts'
export { ProcessManagerError } from './model/errors.ts'
export type {
  EndCause,
  FailCause,
  FileChange,
  OverLimit,
  SpawnProblem,
  SystemProcess,
} from './model/lifecycle/causes.ts'
export type { Cause } from './model/lifecycle/chain.ts'
export type {
  ErrorCause,
  EventCause,
  ProcessEvent,
  ProcessEventType,
  ReadyCause,
  RestartCause,
  SignalCause,
  StoppedCause,
} from './model/lifecycle/events.ts'
export type { HealthResult, HealthStatus } from './model/lifecycle/health.ts'
export type { Identity } from './model/lifecycle/identity.ts'
export type { PhaseType, ProcessStatus } from './model/lifecycle/phase.ts'
export type { RunExit, Wanted } from './model/lifecycle/process.ts'
export type { FailureCause } from './model/lifecycle/result.ts'
export type { PlannedAction, PlanStep } from './model/planning/plan.ts'
export type { Reveal, Selection } from './model/planning/requests.ts'
export type { OpenPort, PortHolder, ProcessTree, TreeMember } from './model/tree/tree.ts'
export type { AlertsInfo, AlertTestResult } from './model/views/alerts-info.ts'
export type { Condition } from './model/views/condition.ts'
export type { CrashBrief, CrashReport } from './model/views/crash-report.ts'
export type { LogLevel, ProcessLog } from './model/views/logs.ts'
export type { Outcome, OutcomeCause, OutcomeResult } from './model/views/outcome.ts'
export type { ProgramStatus } from './model/views/program-status.ts'
export type { LastExit, ProcessDetail, ProcessState, ProcessStats, WaitingFor } from './model/views/state.ts'
export type { SupervisorInfo } from './model/views/supervisor-info.ts'
export type { WebInfo } from './model/views/web-info.ts'
export type { HistoryQuery } from './storage/history.ts'
export type { Reason } from './storage/why.ts'
export { VERSION } from './version.ts'

/** Supervises a folder as a daemon, in an app that was called with its `supervisorCommand`. Never resolves. */
export async function runDaemon(tuixDir: string): Promise<never> {
  refuseWindows()
  return (await import('./daemon/daemon.ts')).runDaemon(tuixDir)
}
