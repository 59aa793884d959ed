import type { ProcessConfig } from '../../../model/config.ts'
import { validName } from '../names.ts'
import type { Notes } from '../notes.ts'
import type { ImportWorld } from '../types.ts'
import { defined, pathFrom } from '../values.ts'
import type { Pm2App } from './schema.ts'

type Settings = Omit<Partial<ProcessConfig>, 'env'>

/** Longest `min_uptime` in ms that becomes `minUptime`, since `start` waits for that long here. */
const LONGEST_UPTIME = 5000

const NOWHERE = new Set(['/dev/null', 'NULL'])

export function restartsOf(app: Pm2App, name: string, notes: Notes): Settings {
  const { autorestart, max_restarts, restart_delay, exp_backoff_restart_delay, min_uptime, stop_exit_codes } = app
  const uptime = min_uptime === undefined ? undefined : timeOf(min_uptime)
  const isLong = uptime !== undefined && uptime > LONGEST_UPTIME
  if (isLong) {
    const text = `is not carried over: \`start\` would wait for it; here a run of 30 s wipes out the failures before it`
    notes.add(name, 'min_uptime', text)
  }
  return defined({
    autorestart: autorestart === false ? false : undefined,
    maxRestarts: max_restarts,
    restartDelay: restart_delay || exp_backoff_restart_delay || undefined,
    minUptime: isLong ? undefined : uptime,
    stopExitCodes: stop_exit_codes === undefined ? undefined : [stop_exit_codes].flat(),
  })
}

export function stopOf({ kill_timeout, treekill }: Pm2App, name: string, notes: Notes): Settings {
  if (treekill === false) {
    notes.add(name, 'treekill', 'is not carried over: a stop ends everything that the process has started')
  }
  // What PM2 sends.
  return defined({ stopSignal: 'SIGINT' as const, stopTimeout: kill_timeout })
}

export function messagesOf(app: Pm2App, name: string, notes: Notes): Settings {
  const { wait_ready, listen_timeout, shutdown_with_message } = app
  if (shutdown_with_message) {
    const text = wait_ready
      ? "comes as `{ type: 'shutdown' }` instead of 'shutdown'"
      : "is not carried over, SIGINT asks it to stop: give it `ipc: true`, let it send 'ready', and take `{ type: 'shutdown' }`"
    notes.add(name, 'shutdown_with_message', text)
  }
  if (!wait_ready) return {}
  return defined({ ipc: true, startTimeout: listen_timeout || undefined })
}

export function watchOf(app: Pm2App, name: string, notes: Notes): Settings {
  const { watch, ignore_watch, watch_delay } = app
  if (!watch || (Array.isArray(watch) && watch.length === 0)) return {}
  const ignored = ignore_watch === undefined ? [] : [ignore_watch].flat()
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

/** A backslash stands in regular expressions, and never in the glob of a path. */
const isExpression = (entry: string): boolean => entry.includes('\\')

export function logsOf(app: Pm2App, name: string, world: ImportWorld, notes: Notes): Settings {
  const place = (keys: (keyof Pm2App)[]): string | undefined => {
    const key = keys.find((candidate) => typeof app[candidate] === 'string')
    const file = key === undefined ? undefined : String(app[key])
    if (file === undefined || !NOWHERE.has(file)) return file && pathFrom(app.cwd, file, world.home)
    notes.add(name, String(key), 'is not carried over: a log is kept, at most as `maxLogSize` and `maxLogFiles` say')
    return undefined
  }
  const logFile = place(['out_file', 'output', 'out', 'out_log'])
  const errorFile = place(['error_file', 'error', 'err', 'err_file', 'err_log'])
  const both = place(['log_file', 'log'])
  if (both !== undefined && logFile === undefined && errorFile === undefined) return { logFile: both, mergeLogs: true }
  if (both !== undefined) {
    const text = 'is not carried over: a process has one file for each stream, or with `mergeLogs` one for both'
    notes.add(name, app.log_file === undefined ? 'log' : 'log_file', text)
  }
  if (logFile !== undefined && logFile === errorFile) return { logFile, mergeLogs: true }
  return defined({ logFile, errorFile })
}

export function scheduleOf(app: Pm2App, name: string, notes: Notes): Settings {
  const schedule = app.cron_restart || app.cron
  if (!schedule || schedule === '0') return {}
  if (app.autorestart === false) return { schedule }
  const job = `{ "name": "${name}-restart", "command": "tuix-ps restart ${name}", "schedule": "${schedule}" }`
  const key = app.cron_restart ? 'cron_restart' : 'cron'
  notes.add(
    name,
    key,
    `is not carried over, since \`schedule\` is for jobs that end; to restart it by the clock, add ${job}`,
  )
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
