import { ProcessManagerError } from '../errors.ts'
import type { ResolvedProcess } from './config.ts'
import { withMainPort } from './ports.ts'
import { behind, FORWARDER, forwarderOf, isCounted, isForwarder } from './share.ts'

/** Longest name of a process; it becomes a file name. */
const LONGEST_NAME = 64

/** Environment variable with the number of an instance. */
export const INSTANCE = 'TUIX_INSTANCE'

/**
 * Environment variable with the number of instances that the config declared when the instance started. It is not part
 * of the config, since a changed number must not count as drift of the instances that run.
 */
export const DECLARED_INSTANCES = 'TUIX_DECLARED_INSTANCES'

/** Environment variable with the port that the instances share, which is not the `PORT` of an instance. */
export const SHARED_PORT = 'TUIX_SHARED_PORT'

/** Environment variables of an instance that are not part of its config. */
export function instanceEnvironment({
  instanceOf,
  instances,
  share,
}: Pick<ResolvedProcess, 'instanceOf' | 'instances' | 'share'>): Record<string, string> {
  if (instanceOf === null) return {}
  return { [DECLARED_INSTANCES]: String(instances), ...(share && { [SHARED_PORT]: String(share.port) }) }
}

/** The inherited environment without the instance variables, which are there when a command runs inside an instance. */
export function withoutInstance(inherited: Record<string, string>): Record<string, string> {
  const { [INSTANCE]: _number, [DECLARED_INSTANCES]: _declared, [SHARED_PORT]: _port, ...rest } = inherited
  return rest
}

/** The declared name of an instance, derived from its own name and number; null if the process is not an instance. */
export function declaredName(name: string, number: string | undefined): string | null {
  const end = `-${number}`
  return number !== undefined && name.length > end.length && name.endsWith(end) ? name.slice(0, -end.length) : null
}

/**
 * Turns a config that was rebuilt from a living process into that of an instance, if its environment says that it is
 * one. Both variables are needed, since a config may set `TUIX_INSTANCE` itself.
 */
export function asInstance(
  config: ResolvedProcess,
  { number, declared, port }: Record<'number' | 'declared', string | undefined> & { port?: string | undefined },
): ResolvedProcess {
  const instanceOf = declaredName(config.name, number)
  const instances = Number(declared)
  if (instanceOf === null || number === undefined || !Number.isSafeInteger(instances) || instances < 1) return config
  const own = { ...config, instanceOf, instances, env: { ...config.env, [INSTANCE]: number } }
  const shared = Number(port)
  if (!Number.isSafeInteger(shared) || shared < 1) return own
  if (number !== FORWARDER) return { ...own, port: 'auto', share: { port: shared, part: 'instance' } }
  return { ...own, port: shared, share: { port: shared, part: 'proxy' } }
}

/**
 * Expands a process into its instances. Each has its own name, log files and number in its environment.
 *
 * @param isNumbered false leaves a single process as it is; true numbers even a single instance
 */
export function expandInstances(config: ResolvedProcess, isNumbered = config.instances > 1): ResolvedProcess[] {
  const { name, instances, port, share } = config
  // What shares a port is never alone: there is the forwarder.
  if (!isNumbered && share === undefined) {
    return [config.instanceVariable === null ? config : { ...config, env: { ...config.env, ...numberOf(config, 1) } }]
  }
  const shared = typeof port === 'number' ? port : null
  const each = shared === null ? config : behind(config, shared)
  const numbered = Array.from({ length: instances }, (_, index) => instance(each, index + 1))
  if (shared === null) return numbered
  const forwarder = forwarderOf(config, shared, instanceName(name, FORWARDER))
  return [...numbered, { ...forwarder, env: { ...forwarder.env, [INSTANCE]: FORWARDER } }]
}

function instance(config: ResolvedProcess, index: number): ResolvedProcess {
  const { name, logFile, errorFile } = config
  const number = String(index)
  return {
    ...config,
    name: instanceName(name, number),
    instanceOf: name,
    env: { ...config.env, [INSTANCE]: number, ...numberOf(config, index) },
    ...(logFile !== undefined && { logFile: numberedFile(logFile, number) }),
    ...(errorFile !== undefined && { errorFile: numberedFile(errorFile, number) }),
  }
}

/**
 * One instance more than there are, which takes connections during a reload.
 *
 * @param config of an instance
 * @param present all processes of the registry
 */
