import * as z from 'zod/mini'
import { choice, exitCodes, listOr, nonEmpty, schedule } from '../../values.ts'
import { number, scalar, switched, variables } from '../values.ts'

/**
 * Schema of the supported keys of process-compose. Other keys pass, for notes. A number or a switch may be a text, and a
 * text may be a number or a switch: what YAML makes of a value depends on its quotes.
 */

const optional = z.exactOptional
const open = <T extends Record<string, z.ZodMiniType>>(shape: T) => z.looseObject(shape, 'an object of settings')
const count = number('', 0, 1_000_000)
const seconds = number(' of seconds', 0, 2_000_000)

const environment = listOr(scalar('NAME=value'), variables)

export const probeShape = {
  exec: optional(open({ command: optional(scalar('a command line')), working_dir: optional(scalar('a folder')) })),
  http_get: optional(
    open({
      host: optional(scalar('a host name')),
      scheme: optional(scalar('"http" or "https"')),
      path: optional(scalar('a path')),
      port: optional(z.union([z.number(), scalar('')], 'a port')),
      num_port: optional(number('', 0, 65_535)),
      method: optional(scalar('an HTTP method')),
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
  compress: optional(switched),
}
const logging = open({ rotation: optional(open(rotationShape)) })

const processShape = {
  command: optional(scalar('a command line')),
  entrypoint: optional(z.array(scalar('a string'), 'a list of strings')),
  working_dir: optional(scalar('a folder')),
  environment: optional(environment),
  env_file: optional(listOr(scalar('a file'), scalar('a file or a list of files'))),
  depends_on: optional(
    listOr(
      scalar('the name of a process'),
      z.record(
        z.string(),
        z.nullable(open({ condition: optional(scalar('a condition')) })),
        'an object of processes with a `condition` each',
      ),
    ),
  ),
  readiness_probe: optional(probe),
  liveness_probe: optional(probe),
  ready_log_line: optional(nonEmpty('a text')),
  availability: optional(
    open({
      restart: optional(choice(['always', 'on_failure', 'exit_on_failure', 'no'])),
      backoff_seconds: optional(seconds),
      max_restarts: optional(count),
    }),
  ),
  shutdown: optional(
    open({
      command: optional(scalar('a command line')),
      signal: optional(number('', 0, 64)),
      timeout_seconds: optional(seconds),
    }),
  ),
  namespace: optional(listOr(scalar('a name'), scalar('a name'))),
  replicas: optional(number('', 0, 1000)),
  log_location: optional(scalar('a file')),
  log_configuration: optional(logging),
  disabled: optional(switched),
  is_disabled: optional(switched),
  is_daemon: optional(switched),
  is_dotenv_disabled: optional(switched),
  disable_env_expansion: optional(switched),
  is_template_disabled: optional(switched),
  vars: optional(variables),
  success_exit_codes: optional(exitCodes),
  watch: optional(
    open({
      paths: optional(
        z.array(
          open({
            path: nonEmpty('a folder'),
            include: optional(z.array(scalar('a glob'), 'a list of globs')),
            exclude: optional(z.array(scalar('a glob'), 'a list of globs')),
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
  shell: optional(open({ shell_command: optional(nonEmpty('a program')), shell_argument: optional(scalar('a flag')) })),
  log_configuration: optional(logging),
  is_dotenv_disabled: optional(switched),
  disable_env_expansion: optional(switched),
}

export const composeProject = open(projectShape)
export type ComposeProject = z.output<typeof composeProject>
export type Environment = z.output<typeof environment>
