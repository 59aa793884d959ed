import * as z from 'zod/mini'
import { choice, exitCodes, filled, flag, listOr, schedule, text } from '../../values.ts'
import { number, texts, variables } from '../values.ts'

/** What of process-compose's files is understood; other keys pass, to be told of. Numbers may be texts: variables stand there. */

const optional = z.exactOptional
const open = <T extends Record<string, z.ZodMiniType>>(shape: T) => z.looseObject(shape, 'an object of settings')
const count = number('', 0, 1_000_000)
const seconds = number(' of seconds', 0, 2_000_000)

const environment = listOr(text('NAME=value'), variables)

export const probeShape = {
  exec: optional(open({ command: optional(text('a command line')), working_dir: optional(text('a folder')) })),
  http_get: optional(
    open({
      host: optional(text('a host name')),
      scheme: optional(text('"http" or "https"')),
      path: optional(text('a path')),
      port: optional(z.union([z.number(), text('')], 'a port')),
      num_port: optional(number('', 0, 65_535)),
      method: optional(text('an HTTP method')),
      status_code: optional(number('', 0, 599)),
      headers: optional(z.record(z.string(), z.unknown(), 'an object of headers')),
    }),
  ),
  initial_delay_seconds: optional(seconds),
  period_seconds: optional(seconds),
  timeout_seconds: optional(seconds),
  success_threshold: optional(count),
  failure_threshold: optional(count),
}
const probe = open(probeShape)
export type Probe = z.output<typeof probe>

const rotationShape = {
  max_size_mb: optional(count),
  max_backups: optional(count),
  compress: optional(flag),
}
const logging = open({ rotation: optional(open(rotationShape)) })

const processShape = {
  command: optional(text('a command line')),
  entrypoint: optional(z.array(text('a string'), 'a list of strings')),
  working_dir: optional(text('a folder')),
  environment: optional(environment),
  env_file: optional(texts),
  depends_on: optional(
    listOr(
      text('the name of a process'),
      z.record(
        z.string(),
        z.nullable(open({ condition: optional(text('a condition')) })),
        'an object of processes with a `condition` each',
      ),
    ),
  ),
  readiness_probe: optional(probe),
  liveness_probe: optional(probe),
  ready_log_line: optional(filled('a text')),
  availability: optional(
    open({
      restart: optional(choice(['always', 'on_failure', 'exit_on_failure', 'no'])),
      backoff_seconds: optional(seconds),
      max_restarts: optional(count),
    }),
  ),
  shutdown: optional(open({ signal: optional(number('', 0, 64)), timeout_seconds: optional(seconds) })),
  namespace: optional(filled('a name')),
  replicas: optional(number('', 0, 1000)),
  log_location: optional(text('a file')),
  log_configuration: optional(logging),
  disabled: optional(flag),
  is_daemon: optional(flag),
  is_dotenv_disabled: optional(flag),
  disable_env_expansion: optional(flag),
  disable_command_rendering: optional(flag),
  vars: optional(variables),
  success_exit_codes: optional(exitCodes),
  watch: optional(
    open({
      paths: optional(
        z.array(
          open({
            path: filled('a folder'),
            include: optional(z.array(text('a glob'), 'a list of globs')),
            exclude: optional(z.array(text('a glob'), 'a list of globs')),
          }),
          'a list of paths',
        ),
      ),
      debounce: optional(z.string().check(z.regex(/^\d+(\.\d+)?(ms|s)$/, 'a time such as "300ms" or "1s"'))),
    }),
  ),
  schedule: optional(open({ cron: optional(schedule) })),
}

export const composeProcess = open(processShape)
export type ComposeProcess = z.output<typeof composeProcess>

const projectShape = {
  processes: z.record(z.string(), z.unknown(), 'an object of processes'),
  environment: optional(environment),
  vars: optional(variables),
  shell: optional(open({ shell_command: optional(filled('a program')), shell_argument: optional(text('a flag')) })),
  log_configuration: optional(logging),
  is_dotenv_disabled: optional(flag),
  disable_env_expansion: optional(flag),
}

export const composeProject = open(projectShape)
export type ComposeProject = z.output<typeof composeProject>
export type Environment = z.output<typeof environment>