export function surgeOf(config: ResolvedProcess, present: ResolvedProcess[]): ResolvedProcess {
  const own = present.filter((each) => baseOf(each) === baseOf(config) && !isForwarder(each))
  const highest = Math.max(...[config, ...own].map(({ env }) => Number(env[INSTANCE]) || 0))
  const { port = 0 } = config.share ?? {}
  const declared = { ...declaredOf(config), port: 'auto' as const }
  let number = highest + 1
  // A process of its own may have that name.
  while (present.some(({ name }) => name === instanceName(declared.name, String(number)))) number++
  return { ...instance(declared, number), share: { port, part: 'surge' } }
}

/** The config of which this one is an instance, or the only one: the reverse of `expandInstances`. */
export function declaredOf(config: ResolvedProcess): ResolvedProcess {
  const { instanceOf, env, logFile, errorFile, instanceVariable, share } = config
  const { [INSTANCE]: number, ...others } = env
  const { [instanceVariable?.name ?? '']: _own, ...declared } = others
  if (instanceOf === null || number === undefined) return { ...config, env: instanceVariable === null ? env : declared }
  return {
    ...config,
    name: instanceOf,
    instanceOf: null,
    env: declared,
    ...(share && withMainPort(config, share.port)),
    ...(logFile !== undefined && { logFile: unnumberedFile(logFile, number) }),
    ...(errorFile !== undefined && { errorFile: unnumberedFile(errorFile, number) }),
  }
}

/** The variable of the config's own with the number of an instance, if it has one. `number` is from 1. */
function numberOf({ instanceVariable }: ResolvedProcess, number: number): Record<string, string> {
  return instanceVariable === null ? {} : { [instanceVariable.name]: String(instanceVariable.from + number - 1) }
}

/** The name under which a config declares the process. */
export function baseOf({ name, instanceOf }: Pick<ResolvedProcess, 'name' | 'instanceOf'>): string {
  return instanceOf ?? name
}

/**
 * Expands a declared process into its instances. Their number is `scale`, or else the number present, which an earlier
 * scale may have set. A changed number in the config overrides that earlier scale. The last one left keeps its number
 * as part of its name, so that it goes on running.
 *
 * @param present all processes of the registry
 */
export function expandDeclared(
  declared: ResolvedProcess,
  present: ResolvedProcess[],
  scale?: number,
): ResolvedProcess[] {
  const { name, instances, port } = declared
  const own = present.filter((config) => baseOf(config) === name && isCounted(config))
  const isAsDeclared = own.length > 0 && own.every((config) => config.instances === instances)
  const count = scale ?? (isAsDeclared ? own.length : instances)
  const wereNumbered = isAsDeclared && own.some((config) => config.instanceOf !== null)
  const isNumbered = count > 1 || instances > 1 || wereNumbered
  // Also for one that was scaled up before, whose clients know the port of the forwarder.
  const isShared = typeof port === 'number' && (isNumbered || own.some(({ share }) => share?.port === port))
  const sharing = isShared ? { ...declared, share: { port, part: 'instance' as const } } : declared
  // Each keeps the declared number, so that a later call can tell a scaled process from a changed config.
  return expandInstances({ ...sharing, instances: count }, isNumbered).map((config) => ({ ...config, instances }))
}

/**
 * Expands a list of processes into their instances.
 *
 * @throws ProcessManagerError `config` if two of them would have the same name
 */
export function expandAll(configs: Iterable<ResolvedProcess>): ResolvedProcess[] {
  const expanded = new Map<string, ResolvedProcess>()
  for (const config of configs) {
    for (const instance of expandInstances(config)) {
      const other = expanded.get(instance.name)
      if (other) throw new ProcessManagerError('config', collision(other, instance))
      expanded.set(instance.name, instance)
    }
  }
  return [...expanded.values()]
}

function instanceName(name: string, number: string): string {
  const full = `${name}-${number}`
  if (full.length <= LONGEST_NAME) return full
  const message = `the name \`${name}\` is too long for instances: \`${full}\` has more than ${LONGEST_NAME} characters`
  throw new ProcessManagerError('config', message)
}

/** `web.log` becomes `web-2.log`, `/var/log/web` becomes `/var/log/web-2`. */
export function numberedFile(file: string, number: string): string {
  return file.replace(/(?<=[^/\\])(\.[^./\\]+)?$/, (extension) => `-${number}${extension}`)
}

function unnumberedFile(file: string, number: string): string {
  const end = `-${number}`
  return file.replace(/[^/\\]+$/, (name) => {
    const at = name.lastIndexOf(end)
    return at < 0 ? name : name.slice(0, at) + name.slice(at + end.length)
  })
}

function collision(one: ResolvedProcess, other: ResolvedProcess): string {
  const origin = (config: ResolvedProcess) =>
    config.instanceOf === null ? 'a process' : `an instance of \`${config.instanceOf}\``
  return `\`${one.name}\` is the name of ${origin(one)} and of ${origin(other)}; names must be unique`
}
