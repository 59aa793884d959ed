import type { Notes } from '../notes.ts'

/** Keys whose numbers are ms, or bytes: PM2 takes fractions of them. */
const ROUNDED = new Set(
  'kill_timeout restart_delay exp_backoff_restart_delay listen_timeout watch_delay max_memory_restart min_uptime'.split(
    ' ',
  ),
)
const CRONS = new Set(['cron_restart', 'cron'])
/** Keys that `false` switches off. */
const SWITCHED = new Set(
  'interpreter exec_interpreter out_file output out out_log error_file error err err_file err_log namespace'.split(' '),
)
const LISTS = new Set(['args', 'node_args', 'interpreter_args', 'interpreterArgs'])

/**
 * An app with the values that PM2 takes, in one form each. Files are modules, so their values often come from variables that
 * are not set: null, an empty text and NaN count as absent.
 *
 * @param notes gets what PM2 accepts, but ignores
 * @param label name of the app in notes
 */
export function leniently(app: unknown, notes: Notes, label: string | undefined): unknown {
  if (typeof app !== 'object' || app === null || Array.isArray(app)) return app
  const entries = Object.entries(app).flatMap(([key, value]): [string, unknown][] => {
    if (isAbsent(value) || (SWITCHED.has(key) && value === false)) return []
    if (CRONS.has(key) && (value === 0 || value === '0' || value === false)) return []
    if (key === 'env' && typeof value !== 'object') {
      notes.add(label, key, 'has no effect: it is not an object of variables')
      return []
    }
    return [[key, plain(key, value)]]
  })
  return Object.fromEntries(entries)
}

function plain(key: string, value: unknown): unknown {
  if (ROUNDED.has(key) && Number.isFinite(value)) return Math.round(value as number)
  if (LISTS.has(key) && Array.isArray(value)) return value.filter((word) => !isAbsent(word) || word === '').map(asWord)
  if (key === 'stop_exit_codes') return Array.isArray(value) ? value.map(asCode) : asCode(value)
  return value
}

const isAbsent = (value: unknown): boolean =>
  value === undefined || value === null || value === '' || Number.isNaN(value)

const asWord = (word: unknown): unknown => (typeof word === 'number' || typeof word === 'boolean' ? String(word) : word)

const asCode = (code: unknown): unknown => (typeof code === 'string' && /^\d+$/.test(code) ? Number(code) : code)
