import { resolve } from 'node:path'
import { check, checkExpanded } from './check.ts'
import { type Draft, draftOf, over } from './draft.ts'
import { expand } from './expand.ts'
import { refusal, type Source, within } from './place.ts'
import type { ProcessDefaults } from './resolve/index.ts'
import { changesSchema, KNOWN, projectSchema } from './schema.ts'

/** What one file or block says by itself, or one of its profiles; layers are put over one another. */
export interface Layer {
  source: Source
  /** Absolute. */
  tuixDir?: string
  wide: ProcessDefaults
  /** For all processes. */
  defaults?: Draft
  /** By name; absent: it has no list of processes, not even an empty one. */
  processes?: Map<string, Draft>
}

/** The layer of a file or block, and what it says of others. */
export interface Base extends Layer {
  /** Paths as written. */
  extends: string[]
  /** What each profile says, unread. */
  profiles: Map<string, unknown>
  /** Of another tool's file: what is not the same here, a sentence each. */
  notes?: string[]
}

export type Environment = Record<string, string | undefined>

/** An object of `ProjectConfig`'s settings, or a bare list of processes. Throws a `config` error. */
export function baseOf(block: unknown, source: Source, environment: Environment): Base {
  if (Array.isArray(block))
    return { ...layerOf({ processes: block }, source, source), extends: [], profiles: new Map() }
  const checked = checkExpanded(projectSchema, expandedBlock(block, source, environment))
  const { extends: paths = [], profiles = {}, $schema: _, ...changes } = checked
  for (const [name, profile] of Object.entries(profiles)) checkKeys(profile, within(source, 'profiles', name))
  return {
    ...layerOf(changes, source, within(source, 'processes')),
    extends: [paths].flat(),
    profiles: new Map(Object.entries(profiles)),
  }
}

/** One of a base's profiles. Throws a `config` error. */
export function profileOf({ source, profiles }: Base, name: string, environment: Environment): Layer | undefined {
  if (!profiles.has(name)) return undefined
  const place = within(source, 'profiles', name)
  const changes = checkExpanded(changesSchema, expandedBlock(profiles.get(name), place, environment))
  return layerOf(changes, place, within(place, 'processes'))
}

/** A profile that is not selected is read too, so that a misspelt setting does not wait there. */
function checkKeys(profile: unknown, place: Source): void {
  const { defaults, processes } = check(KNOWN.changes, profile, place)
  if (defaults !== undefined) check(KNOWN.shared, defaults, within(place, 'defaults'))
  if (typeof processes === 'object' && processes !== null) draftsOf(processes, within(place, 'processes'))
}

/** The settings of the block itself with their variables replaced; those of processes are replaced later. */
function expandedBlock(block: unknown, place: Source, environment: Environment) {
  const templates = new Map<string, string>()
  const lookup = (name: string) => environment[name]
  const later = ['defaults', 'processes', 'profiles']
  const ownPart = ([key, value]: [string, unknown]) =>
    [key, later.includes(key) ? value : expand(value, [key], { lookup, templates, place })] as const
  const isObject = Object.prototype.toString.call(block) === '[object Object]'
  const value = isObject && place.variables ? Object.fromEntries(Object.entries(block as object).map(ownPart)) : block
  return { value, templates, placeOf: () => place }
}

type Changes = ReturnType<typeof check<typeof changesSchema>>

function layerOf({ tuixDir, defaults, processes, ...wide }: Changes, source: Source, list: Source): Layer {
  const shared = within(source, 'defaults')
  return {
    source,
    wide,
    ...(tuixDir !== undefined && { tuixDir: resolve(source.folder, tuixDir) }),
    ...(defaults !== undefined && { defaults: draftOf(check(KNOWN.shared, defaults, shared), shared) }),
    ...(processes !== undefined && { processes: draftsOf(processes, list) }),
  }
}

/** By name. Throws for a name that two of a list have, and for settings that there are not. */
function draftsOf(processes: object, list: Source): Map<string, Draft> {
  const drafts = new Map<string, Draft>()
  for (const [key, input] of Object.entries(processes)) {
    const listed = Array.isArray(processes)
    const place = within(list, listed ? Number(key) : key)
    const { name = key } = check(listed ? KNOWN.listed : KNOWN.keyed, input, place) as { name?: string }
    const other = drafts.get(name)
    if (other) {
      const [mine, theirs] = [within(place, 'name').path, other.from.path]
      throw refusal(list, `\`${mine}\` must be unique, but \`${theirs}\` is named "${name}" too`)
    }
    drafts.set(name, draftOf({ ...(input as object), name }, place))
  }
  return drafts
}

/** What all layers say together, the last one winning: of processes setting by setting. */
export function stack(layers: readonly Layer[]): Omit<Layer, 'source'> {
  const processes = new Map<string, Draft>()
  for (const layer of layers) {
    for (const [name, draft] of layer.processes ?? []) processes.set(name, over(draft, processes.get(name)))
  }
  const tuixDir = layers.findLast((layer) => layer.tuixDir !== undefined)?.tuixDir
  const defaults = layers.reduce<Draft | undefined>(
    (below, { defaults: above }) => (above ? over(above, below) : below),
    undefined,
  )
  return {
    wide: Object.assign({}, ...layers.map(({ wide }) => wide)),
    ...(tuixDir !== undefined && { tuixDir }),
    ...(defaults && { defaults }),
    ...(layers.some((layer) => layer.processes) && { processes }),
  }
}
