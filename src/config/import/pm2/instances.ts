import { basename } from 'node:path'
import type { ProcessConfig } from '../../../model/config/config.ts'
import { numberedFile } from '../../../model/config/instances.ts'
import type { Notes } from '../notes.ts'
import type { ImportContext } from '../types.ts'
import type { Pm2App } from './schema.ts'

/** A process from an app, whose `env` is always there, with the variables of its profiles. */
export interface AppProcess {
  config: ProcessConfig & { env: Record<string, string> }
  path: string
  profiles: Record<string, Record<string, string>>
}

/** The processes for an app: one with `instances`, or several if each instance needs its own variables. */
export function instancesOf(
  whole: AppProcess,
  app: Pm2App,
  interpreter: string,
  context: ImportContext,
  notes: Notes,
): AppProcess[] {
  const { config } = whole
  const count = instanceCount(app, context)
  noteCount(config.name, app.instances, count, context, notes)
  if (count === 1) return [app.port === undefined ? whole : { ...whole, config: { ...config, port: app.port } }]
  if (app.merge_logs || app.combine_logs) {
    const text = `is not carried over: each instance has its own logs; \`tuix-ps logs ${config.name}\` shows them together`
    notes.add(config.name, app.merge_logs ? 'merge_logs' : 'combine_logs', text)
  }
  if (app.increment_var !== undefined) return expand(whole, app, app.increment_var, count, notes)
  return [isCluster(app, interpreter) ? cluster(whole, app, count, notes) : several(whole, app, count, notes)]
}

/** The number of instances of an app. */
export function instanceCount({ instances }: Pm2App, { cpus }: ImportContext): number {
  if (instances === undefined) return 1
  const wanted = instances === 'max' ? 0 : Number(instances)
  return wanted > 0 ? wanted : Math.max(1, cpus + wanted)
}

function noteCount(
  name: string,
  wanted: Pm2App['instances'],
  count: number,
  { purpose }: ImportContext,
  notes: Notes,
): void {
  const isRelative = wanted !== undefined && (wanted === 'max' || Number(wanted) <= 0)
  if (!isRelative || purpose === 'run') return
  notes.add(
    name,
    'instances',
    `${JSON.stringify(wanted)} becomes ${count}, from the number of processors of this machine`,
  )
}

/** Whether PM2 would run a cluster, which is its default for Node scripts with `instances`. */
function isCluster({ exec_mode, instances }: Pm2App, interpreter: string): boolean {
  if (exec_mode !== undefined) return exec_mode.startsWith('cluster')
  return instances !== undefined && /^(node|bun)/.test(basename(interpreter))
}

/** Converts a cluster. Instances share their port only by the forwarder, so each must listen on its own. */
function cluster({ config, path, profiles }: AppProcess, app: Pm2App, count: number, notes: Notes): AppProcess {
  const port = app.port ?? config.env.PORT
  const key = app.exec_mode === undefined ? 'instances' : 'exec_mode'
  const text =
    port === undefined
      ? `does not make a cluster here: the ${count} instances share no port, so each must listen on its own, as with \`"port": "auto"\``
      : `does not make a cluster here: the ${count} instances share port ${port} behind \`${config.name}-proxy\`, and each must listen on its own, which is in \`PORT\``
  notes.add(config.name, key, text)
  if (port === undefined) return { config: { ...config, instances: count }, path, profiles }
  return {
    config: { ...config, env: withoutPort(config.env), instances: count, port: portOf(port) },
    path,
    profiles: Object.fromEntries(Object.entries(profiles).map(([name, env]) => [name, withoutPort(env)])),
  }
}

/** A port that the instances share; one that is none is left to each. */
function portOf(port: string | number): number | 'auto' {
  return /^\d{1,5}$/.test(String(port)) && Number(port) > 0 && Number(port) < 65_536 ? Number(port) : 'auto'
}

function withoutPort({ PORT: _, ...env }: Record<string, string>): Record<string, string> {
  return env
}

function several({ config, ...whole }: AppProcess, { port }: Pm2App, count: number, notes: Notes): AppProcess {
  if (port !== undefined) {
    notes.add(config.name, 'port', `becomes "auto": ${count} instances cannot share a port`)
  }
  return { ...whole, config: { ...config, instances: count, ...(port !== undefined && { port: 'auto' as const }) } }
}

/** Converts instances with different variables to processes of one group. Their names are those of instances, which are reserved. */
function expand(
  { config, path, profiles }: AppProcess,
  { port }: Pm2App,
  variable: string,
  count: number,
  notes: Notes,
): AppProcess[] {
  const { name, logFile, errorFile, instanceVariable, ...rest } = config
  const { name: numberVariable = 'NODE_APP_INSTANCE', from = 0 } = instanceVariable ?? {}
  const group = config.group ?? name
  const text = `makes ${count} processes, ${name}-1 to ${name}-${count}; \`--group ${group}\` selects them all`
  notes.add(name, 'increment_var', text)
  const all: Record<string, string> = port === undefined ? config.env : { ...config.env, PORT: String(port) }
  return Array.from({ length: count }, (_, index) => ({
    path,
    config: {
      ...rest,
      name: `${name}-${index + 1}`,
      group,
      env: {
        ...incremented({ [variable]: '0', ...all }, variable, index),
        [numberVariable]: String(from + index),
      },
      ...(logFile !== undefined && { logFile: numberedFile(logFile, String(index + 1)) }),
      ...(errorFile !== undefined && { errorFile: numberedFile(errorFile, String(index + 1)) }),
    },
    profiles: Object.fromEntries(
      Object.entries(profiles).map(([profile, env]) => [profile, incremented(env, variable, index)]),
    ),
  }))
}

/** The variables with `more` added to `variable`, if that is a number. */
function incremented(env: Record<string, string>, variable: string, more: number): Record<string, string> {
  const number = Number(env[variable])
  return Number.isNaN(number) ? env : { ...env, [variable]: String(number + more) }
}
