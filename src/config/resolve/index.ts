import type { ProcessConfig, ProcessManagerConfig, ResolvedProcess } from '../../model/config/config.ts'
import type { ParsedDeploy } from '../../model/config/deploy.ts'
import type { HealthCheckSettings } from '../../model/config/health-check.ts'
import { mapReferringTexts, referenceKeys, replaceReferences } from '../../model/config/references.ts'
import type { Measured } from '../../model/config/units.ts'
import { invocation } from '../command.ts'
import { resolveHealthCheck } from './health.ts'
import { resolveLogging } from './logging.ts'
import { resolveSupervision } from './supervision.ts'

/* Applies defaults to a validated config. It does not load the schema, so that a supervisor stays small and starts fast. */

/** A validated process. The variables of its env files are in `env`. */
export interface ParsedProcess extends Measured<Omit<ProcessConfig, 'envFile' | 'env' | 'healthCheck' | 'deploy'>> {
  /** Absolute, like `logFile` and `errorFile`. */
  cwd: string
  env?: Record<string, string>
  healthCheck?: Measured<HealthCheckSettings>
  /** For clusters: a supervisor does not keep it, so that it is never drift. */
  deploy?: ParsedDeploy
}

/** Settings of the manager for processes that do not set them. */
export type ProcessDefaults = Pick<ProcessManagerConfig, 'autoRestart' | 'maxRestarts' | 'restartDelay'>

/** Defaults of settings that neither the process nor the manager sets. */
const DEFAULTS = {
  autostart: false,
  autorestart: true,
  restartDelay: 1000,
  maxRestartDelay: 30_000,
  maxRestarts: 10,
  stableAfter: 30_000,
  stopSignal: 'SIGTERM',
  stopTimeout: 5000,
  minUptime: 300,
  onUnhealthy: 'restart',
  startTimeout: 60_000,
  onStartTimeout: 'fail',
} as const satisfies Partial<ProcessConfig>

/** Applies every default. */
export function resolveChecked(
  config: ParsedProcess,
  context: { defaults?: ProcessDefaults; origin?: string },
): ResolvedProcess {
  const { defaults, origin } = context
  const references = referenceKeys(config)
  const { name, command, cwd, group, persist } = config
  const resolved: ResolvedProcess = {
    name,
    command,
    ...invocation(config),
    cwd,
    env: { ...config.env },
    autostart: config.autostart ?? DEFAULTS.autostart,
    ...(config.startWithAll === false && { startWithAll: false as const }),
    autorestart: config.autorestart ?? defaults?.autoRestart ?? DEFAULTS.autorestart,
    restartDelay: config.restartDelay ?? defaults?.restartDelay ?? DEFAULTS.restartDelay,
    maxRestartDelay: config.maxRestartDelay ?? DEFAULTS.maxRestartDelay,
    maxRestarts: config.maxRestarts ?? defaults?.maxRestarts ?? DEFAULTS.maxRestarts,
    stableAfter: config.stableAfter ?? DEFAULTS.stableAfter,
    stopSignal: config.stopSignal ?? DEFAULTS.stopSignal,
    stopTimeout: config.stopTimeout ?? DEFAULTS.stopTimeout,
    ...(config.stopCommand !== undefined && { stopCommand: config.stopCommand }),
    ...(config.daemon && { daemon: true as const }),
    ...(config.pidFile !== undefined && { pidFile: config.pidFile }),
    minUptime: config.minUptime ?? DEFAULTS.minUptime,
    healthCheck: config.healthCheck ? resolveHealthCheck(config.healthCheck) : null,
    onUnhealthy: config.onUnhealthy ?? DEFAULTS.onUnhealthy,
    startTimeout: config.startTimeout ?? DEFAULTS.startTimeout,
    onStartTimeout: config.onStartTimeout ?? DEFAULTS.onStartTimeout,
    ...resolveSupervision(config),
    ...(references.length > 0 && { references }),
    ...resolveLogging(config),
    ...(group !== undefined && { group }),
    ...(persist !== undefined && { persist }),
    ...(origin !== undefined && { origin }),
  }
  // Without references no start replaces anything, so what is escaped is written out now.
  return references.length > 0
    ? resolved
    : mapReferringTexts(resolved, (text) => replaceReferences(text, () => undefined))
}
