import { type ProcessConfig, SHARES } from '../../model/config/config.ts'
import { isSet, type Notes } from '../import/notes.ts'
import type { ExportContext, ExportedProcess } from './types.ts'

/**
 * What becomes of a setting in a format: it is carried over (`as` says into what), it is not (`not` is the predicate of a note),
 * or it asks for nothing that does not happen anyway (`moot`).
 */
export type Fate = { as: string } | { not: string } | { moot: string }

/** The fate of every setting. A new setting of processes is a type error until each format says what becomes of it. */
export type Fates = Record<keyof ProcessConfig, Fate>

/** Settings that are a matter of the supervisor alone, in every format. */
export const SUPERVISOR_ONLY = {
  stableAfter: { not: 'is not carried over: it counts no series of failures' },
  minUptime: { not: 'is not carried over: without a health check a process counts as up at once' },
  onStartTimeout: { not: 'is not carried over: what is not ready in time counts as failed' },
  watch: { not: 'is not carried over: nothing there watches files' },
  watchPaths: { not: 'is not carried over: nothing there watches files' },
  ignoreWatch: { not: 'is not carried over: nothing there watches files' },
  watchDebounce: { not: 'is not carried over: nothing there watches files' },
  watchPolling: { not: 'is not carried over: nothing there watches files' },
  heapSnapshot: { not: 'is not carried over: what exceeds its memory is killed at once' },
  memoryEvidence: { not: 'is not carried over: what exceeds its memory is killed at once' },
  ipc: { not: 'is not carried over: there is no channel to the program' },
  otlp: { not: 'is not carried over: run a collector of OpenTelemetry there' },
  autostart: { moot: 'everything in the files is started' },
  persist: { moot: 'everything outlives the shell that started it' },
} as const satisfies Partial<Fates>

/** Settings about log files, in formats that collect the output of containers. */
export const CONTAINER_LOGS = {
  logFile: { not: 'is not carried over: the output is collected there' },
  errorFile: { not: 'is not carried over: the output is collected there' },
  maxLogSize: { not: 'is not carried over: how long logs are kept is a matter of the engine' },
  maxLogFiles: { not: 'is not carried over: how long logs are kept is a matter of the engine' },
  compressLogs: { not: 'is not carried over: how long logs are kept is a matter of the engine' },
  mergeLogs: { moot: 'both streams are collected in their order' },
} as const satisfies Partial<Fates>

/** Settings about programs in the background, which a container cannot follow. */
export const NO_DAEMON = {
  daemon: {
    not: 'is not carried over: a container ends with its first process, so the program must stay in the foreground',
  },
  pidFile: {
    not: 'is not carried over: a container ends with its first process, so the program must stay in the foreground',
  },
} as const satisfies Partial<Fates>

/** Adds a note for every setting of a process that its format does not carry over. */
export function noteUncarried({ name, written, config }: ExportedProcess, fates: Fates, notes: Notes): void {
  const isShared = config.instances > 1 && typeof config.port === 'number'
  for (const [key, value] of Object.entries({ ...(isShared && { share: SHARES[0] }), ...written })) {
    const fate = fates[key as keyof ProcessConfig]
    if ('not' in fate && isSet(value)) notes.add(name, key, fate.not)
  }
}

/** Adds a note if a process is restarted whatever its exit code, as `what` always is. */
export function noteAlways({ name, kind, config }: ExportedProcess, what: string, { notes }: ExportContext): void {
  if (kind === 'service' && config.autorestart === 'on-failure')
    notes.add(name, 'autorestart', `is not carried over: ${what} is started again after success, too`)
}

/** Adds a note for every hook that a format does not run. */
export function noteHooks({ name, config }: ExportedProcess, carried: readonly string[], notes: Notes): void {
  for (const hook of Object.keys(config.hooks)) {
    if (!carried.includes(hook))
      notes.add(name, `hooks.${hook}`, 'is not carried over: nothing there runs on that event')
  }
}
