import type { ProcessConfig, ProcessManagerConfig, ResolvedProcess } from '../../model/config.ts'
import { invocation } from '../command.ts'
import { resolveHealthCheck } from './health.ts'
import { resolveLogging } from './logging.ts'
import { resolveSupervision } from './supervision.ts'

/* What a process is whose settings the schema has checked. Loads no schema: a supervisor is to be small and soon there. */

/** What somebody wrote, validated; what `envFile` named is in `env`. */
export interface ParsedProcess extends Omit<ProcessConfig, 'envFile'> {
  /** Absolute, as are `logFile` and `errorFile`. */
  cwd: string
  env?: Record<string, string>
}

/** Manager-wide defaults for processes that do not say. */
export type ProcessDefaults = Pick<ProcessManagerConfig, 'autoRestart' | 'maxRestarts' | 'restartDelay'>

/** What a setting is when neither the process nor the manager says. */
const DEFAULTS = {
  autostart: false,
  autorestart: true,
  restartDelay: 1000,
  maxRestarts: 10,
  stopSignal: 'SIGTERM',
  stopTimeout: 5000,
  minUptime: 300,
  onUnhealthy: 'restart',
  startTimeout: 60_000,
} as const satisfies Partial<ProcessConfig>

/** Applies every default. */
export function resolveChecked(
  config: ParsedProcess,
  context: { defaults?: ProcessDefaults; origin?: string },
): ResolvedProcess {
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
