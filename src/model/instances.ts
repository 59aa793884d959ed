import type { ResolvedProcess } from './config.ts'
import { ProcessManagerError } from './errors.ts'

/** Longest name of a process; it becomes a file name. */
const LONGEST_NAME = 64

/** Name of the environment variable that tells an instance its number. */
export const INSTANCE = 'TUIX_INSTANCE'

/**
 * Name of the environment variable that tells an instance how many its config declared when it was started. It is no part of
 * the config: another number must not make those that run differ from what is declared.
 */
export const DECLARED_INSTANCES = 'TUIX_DECLARED_INSTANCES'

/** What an instance is told beside the variables of its config. */
export function instanceEnvironment({
  instanceOf,
  instances,
}: Pick<ResolvedProcess, 'instanceOf' | 'instances'>): Record<string, string> {
  return instanceOf === null ? {} : { [DECLARED_INSTANCES]: String(instances) }
}

/** What a process inherits, without what an instance was told from within which a command came. */
export function withoutInstance(inherited: Record<string, string>): Record<string, string> {
  const { [INSTANCE]: _number, [DECLARED_INSTANCES]: _declared, ...rest } = inherited
  return rest
}

/** The name that an instance was declared under, told by its own name and number; null: it is none. */
export function declaredName(name: string, number: string | undefined): string | null {
  const end = `-${number}`
  return number !== undefined && name.length > end.length && name.endsWith(end) ? name.slice(0, -end.length) : null
}

/**
 * A config that was read from a living process, as that of the instance that its environment tells it is. What a config itself
 * may say of a number alone makes none.
 */
export function asInstance(
  config: ResolvedProcess,
  { number, declared }: { number: string | undefined; declared: string | undefined },
): ResolvedProcess {
  const instanceOf = declaredName(config.name, number)
  const instances = Number(declared)
  if (instanceOf === null || number === undefined || !Number.isSafeInteger(instances) || instances < 1) return config
  return { ...config, instanceOf, instances, env: { ...config.env, [INSTANCE]: number } }
}

/**
 * Each process as what it is run as: one of several instances has a name, a number in its environment and logs of its own.
 *
 * @param isNumbered also a single one has
 */
export function expandInstances(config: ResolvedProcess, isNumbered = config.instances > 1): ResolvedProcess[] {
  const { name, instances, logFile, errorFile } = config
  if (!isNumbered) return [config]
  return Array.from({ length: instances }, (_, index) => {
    const number = String(index + 1)
    return {
      ...config,
      name: instanceName(name, number),
      instanceOf: name,
      env: { ...config.env, [INSTANCE]: number },
      ...(logFile !== undefined && { logFile: numbered(logFile, number) }),
      ...(errorFile !== undefined && { errorFile: numbered(errorFile, number) }),
    }
  })
}

/** The name under which a config declares it. */
export function baseOf({ name, instanceOf }: Pick<ResolvedProcess, 'name' | 'instanceOf'>): string {
  return instanceOf ?? name
}

/**
 * The instances of a declared process: as many as scaled to, now or before, unless its config has come to say another
 * number. The last one of several keeps its number, and so goes on running.
 *
 * @param present all processes that there are
 */
export function expandDeclared(
  declared: ResolvedProcess,
  present: ResolvedProcess[],
  scale?: number,
): ResolvedProcess[] {
  const { name, instances } = declared
  const own = present.filter((config) => baseOf(config) === name)
  const isAsDeclared = own.length > 0 && own.every((config) => config.instances === instances)
  const count = scale ?? (isAsDeclared ? own.length : instances)
  const wereNumbered = isAsDeclared && own.some((config) => config.instanceOf !== null)
  const isNumbered = count > 1 || instances > 1 || wereNumbered
  // Each tells the number that was declared: where there are others than that, they were scaled.
  return expandInstances({ ...declared, instances: count }, isNumbered).map((config) => ({ ...config, instances }))
}

/**
 * Expands a whole list of processes.
 *
 * @throws ProcessManagerError `config` where two would have the same name
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
  const message = `the name \`${name}\` is too long for ${number} instances: \`${full}\` has more than ${LONGEST_NAME} characters`
  throw new ProcessManagerError('config', message)
}

/** `web.log` becomes `web-2.log`, `/var/log/web` becomes `/var/log/web-2`. */
function numbered(file: string, number: string): string {
  return file.replace(/(?<=[^/\\])(\.[^./\\]+)?$/, (extension) => `-${number}${extension}`)
}

function collision(one: ResolvedProcess, other: ResolvedProcess): string {
  const origin = (config: ResolvedProcess) =>
    config.instanceOf === null ? 'a process' : `an instance of \`${config.instanceOf}\``
  return `\`${one.name}\` is the name of ${origin(one)} and of ${origin(other)}; names are unique`
}
