import * as z from 'zod/mini'
import { exitCodes, flag, integer, nonEmpty, schedule, text } from '../../values.ts'
import { milliseconds, number, texts, variables } from '../values.ts'

/** Schema of the supported keys of PM2's apps. Other keys pass, for notes. */

/** A number, or a text of this form. The message is the same for both. */
const numberOrText = (what: string, least: number, most: number, form: RegExp) =>
  z.union([integer('', least, most), z.string().check(z.regex(form, what))], what)

const memory = numberOrText('a number of bytes, or a size such as "300M" or "1G"', 1, 2 ** 50, /^\d+\s*[KMG]?B?$/i)
const uptime = numberOrText('a number of ms, or a time such as "5s", "2m" or "1h"', 0, 2 ** 31, /^\d+\s*(ms|s|m|h)?$/)
const instances = numberOrText('a whole number or "max"', -1000, 1000, /^(max|-?\d{1,3})$/)

const file = nonEmpty('a file')

/** No limit is `Infinity` in JavaScript. */
const restarts = z.union(
  [z.custom<number>((value) => value === Number.POSITIVE_INFINITY), number('', 0, 1_000_000)],
  'a whole number from 0 to 1000000',
)

const WATCH = 'true, false, a path or a list of paths'

const optional = z.exactOptional

const shape = {
  script: optional(nonEmpty('a script or a command')),
  exec: optional(nonEmpty('a script or a command')),
  cmd: optional(nonEmpty('a script or a command')),
  command: optional(nonEmpty('a script or a command')),
  name: optional(z.union([nonEmpty(''), z.number()], 'a name')),
  args: optional(texts),
  cwd: optional(nonEmpty('a folder')),
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
  cron_restart: optional(schedule),
  cron: optional(schedule),
  autorestart: optional(flag),
  max_restarts: optional(restarts),
  min_uptime: optional(uptime),
  restart_delay: optional(milliseconds),
  exp_backoff_restart_delay: optional(milliseconds),
  listen_timeout: optional(milliseconds),
  wait_ready: optional(flag),
  shutdown_with_message: optional(flag),
  stop_exit_codes: optional(z.union([integer('', 0, 255), exitCodes], 'an exit code or a list of exit codes')),
  namespace: optional(nonEmpty('a name')),
  increment_var: optional(nonEmpty('the name of a variable')),
  instance_var: optional(nonEmpty('the name of a variable')),
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

export const SUPPORTED = Object.keys(shape)
