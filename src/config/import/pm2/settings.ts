import type { ProcessConfig } from '../../../model/config/config.ts'
import { validName } from '../names.ts'
import type { Notes } from '../notes.ts'
import type { ImportContext } from '../types.ts'
import { defined, pathFrom } from '../values.ts'
import type { Pm2App } from './schema.ts'

type Settings = Omit<Partial<ProcessConfig>, 'env'>

/** PM2's defaults: so many runs shorter than so many ms. Longer ones may fail as often as they like. */
const RESTARTS = 16
const MIN_UPTIME = 1000

/** Longest delay of `exp_backoff_restart_delay` in ms. */
const LONGEST_BACKOFF = 15_000

/** Default of `listen_timeout` in ms. */
const LISTEN_TIMEOUT = 3000

/** Values for logs that are not kept, or go to PM2's own output. */
const NOWHERE = new Set(['/dev/null', 'NULL', '/dev/stdout', '/dev/stderr'])

export function restartsOf(app: Pm2App, name: string, notes: Notes): Settings {
  const { autorestart, restart_delay, exp_backoff_restart_delay, stop_exit_codes } = app
  if (restart_delay && exp_backoff_restart_delay) {
    notes.add(name, 'restart_delay', 'is not carried over: PM2 ignores it beside `exp_backoff_restart_delay`')
  }
  return defined({
    ...(autorestart === false ? { autorestart: false } : exp_backoff_restart_delay ? growing(app) : constant(app)),
    stopExitCodes: stop_exit_codes === undefined ? undefined : [stop_exit_codes].flat(),
  })
}

/** PM2 waits for the same time before every restart, and counts only runs shorter than `min_uptime`. */
function constant({ max_restarts = RESTARTS, min_uptime, restart_delay }: Pm2App): Settings {
  return defined({
    maxRestarts: restartLimit(max_restarts),
    stableAfter: min_uptime === undefined ? MIN_UPTIME : timeOf(min_uptime),
    restartDelay: restart_delay || undefined,
    maxRestartDelay: restart_delay || undefined,
  })
}

/** The delay grows until a run has lasted for 30 s, as it does here. */
function growing({ max_restarts, exp_backoff_restart_delay }: Pm2App): Settings {
  return defined({
    maxRestarts: max_restarts === undefined ? ('unlimited' as const) : restartLimit(max_restarts),
    restartDelay: exp_backoff_restart_delay,
    maxRestartDelay: LONGEST_BACKOFF,
  })
}

const restartLimit = (count: number) => (Number.isFinite(count) ? count : ('unlimited' as const))

export function stopOf({ kill_timeout, treekill }: Pm2App, name: string, notes: Notes): Settings {
  if (treekill === false) {
    notes.add(name, 'treekill', 'is not carried over: a stop also stops everything that the process has started')
  }
  // The signal that PM2 sends.
  return defined({ stopSignal: 'SIGINT' as const, stopTimeout: kill_timeout })
}

export function messagesOf(app: Pm2App, name: string, notes: Notes): Settings {
  const { wait_ready, listen_timeout, shutdown_with_message } = app
  if (shutdown_with_message) {
    const text = wait_ready
      ? "is sent as `{ type: 'shutdown' }` instead of 'shutdown'"
      : "is not carried over: SIGINT asks the process to stop; for a message, set `ipc: true`, send 'ready', and handle `{ type: 'shutdown' }`"
    notes.add(name, 'shutdown_with_message', text)
  }
  if (!wait_ready) return {}
  // A process that never sends 'ready' is online all the same when the time is up.
  return { ipc: true, startTimeout: listen_timeout || LISTEN_TIMEOUT, onStartTimeout: 'ready' }
}

export function watchOf(app: Pm2App, name: string, notes: Notes): Settings {
  const { watch, ignore_watch, watch_delay } = app
  if (!watch || (Array.isArray(watch) && watch.length === 0)) return {}
  const ignored = ignore_watch === undefined ? [] : [ignore_watch].flat()
  if (watch === 'true' || watch === 'false') {
    notes.add(name, 'watch', `is the path \`${watch}\`, as in PM2; write ${watch} without quotes`)
  }
  const globs = ignored.filter((entry): entry is string => typeof entry === 'string' && !isExpression(entry))
  for (const entry of ignored) {
    if (globs.includes(entry as string)) continue
    notes.add(
      name,
      'ignore_watch',
      `${String(entry)} is not carried over: write a glob instead of a regular expression`,
    )
  }
  return defined({
    watch: true,
    watchPaths: watch === true ? undefined : [watch].flat(),
    ignoreWatch: globs.length === 0 ? undefined : globs,
    watchDebounce: watch_delay,
  })
}

/** Whether an entry is a regular expression, which has a backslash, unlike the glob of a path. */
const isExpression = (entry: string): boolean => entry.includes('\\')

export function logsOf(app: Pm2App, name: string, context: ImportContext, notes: Notes): Settings {
  const place = (keys: (keyof Pm2App)[]): string | undefined => {
    const key = keys.find((candidate) => typeof app[candidate] === 'string')
    const file = key === undefined ? undefined : String(app[key])
    if (file === undefined || !NOWHERE.has(file)) return file && pathFrom(app.cwd, file, context)
    notes.add(name, String(key), 'is not carried over: logs are always kept, limited by `maxLogSize` and `maxLogFiles`')
    return undefined
  }
  const logFile = place(['out_file', 'output', 'out', 'out_log'])
  const errorFile = place(['error_file', 'error', 'err', 'err_file', 'err_log'])
  const both = place(['log_file', 'log'])
  if (both !== undefined && logFile === undefined && errorFile === undefined) return { logFile: both, mergeLogs: true }
  if (both !== undefined) {
    const text = 'is not carried over: a process has one file for each stream, or one for both with `mergeLogs`'
    notes.add(name, app.log_file === undefined ? 'log' : 'log_file', text)
  }
  if (logFile !== undefined && logFile === errorFile) return { logFile, mergeLogs: true }
  return defined({ logFile, errorFile })
}

export function scheduleOf(app: Pm2App, name: string, notes: Notes): Settings {
  const schedule = app.cron_restart || app.cron
  if (!schedule) return {}
  if (app.autorestart === false) return { schedule }
  const job = `{ "name": "${name}-restart", "command": "tuix-ps restart ${name}", "schedule": "${schedule}" }`
  const key = app.cron_restart ? 'cron_restart' : 'cron'
  notes.add(name, key, `is not carried over: \`schedule\` is for jobs that exit; for scheduled restarts, add ${job}`)
  return {}
}

export function limitsOf({ max_memory_restart, namespace }: Pm2App): Settings {
  return defined({
    maxMemory: max_memory_restart === undefined ? undefined : megabytes(max_memory_restart),
    group: namespace === undefined || namespace === 'default' ? undefined : validName(namespace),
  })
}

const UNITS: Record<string, number> = { '': 1 / 2 ** 20, K: 1 / 1024, M: 1, G: 1024 }

/** MB (2^20 bytes), at least one. */
function megabytes(size: number | string): number {
  const [, count = '', unit = ''] = /^(\d+)\s*([KMG]?)/i.exec(String(size)) ?? []
  return Math.max(1, Math.round(Number(count) * (UNITS[unit.toUpperCase()] ?? 1)))
}

const MILLISECONDS: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000 }

function timeOf(time: number | string): number {
  const [, count = '', unit = ''] = /^(\d+)\s*(ms|s|m|h)?/.exec(String(time)) ?? []
  return Number(count) * (MILLISECONDS[unit] ?? 1)
}
