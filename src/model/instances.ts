import type { ResolvedProcess } from './config.ts'
import { ProcessManagerError } from './errors.ts'

/** Longest name of a process; it becomes a file name. */
const LONGEST_NAME = 64

/** Name of the environment variable that tells an instance its number. */
export const INSTANCE = 'TUIX_INSTANCE'

/** The name that an instance was declared under, told by its own name and number; null: it is none. */
export function declaredName(name: string, number: string | undefined): string | null {
  const end = `-${number}`
  return number !== undefined && name.length > end.length && name.endsWith(end) ? name.slice(0, -end.length) : null
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

/** The number that a config of several says, where it was lost: such an instance tells nothing about its config. */
export const UNKNOWN = 0

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
  const said = own.filter((config) => config.instances !== UNKNOWN)
  const isAsDeclared = said.every((config) => config.instances === instances)
  // Where nothing is known none of them is stopped on a guess.
  const scaled = said.length === 0 ? Math.max(own.length, instances) : own.length
  const count = scale ?? (isAsDeclared ? scaled : instances)
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
