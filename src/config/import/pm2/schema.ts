import * as z from 'zod/mini'
import { exitCodes, filled, flag, schedule, text, whole } from '../../values.ts'
import { milliseconds, number, texts, variables } from '../values.ts'

/** What of PM2's apps is understood; other keys pass, to be told of. */

/** A number, or a text of this form: whichever it is, a message says what would be right. */
const numberOrText = (what: string, least: number, most: number, form: RegExp) =>
  z.union([whole('', least, most), z.string().check(z.regex(form, what))], what)

const memory = numberOrText('a number of bytes, or a size such as "300M" or "1G"', 1, 2 ** 50, /^\d+\s*[KMG]?B?$/i)
const uptime = numberOrText('a number of ms, or a time such as "5s", "2m" or "1h"', 0, 2 ** 31, /^\d+\s*(ms|s|m|h)?$/)
const instances = numberOrText('a whole number or "max"', -1000, 1000, /^(max|-?\d{1,3})$/)

const file = filled('a file')

/** A cron expression, or 0 for none. */
const cron = z.union([z.literal(0), z.literal('0'), z.literal(''), z.literal(false), schedule], '')

const WATCH = 'true, false, a path or a list of paths'

const optional = z.exactOptional

const shape = {
  script: optional(filled('a script or a command')),
  exec: optional(filled('a script or a command')),
  cmd: optional(filled('a script or a command')),
  command: optional(filled('a script or a command')),
  name: optional(z.union([filled(''), z.number()], 'a name')),
  args: optional(texts),
  cwd: optional(filled('a folder')),
  env: optional(variables),
  instances: optional(instances),
  exec_mode: optional(z.string().check(z.regex(/^(cluster|fork)(_mode)?$/, '"fork" or "cluster"'))),
  interpreter: optional(text('a program')),
  exec_interpreter: optional(text('a program')),
  node_args: optional(texts),
  interpreter_args: optional(texts),
  interpreterArgs: optional(texts),
  watch: optional(z.union([z.boolean(), text(''), z.array(text(''))], WATCH)),
  ignore_watch: optional(z.union([text(''), z.array(z.unknown())], 'a path or a list of paths')),
  watch_delay: optional(milliseconds),
  max_memory_restart: optional(memory),
  kill_timeout: optional(milliseconds),
  cron_restart: optional(cron),
  cron: optional(cron),
  autorestart: optional(flag),
  max_restarts: optional(number('', 0, 1_000_000)),
  min_uptime: optional(uptime),
  restart_delay: optional(milliseconds),
  exp_backoff_restart_delay: optional(milliseconds),
  listen_timeout: optional(milliseconds),
  wait_ready: optional(flag),
  shutdown_with_message: optional(flag),
  stop_exit_codes: optional(z.union([whole('', 0, 255), exitCodes], 'an exit code or a list of exit codes')),
  namespace: optional(filled('a name')),
  increment_var: optional(filled('the name of a variable')),
  instance_var: optional(filled('the name of a variable')),
  port: optional(number('', 1, 65_535)),
  source_map_support: optional(flag),
  out_file: optional(file),
  output: optional(file),
  out: optional(file),
  out_log: optional(file),
  error_file: optional(file),
  error: optional(file),
  err: optional(file),
  err_file: optional(file),
  err_log: optional(file),
  log_file: optional(z.union([z.boolean(), file], 'a file')),
  log: optional(z.union([z.boolean(), file], 'a file')),
  merge_logs: optional(flag),
  combine_logs: optional(flag),
}

export const pm2App = z.looseObject(shape, 'an object of settings')
export type Pm2App = z.output<typeof pm2App>

export const CARRIED = Object.keys(shape)
