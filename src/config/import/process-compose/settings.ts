import { join } from 'node:path'
import type { DependencyCondition, ProcessConfig, StopSignal } from '../../../model/config/config.ts'
import { ownProperty } from '../../../model/text/text.ts'
import { validName } from '../names.ts'
import type { Notes } from '../notes.ts'
import { defined } from '../values.ts'
import { AVAILABILITY_KEYS, LOGGING_KEYS, ROTATION_KEYS, SCHEDULE_KEYS, SHUTDOWN_KEYS, WATCH_KEYS } from './keys.ts'
import type { ComposeProcess } from './schema.ts'
import { fillText, type Replacements } from './text.ts'

type Settings = Partial<ProcessConfig>

/** Default time in ms that process-compose waits before SIGKILL. */
const STOP_TIMEOUT = 10_000

const SIGNALS: Record<number, StopSignal> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  9: 'SIGKILL',
  10: 'SIGUSR1',
  12: 'SIGUSR2',
  15: 'SIGTERM',
}

export function restartsOf(
  { availability = {}, success_exit_codes }: ComposeProcess,
  name: string,
  notes: Notes,
): Settings {
  notes.addUnsupported(name, availability, AVAILABILITY_KEYS, 'availability.')
  const { restart = 'no', backoff_seconds, max_restarts } = availability
  if (restart === 'exit_on_failure') {
    notes.add(
      name,
      'availability.restart',
      '"exit_on_failure" becomes `autorestart: false`: the end of one process never ends the others',
    )
  }
  if (success_exit_codes && restart === 'always') {
    notes.add(name, 'success_exit_codes', 'is not carried over: the process is restarted whatever its exit code is')
  }
  return defined({
    autorestart: restart === 'always' ? undefined : restart === 'on_failure' ? ('on-failure' as const) : false,
    ...((restart === 'always' || restart === 'on_failure') && {
      // The delay is the same before every restart, 1 s by default.
      restartDelay: backoff_seconds === undefined ? undefined : backoff_seconds * 1000,
      maxRestartDelay: (backoff_seconds ?? 1) * 1000,
      // In process-compose, 0 means no limit.
      maxRestarts: max_restarts || ('unlimited' as const),
    }),
    stopExitCodes: restart === 'always' ? undefined : success_exit_codes,
  })
}

/** @param shellLine makes a line for a shell of one in the file */
export function stopOf(
  { shutdown = {} }: ComposeProcess,
  name: string,
  shellLine: (line: string) => string,
  notes: Notes,
): Settings {
  notes.addUnsupported(name, shutdown, SHUTDOWN_KEYS, 'shutdown.')
  const { command, signal, timeout_seconds } = shutdown
  const stopSignal = signal === undefined ? undefined : SIGNALS[signal]
  if (signal && !stopSignal) {
    notes.add(name, 'shutdown.signal', `${signal} becomes SIGTERM; available: ${Object.keys(SIGNALS).join(', ')}`)
  }
  return defined({
    stopCommand: command?.trim() ? shellLine(command) : undefined,
    stopSignal: stopSignal === 'SIGTERM' ? undefined : stopSignal,
    stopTimeout: timeout_seconds ? timeout_seconds * 1000 : STOP_TIMEOUT,
  })
}

const CONDITIONS: Record<string, DependencyCondition> = {
  process_healthy: 'healthy',
  process_started: 'started',
  process_completed: 'completed',
  process_completed_successfully: 'completed',
  process_log_ready: 'ready',
}

/** @param namesOf the resulting names of a process in the file */
export function dependenciesOf(
  { depends_on = {} }: ComposeProcess,
  name: string,
  namesOf: (written: string) => string[],
  notes: Notes,
): Settings {
  const entries = Array.isArray(depends_on)
    ? depends_on.map((other) => [other, 'process_started'] as const)
    : Object.entries(depends_on).map(([other, entry]) => [other, entry?.condition ?? 'process_started'] as const)
  const dependsOn = entries.flatMap(([other, condition]): [string, DependencyCondition][] => {
    const key = `depends_on.${other}`
    const names = namesOf(other)
    const known = ownProperty(CONDITIONS, condition)
    if (!known)
      notes.add(
        name,
        key,
        `${JSON.stringify(condition)} is an unknown condition, so the process waits until ${other} is ready`,
      )
    if (condition === 'process_completed') notes.add(name, key, 'waits for exit code 0, not for any exit')
    return names.map((one) => [one, known ?? 'ready'])
  })
  return dependsOn.length === 0 ? {} : { dependsOn: Object.fromEntries(dependsOn) }
}

export function logsOf(
  { log_location }: ComposeProcess,
  configurations: (ComposeProcess['log_configuration'] | undefined)[],
  name: string,
  replacements: Replacements,
  notes: Notes,
): Settings {
  const [own = {}] = configurations
  notes.addUnsupported(name, own, LOGGING_KEYS, 'log_configuration.')
  notes.addUnsupported(name, own.rotation ?? {}, ROTATION_KEYS, 'log_configuration.rotation.')
  const { max_size_mb, max_backups, compress } = Object.assign(
    {},
    ...configurations.map((one) => one?.rotation).reverse(),
  )
  return defined({
    ...(log_location && { logFile: fillText(log_location, replacements), mergeLogs: true }),
    maxLogSize: max_size_mb || undefined,
    maxLogFiles: max_backups || undefined,
    compressLogs: compress || undefined,
  })
}

export function watchOf({ watch }: ComposeProcess, name: string, notes: Notes): Settings {
  if (!watch?.paths || watch.paths.length === 0) return {}
  notes.addUnsupported(name, watch, WATCH_KEYS, 'watch.')
  const below = (folder: string) => (glob: string) =>
    glob.includes('/') ? join(folder, glob) : join(folder, '**', glob)
  const ignored = watch.paths.flatMap(({ path, exclude = [] }) => exclude.map(below(path)))
  return defined({
    watch: true,
    watchPaths: watch.paths.flatMap(({ path, include = [] }) =>
      include.length > 0 ? include.map(below(path)) : [path],
    ),
    ignoreWatch: ignored.length > 0 ? ignored : undefined,
    watchDebounce: watch.debounce === undefined ? undefined : debounceOf(watch.debounce),
  })
}

function debounceOf(time: string): number {
  return Math.round(Number.parseFloat(time) * (time.endsWith('ms') ? 1 : 1000))
}

export function scheduleOf({ schedule }: ComposeProcess, name: string, notes: Notes): Settings {
  if (!schedule) return {}
  notes.addUnsupported(name, schedule, SCHEDULE_KEYS, 'schedule.')
  return defined({ schedule: schedule.cron })
}

export function groupOf({ namespace }: ComposeProcess, name: string, notes: Notes): Settings {
  const [first, ...others] = [namespace ?? []].flat()
  if (others.length > 0) {
    notes.add(name, 'namespace', `gives the group ${validName(first ?? '')}: a process is in one group only`)
  }
  if (first === undefined || first === '' || first === 'default') return {}
  const group = validName(first)
  if (group !== first) notes.add(name, 'namespace', `${JSON.stringify(first)} becomes the group ${group}`)
  return { group }
}
