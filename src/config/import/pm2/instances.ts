import { basename } from 'node:path'
import type { ProcessConfig } from '../../../model/config.ts'
import type { Notes } from '../notes.ts'
import type { ImportWorld } from '../types.ts'
import type { Pm2App } from './schema.ts'

/** What an app becomes, its variables and those of its profiles apart. */
export interface AppProcess {
  config: ProcessConfig & { env: Record<string, string> }
  path: string
  profiles: Record<string, Record<string, string>>
}

/** An app as the processes that it is run as here: one, with `instances`, or where each needs variables of its own, several. */
export function instancesOf(
  whole: AppProcess,
  app: Pm2App,
  interpreter: string,
  world: ImportWorld,
  notes: Notes,
): AppProcess[] {
  const { config } = whole
  const count = countOf(app.instances, world.cpus)
  tellOfCount(config.name, app.instances, count, world, notes)
  if (count === 1) return [app.port === undefined ? whole : { ...whole, config: { ...config, port: app.port } }]
  if (app.merge_logs || app.combine_logs) {
    const text = `is not carried over: each instance has logs of its own; \`tuix-ps logs ${config.name}\` shows them together`
    notes.add(config.name, app.merge_logs ? 'merge_logs' : 'combine_logs', text)
  }
  if (app.increment_var !== undefined || app.instance_var !== undefined) {
    return expand(whole, app, count, notes)
  }
  return [isCluster(app, interpreter) ? cluster(whole, app, count, notes) : several(whole, app, count, notes)]
}

function countOf(instances: Pm2App['instances'], cpus: number): number {
  if (instances === undefined) return 1
  const wanted = instances === 'max' ? 0 : Number(instances)
  return wanted > 0 ? wanted : Math.max(1, cpus + wanted)
}

function tellOfCount(
  name: string,
  wanted: Pm2App['instances'],
  count: number,
  { purpose }: ImportWorld,
  notes: Notes,
): void {
  const isRelative = wanted !== undefined && (wanted === 'max' || Number(wanted) <= 0)
  if (!isRelative || purpose === 'run') return
  notes.add(name, 'instances', `${JSON.stringify(wanted)} becomes ${count}, by the processors of this machine`)
}

/** PM2 takes Node scripts with `instances` for a cluster unless they say something else. */
function isCluster({ exec_mode, instances }: Pm2App, interpreter: string): boolean {
  if (exec_mode !== undefined) return exec_mode.startsWith('cluster')
  return instances !== undefined && /^(node|bun)/.test(basename(interpreter))
}

/** Instances share nothing here, so that each needs a port of its own. */
function cluster({ config, path, profiles }: AppProcess, app: Pm2App, count: number, notes: Notes): AppProcess {
  const port = app.port ?? config.env.PORT
  const key = app.exec_mode === undefined ? 'instances' : 'exec_mode'
  const numbered = '`TUIX_INSTANCE`, from 1, stands for `NODE_APP_INSTANCE`'
  const text =
    port === undefined
      ? `has no cluster here: the ${count} instances share no port, so each must listen on one of its own, such as \`"port": "auto"\` gives; ${numbered}`
      : `has no cluster here: the ${count} instances do not share port ${port}, each gets one of its own in \`PORT\`; put a proxy in front, or set \`instances\` to 1; ${numbered}`
  notes.add(config.name, key, text)
  if (port === undefined) return { config: { ...config, instances: count }, path, profiles }
  return {
    config: { ...config, env: withoutPort(config.env), instances: count, port: 'auto' },
    path,
    profiles: Object.fromEntries(Object.entries(profiles).map(([name, env]) => [name, withoutPort(env)])),
  }
}

function withoutPort({ PORT: _, ...env }: Record<string, string>): Record<string, string> {
  return env
}

function several({ config, ...whole }: AppProcess, { port }: Pm2App, count: number, notes: Notes): AppProcess {
  if (port !== undefined) {
    notes.add(config.name, 'port', `becomes "auto": ${count} instances cannot listen on the same one`)
  }
  return { ...whole, config: { ...config, instances: count, ...(port !== undefined && { port: 'auto' as const }) } }
}

/** Each with variables of its own is a process of its own, in one group. */
function expand({ config, path, profiles }: AppProcess, app: Pm2App, count: number, notes: Notes): AppProcess[] {
  const { name, logFile, errorFile } = config
  const { increment_var, instance_var = 'NODE_APP_INSTANCE', port } = app
  const group = config.group ?? name
  const key = increment_var === undefined ? 'instance_var' : 'increment_var'
  notes.add(
    name,
    key,
    `makes ${count} processes of it, ${name}-1 to ${name}-${count}; \`--group ${group}\` names them all`,
  )
  const all: Record<string, string> = port === undefined ? config.env : { ...config.env, PORT: String(port) }
  return Array.from({ length: count }, (_, index) => ({
    path,
    config: {
      ...config,
      name: `${name}-${index + 1}`,
      group,
      env: {
        ...incremented(increment_var === undefined ? all : { [increment_var]: '0', ...all }, increment_var, index),
        [instance_var]: String(index),
      },
      ...(logFile !== undefined && { logFile: numbered(logFile, index) }),
      ...(errorFile !== undefined && { errorFile: numbered(errorFile, index) }),
    },
    profiles: Object.fromEntries(
      Object.entries(profiles).map(([profile, env]) => [profile, incremented(env, increment_var, index)]),
    ),
  }))
}

/** With the number of that variable, if it is there, as many more. */
function incremented(env: Record<string, string>, variable: string | undefined, more: number): Record<string, string> {
  const number = variable === undefined ? Number.NaN : Number(env[variable])
  return variable === undefined || Number.isNaN(number) ? env : { ...env, [variable]: String(number + more) }
}

/** `out.log` becomes `out-1.log`. */
function numbered(file: string, index: number): string {
  return file.replace(/(?<=[^/\\])(\.[^./\\]+)?$/, (extension) => `-${index + 1}${extension}`)
}
