import type { ResolvedProcess } from './config.ts'
import type { Selection } from './control.ts'
import { ProcessManagerError } from './errors.ts'
import { baseOf } from './instances.ts'
import { nearest } from './nearest.ts'

/**
 * The names that a selection means, in order of declaration; a declared name means all its instances. Names are not checked.
 *
 * @param configs of all processes that there are
 * @throws ProcessManagerError `unknown-process` for a group that has no member, `usage` for nothing at all
 */
export function select({ names, group, all }: Selection, configs: ResolvedProcess[]): string[] {
  if (all) return configs.map(({ name }) => name)
  if (group !== undefined) {
    const members = configs.filter((config) => config.group === group)
    if (members.length === 0) throw new ProcessManagerError('unknown-process', `no process is in group \`${group}\``)
    return members.map(({ name }) => name)
  }
  if (!names) throw new ProcessManagerError('usage', 'name processes, a group, or all')
  const known = new Set(configs.map(({ name }) => name))
  return [...new Set(names.flatMap((name) => (known.has(name) ? [name] : instancesOf(name, configs))))]
}

/** The instances of a declared name; the name itself where it has none. */
function instancesOf(base: string, configs: ResolvedProcess[]): string[] {
  const instances = configs.filter(({ instanceOf }) => instanceOf === base)
  return instances.length > 0 ? instances.map(({ name }) => name) : [base]
}

/**
 * What a selection means of what has just been declared: `names` to start, and `former`, what is there under one of these
 * names though its config says another number of instances by now: a plain `web` beside `web-1` and `web-2`, or a surplus
 * `web-3`. One of those that is named by itself is meant itself.
 *
 * @param configs of all processes that there are, the declared ones among them
 * @param declared by name, instances expanded
 */
export function selectDeclared(
  selection: Selection,
  configs: ResolvedProcess[],
  declared: ReadonlyMap<string, ResolvedProcess>,
): { names: string[]; former: string[] } {
  const instances = new Map<string, string[]>()
  for (const config of declared.values()) {
    const base = baseOf(config)
    instances.set(base, [...(instances.get(base) ?? []), config.name])
  }
  const selected = select(selection, configs)
  const isMeant = (config: ResolvedProcess) =>
    selection.names?.includes(baseOf(config)) ?? selected.includes(config.name)
  const isFormer = (config: ResolvedProcess) => !declared.has(config.name) && instances.has(baseOf(config))
  const former = new Map(
    configs.filter((config) => isFormer(config) && isMeant(config)).map((config) => [config.name, baseOf(config)]),
  )
  const names = selected.flatMap((name) => {
    const base = former.get(name)
    return base === undefined ? [name] : (instances.get(base) ?? [])
  })
  return { names: [...new Set(names)], former: [...former.keys()] }
}

/**
 * The same of declared names that are brought to a number of instances: those that there are to be, and those that are too many.
 *
 * @throws ProcessManagerError `unknown-process` for a name that is not declared
 */
export function selectScaled(
  bases: string[],
  configs: ResolvedProcess[],
  declared: ReadonlyMap<string, ResolvedProcess>,
): { names: string[]; former: string[] } {
  const wanted = [...declared.values()].filter((config) => bases.includes(baseOf(config)))
  const unknown = bases.find((base) => !wanted.some((config) => baseOf(config) === base))
  if (unknown !== undefined)
    throw new ProcessManagerError('unknown-process', `no process \`${unknown}\` is declared in the config`)
  const former = configs.filter(
    (config) => bases.includes(baseOf(config)) && !wanted.some(({ name }) => name === config.name),
  )
  return { names: wanted.map(({ name }) => name), former: former.map(({ name }) => name) }
}

/** Names that are told where none is near the one that was meant. */
const MOST_NAMES = 10

export function unknownProcess(name: string, known: Iterable<string>): ProcessManagerError {
  const names = [...known]
  const meant = nearest(name, names)
  const have = meant ? `did you mean \`${meant}\`?` : thereAre(names)
  return new ProcessManagerError('unknown-process', `no process is named \`${name}\`; ${have}`)
}

function thereAre(names: string[]): string {
  if (names.length === 0) return 'none is declared yet'
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : ''
  return `there are ${names.slice(0, MOST_NAMES).join(', ')}${more}`
}
