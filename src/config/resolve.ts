import { resolve } from 'node:path'
import type { ProcessConfig, ProcessManagerConfig, ResolvedProcess } from '../model/config.ts'
import { check } from './check.ts'
import { invocation } from './command.ts'
import { resolveHealthCheck } from './health.ts'
import { resolveLogging } from './logging.ts'
import { type Place, refusal } from './place.ts'
import { DEFAULTS, processSchema } from './schema.ts'
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

/** What somebody wrote, validated. */
export interface ParsedProcess extends ProcessConfig {
  /** Absolute, as are `logFile` and `errorFile`. */
  cwd: string
  env?: Record<string, string>
}

/**
 * The process as written, validated, with `cwd`, `logFile` and `errorFile` absolute. All three count from `context.cwd`:
 * a log file does not move when the process's own `cwd` changes. `~` is not expanded.
 */
export function parseProcess(input: unknown, context: ProcessContext): ParsedProcess {
  const { path, origin } = context
  // The supervisor knows a process by its origin alone: then that leads the sentence.
  const file = context.file ?? (path === '' ? origin : undefined)
  const config = check(processSchema, input, { path, ...(file !== undefined && { file }) })
  const { logFile, errorFile } = config
  return {
    ...config,
    cwd: resolve(context.cwd, config.cwd ?? ''),
    ...(logFile !== undefined && { logFile: resolve(context.cwd, logFile) }),
    ...(errorFile !== undefined && { errorFile: resolve(context.cwd, errorFile) }),
  }
}

/** Several of one list, `context.path` being the list's. Throws for a name that two of them have. */
export function parseProcesses(inputs: readonly unknown[], context: ProcessContext): ParsedProcess[] {
  const paths = new Map<string, string>()
  return inputs.map((input, index) => {
    const path = `${context.path}[${index}]`
    const config = parseProcess(input, { ...context, path })
    const other = paths.get(config.name)
    if (other !== undefined) {
      throw refusal(context, `\`${path}.name\` must be unique, but \`${other}\` is named "${config.name}" too`)
    }
    paths.set(config.name, path)
    return config
  })
}

/** Validates one process and applies every default. Throws a `config` error, one sentence. */
export function resolveProcess(input: unknown, context: ProcessContext): ResolvedProcess {
  return complete(parseProcess(input, context), context)
}

/** Several of one list, `context.path` being the list's; out of a file each gets its place there as its origin. */
export function resolveProcesses(inputs: readonly unknown[], context: ProcessContext): ResolvedProcess[] {
  return parseProcesses(inputs, context).map((config, index) => {
    const origin = originOf(context, index)
    return complete(config, { ...context, ...(origin !== undefined && { origin }) })
  })
}

/** `processes.json: processes[2]`; undefined for a list that was given in code. */
export function originOf({ file, path }: Place, index: number): string | undefined {
  return file === undefined ? undefined : `${file}: ${path}[${index}]`
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
