import { basename } from 'node:path'
import type { ProcessConfig } from '../../../model/config.ts'
import type { Notes } from '../notes.ts'
import type { ImportWorld } from '../types.ts'
import type { Pm2App } from './schema.ts'

/** An app as the processes that it is run as here: one, with `instances`, or where each needs variables of its own, several. */
export function instancesOf(
  config: ProcessConfig,
  app: Pm2App,
  interpreter: string,
  world: ImportWorld,
  notes: Notes,
): ProcessConfig[] {
  const count = countOf(app.instances, world.cpus)
  tellOfCount(config.name, app.instances, count, world, notes)
  if (count === 1) return [withPort(config, app.port)]
  if (app.merge_logs || app.combine_logs) {
    const text = `is not carried over: each instance has logs of its own; \`tuix-ps logs ${config.name}\` shows them together`
    notes.add(config.name, app.merge_logs ? 'merge_logs' : 'combine_logs', text)
  }
  if (app.increment_var !== undefined || app.instance_var !== undefined) {
    return expand(withPort(config, undefined), app, count, notes)
  }
  return [isCluster(app, interpreter) ? cluster(config, app, count, notes) : several(config, app, count, notes)]
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

function withPort(config: ProcessConfig, port: number | undefined): ProcessConfig {
  return port === undefined ? config : { ...config, port }
}

/** PM2 takes Node scripts with `instances` for a cluster unless they say something else. */
function isCluster({ exec_mode, instances }: Pm2App, interpreter: string): boolean {
  if (exec_mode !== undefined) return exec_mode.startsWith('cluster')
  return instances !== undefined && /^(node|bun)/.test(basename(interpreter))
}

/** Instances share nothing here, so that each needs a port of its own. */
function cluster(config: ProcessConfig, app: Pm2App, count: number, notes: Notes): ProcessConfig {
  const { PORT, ...env } = config.env ?? {}
  const port = app.port ?? PORT
  const key = app.exec_mode === undefined ? 'instances' : 'exec_mode'
  const numbered = '`TUIX_INSTANCE`, from 1, stands for `NODE_APP_INSTANCE`'
  const text =
    port === undefined
      ? `has no cluster here: the ${count} instances share no port, so each must listen on one of its own, such as \`"port": "auto"\` gives; ${numbered}`
      : `has no cluster here: the ${count} instances do not share port ${port}, each gets one of its own in \`PORT\`; put a proxy in front, or set \`instances\` to 1; ${numbered}`
  notes.add(config.name, key, text)
  return port === undefined ? { ...config, instances: count } : { ...config, env, instances: count, port: 'auto' }
}

function several(config: ProcessConfig, { port }: Pm2App, count: number, notes: Notes): ProcessConfig {
  if (port !== undefined) {
    notes.add(config.name, 'port', `becomes "auto": ${count} instances cannot listen on the same one`)
  }
  return { ...config, instances: count, ...(port !== undefined && { port: 'auto' as const }) }
}

/** Each with variables of its own is a process of its own, in one group. */
function expand(config: ProcessConfig, app: Pm2App, count: number, notes: Notes): ProcessConfig[] {
  const { name, env = {}, logFile, errorFile } = config
  const { increment_var, instance_var = 'NODE_APP_INSTANCE', port } = app
  const group = config.group ?? name
  const key = increment_var === undefined ? 'instance_var' : 'increment_var'
  notes.add(
    name,
    key,
    `makes ${count} processes of it, ${name}-1 to ${name}-${count}; \`--group ${group}\` names them all`,
  )
  const all = port === undefined ? env : { ...env, PORT: String(port) }
  const first = increment_var === undefined ? undefined : all[increment_var]
  return Array.from({ length: count }, (_, index) => ({
    ...config,
    name: `${name}-${index + 1}`,
    group,
    env: {
      ...all,
      [instance_var]: String(index),
      ...(increment_var !== undefined && { [increment_var]: incremented(first, index) }),
    },
    ...(logFile !== undefined && { logFile: numbered(logFile, index) }),
    ...(errorFile !== undefined && { errorFile: numbered(errorFile, index) }),
  }))
}

/** PM2 counts from the variable's number, or from 0. */
function incremented(first: string | undefined, index: number): string {
  const start = Number(first ?? 0)
  return String((Number.isFinite(start) ? start : 0) + index)
}

/** `out.log` becomes `out-1.log`. */
function numbered(file: string, index: number): string {
  return file.replace(/(?<=[^/\\])(\.[^./\\]+)?$/, (extension) => `-${index + 1}${extension}`)
}
