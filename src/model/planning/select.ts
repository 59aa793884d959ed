import type { ResolvedProcess } from '../config/config.ts'
import { baseOf } from '../config/instances.ts'
import { ProcessManagerError } from '../errors.ts'
import { nearest } from '../text/text.ts'
import { startOrder } from './order.ts'
import type { Selection } from './requests.ts'

/**
 * The selected names, in the order of declaration. A declared name selects all its instances. The result may contain
 * unknown names.
 *
 * @param configs of all current processes
 * @throws ProcessManagerError `unknown-process` for a group without members, `usage` for an empty selection
 */
export function select({ names, group, all }: Selection, configs: ResolvedProcess[]): string[] {
  if (all) return configs.map(({ name }) => name)
  if (group !== undefined) {
    const members = configs.filter((config) => config.group === group)
    if (members.length === 0) throw new ProcessManagerError('unknown-process', `no process is in group \`${group}\``)
    return members.map(({ name }) => name)
  }
  if (!names) throw new ProcessManagerError('usage', 'no processes selected: give names, a group, or all')
  const known = new Set(configs.map(({ name }) => name))
  return [...new Set(names.flatMap((name) => (known.has(name) ? [name] : instancesOf(name, configs))))]
}

/** The instances of a declared name, or the name itself if it has none. */
function instancesOf(base: string, configs: ResolvedProcess[]): string[] {
  const instances = configs.filter(({ instanceOf }) => instanceOf === base)
  return instances.length > 0 ? instances.map(({ name }) => name) : [base]
}

/** A selection among the processes that a config declares. */
export interface DeclaredSelection extends Selection {
  /** The config, as in `StartRequest`. */
  source?: string
}

/**
 * The selected names of processes that have just been declared: `names` to start, and `former` processes under the same
 * declared name, although its config now says another number of instances: a plain `web` beside `web-1` and `web-2`, or a
 * surplus `web-3`. An explicitly named instance selects itself. `all` and `group` leave out what the config no longer
 * declares, what another config declares, and what starts only by its name. What the names depend on is selected as they are.
 *
 * @param configs of all current processes, the declared ones included
 * @param declared by name, instances expanded
 * @param up names of processes that are up
 * @throws ProcessManagerError `config` for a dependency that does not exist, or a dependency cycle
 */
export function selectDeclared(
  selection: DeclaredSelection,
  configs: ResolvedProcess[],
  declared: ReadonlyMap<string, ResolvedProcess>,
  up: ReadonlySet<string> = new Set(),
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
  const meant = new Map(
    configs.filter((config) => isFormer(config) && isMeant(config)).map((config) => [config.name, baseOf(config)]),
  )
  const byName = new Map(configs.map((config) => [config.name, config]))
  const isIncluded = (name: string) => {
    const config = declared.get(name) ?? byName.get(name)
    if (selection.names || config === undefined) return true
    if (config.startWithAll === false && !up.has(name)) return false
    return declared.has(name) || !isElsewhere(config, selection.source, declared.size > 0)
  }
  const expanded = selected.flatMap((name) => {
    const base = meant.get(name)
    return base === undefined ? [name] : (instances.get(base) ?? [])
  })
  const names = new Set(expanded.filter(isIncluded))
  const staying = configs.filter((config) => !isFormer(config))
  const known = staying.filter(({ name }) => names.has(name)).map(({ name }) => name)
  const needed = [...startOrder(known, staying).keys()].filter((name) => !names.has(name))
  const neededBases = new Set(staying.filter(({ name }) => needed.includes(name)).map(baseOf))
  const former = configs.filter(
    (config) => isFormer(config) && (meant.has(config.name) || neededBases.has(baseOf(config))),
  )
  return { names: [...names], former: former.map(({ name }) => name) }
}

/**
 * Whether a process that is not declared belongs to a config: to this one, which no longer declares it, or to another one.
 * Without declarations there is no config to prefer. What was started without any config belongs to none.
 */
function isElsewhere(config: ResolvedProcess, source: string | undefined, hasDeclarations: boolean): boolean {
  if (config.source === undefined || source === undefined) return false
  return config.source === source || hasDeclarations
}

/**
 * The same for declared names that are scaled: the wanted instances in `names`, the surplus ones in `former`.
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

/** Names to list if none is similar to the unknown one. */
const MOST_NAMES = 10

export function unknownProcess(name: string, known: Iterable<string>): ProcessManagerError {
  const names = [...known]
  const meant = nearest(name, names)
  const have = meant ? `did you mean \`${meant}\`?` : available(names)
  return new ProcessManagerError('unknown-process', `no process is named \`${name}\`; ${have}`)
}

function available(names: string[]): string {
  if (names.length === 0) return 'none is declared yet'
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : ''
  return `available: ${names.slice(0, MOST_NAMES).join(', ')}${more}`
}
