import type { ProcessManagerConfig, ResolvedProcess } from '../model/config.ts'
import { invocation } from './command.ts'
import { completeDraft, type ParsedProcess } from './complete.ts'
import { draftOf } from './draft.ts'
import { resolveHealthCheck } from './health.ts'
import { resolveLogging } from './logging.ts'
import type { Place } from './place.ts'
import { DEFAULTS } from './schema.ts'
import { resolveSupervision } from './supervision.ts'

/** Manager-wide defaults for processes that do not say. */
export type ProcessDefaults = Pick<ProcessManagerConfig, 'autoRestart' | 'maxRestarts' | 'restartDelay'>

export interface ProcessContext extends Place {
  /** Absolute folder that relative paths count from: the config file's, or the manager's `cwd`. */
  cwd: string
  defaults?: ProcessDefaults
  /** Where the process was declared, kept with it for later messages: `processes.json: processes[2]`. */
  origin?: string
}

/**
 * A process given in code, validated, with `cwd`, `logFile` and `errorFile` absolute. All three count from `context.cwd`:
 * a log file does not move when the process's own `cwd` changes. What `envFile` names is read.
 */
export function parseProcess(input: unknown, { cwd, path, origin, ...context }: ProcessContext): ParsedProcess {
  // The supervisor knows a process by its origin alone: then that leads the sentence.
  const file = context.file ?? (path === '' ? origin : undefined)
  const source = { path, folder: cwd, variables: false, ...(file !== undefined && { file }) }
  return completeDraft(draftOf(input, source), { environment: {} })
}

/** Validates one process and applies every default. Throws a `config` error, one sentence. */
export function resolveProcess(input: unknown, context: ProcessContext): ResolvedProcess {
  return complete(parseProcess(input, context), context)
}

function complete(config: ParsedProcess, context: ProcessContext): ResolvedProcess {
  const { defaults, origin } = context
  const { name, command, cwd, group, persist } = config
  return {
    name,
    command,
    ...invocation(config),
    cwd,
    env: { ...config.env },
    autostart: config.autostart ?? DEFAULTS.autostart,
    autorestart: config.autorestart ?? defaults?.autoRestart ?? DEFAULTS.autorestart,
    restartDelay: config.restartDelay ?? defaults?.restartDelay ?? DEFAULTS.restartDelay,
    maxRestarts: config.maxRestarts ?? defaults?.maxRestarts ?? DEFAULTS.maxRestarts,
    stopSignal: config.stopSignal ?? DEFAULTS.stopSignal,
    stopTimeout: config.stopTimeout ?? DEFAULTS.stopTimeout,
    minUptime: config.minUptime ?? DEFAULTS.minUptime,
    healthCheck: config.healthCheck ? resolveHealthCheck(config.healthCheck) : null,
    onUnhealthy: config.onUnhealthy ?? DEFAULTS.onUnhealthy,
    startTimeout: config.startTimeout ?? DEFAULTS.startTimeout,
    ...resolveSupervision(config),
    ...resolveLogging(config),
    ...(group !== undefined && { group }),
    ...(persist !== undefined && { persist }),
    ...(origin !== undefined && { origin }),
  }
}
