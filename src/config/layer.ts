import { resolve } from 'node:path'
import type { AlertConfig } from '../model/config/alerts.ts'
import type { TargetConfig } from '../model/config/targets.ts'
import type { WebConfig } from '../model/config/web.ts'
import { check, checkExpanded } from './check.ts'
import { type Draft, draftOf, mergeOver } from './draft.ts'
import { expand } from './expand.ts'
import { configError, type Source, within } from './place.ts'
import type { ProcessDefaults } from './resolve/index.ts'
import { changesSchema, KEY_SCHEMAS, projectSchema } from './schema.ts'
import { targetsOf } from './targets.ts'

/** The settings of one file, one block, or one of its profiles. Layers are merged over one another. */
export interface Layer {
  source: Source
  /** Absolute. */
  tuixDir?: string
  /** Paths are absolute. Null: the listener is not wanted. */
  web?: WebConfig | null
  proxy?: boolean
  alerts?: AlertConfig[]
  /** By name; paths are absolute. */
  targets?: Record<string, TargetConfig>
  managerDefaults: ProcessDefaults
  /** `defaults` of all processes. */
  defaults?: Draft
  /** By name; absent if the layer has no list of processes, not even an empty one. */
  processes?: Map<string, Draft>
}

/** The layer of a file or block, with the files that it extends and its profiles. */
export interface Base extends Layer {
  /** Paths as written. */
  extends: string[]
  /** Unvalidated profiles by name. */
  profiles: Map<string, unknown>
  /** Differences in behaviour if the file is of another tool, a sentence each. */
  notes?: string[]
}

export type Environment = Record<string, string | undefined>

/** The base of a `ProjectConfig` or of a bare list of processes. Throws a `config` error. */
export function baseOf(block: unknown, source: Source, environment: Environment): Base {
  if (Array.isArray(block))
    return { ...layerOf({ processes: block }, source, source), extends: [], profiles: new Map() }
  const checked = checkExpanded(projectSchema, expandedBlock(block, source, environment))
  const { extends: paths = [], profiles = {}, $schema: _, ...changes } = checked
  for (const [name, profile] of Object.entries(profiles)) checkProfileKeys(profile, within(source, 'profiles', name))
  return {
    ...layerOf(changes, source),
    extends: [paths].flat(),
    profiles: new Map(Object.entries(profiles)),
  }
}

/** One of a base's profiles. Throws a `config` error. */
export function profileOf({ source, profiles }: Base, name: string, environment: Environment): Layer | undefined {
  if (!profiles.has(name)) return undefined
  const place = within(source, 'profiles', name)
  const changes = checkExpanded(changesSchema, expandedBlock(profiles.get(name), place, environment))
  return layerOf(changes, place)
}

/** Checks the keys of every profile, so that a misspelt setting is found before the profile is selected. */
function checkProfileKeys(profile: unknown, place: Source): void {
  const changes = check(KEY_SCHEMAS.changes, withoutForeign(profile), place)
  const { defaults } = changes
  const { processes, key } = declaredIn(changes, place)
  if (defaults !== undefined) check(KEY_SCHEMAS.shared, withoutForeign(defaults), within(place, 'defaults'))
  if (typeof processes === 'object' && processes !== null) draftsOf(processes, within(place, key))
}

/** The block with variables replaced in its own settings. Those of processes are replaced later. */
function expandedBlock(block: unknown, place: Source, environment: Environment) {
  const templates = new Map<string, string>()
  const lookup = (name: string) => environment[name]
  const later = ['defaults', 'processes', 'services', 'profiles']
  const ownPart = ([key, value]: [string, unknown]) =>
    [key, later.includes(key) ? value : expand(value, [key], { lookup, templates, place })] as const
  const settings = withoutForeign(block)
  if (settings === block) return { value: block, templates, placeOf: () => place }
  const entries = Object.entries(settings as object)
  const value = Object.fromEntries(place.variables ? entries.map(ownPart) : entries)
  return { value, templates, placeOf: () => place }
}

/** An object without the keys that begin with `x-`: they belong to the user, and anchors of YAML live there. Other values as they are. */
function withoutForeign(value: unknown): unknown {
  if (Object.prototype.toString.call(value) !== '[object Object]') return value
  return Object.fromEntries(Object.entries(value as object).filter(([key]) => !key.startsWith('x-')))
}

type Changes = ReturnType<typeof check<typeof changesSchema>>

/** The declared processes, with the word under which they stand. */
function declaredIn<Processes>(
  { processes, services }: { processes?: Processes; services?: Processes },
  source: Source,
): { processes: Processes | undefined; key: 'processes' | 'services' } {
  if (services === undefined) return { processes, key: 'processes' }
  if (processes === undefined) return { processes: services, key: 'services' }
  throw configError(source, '`services` is another word for `processes`: use only one of them')
}

/** @param list where the list of processes stands, if it has no key */
function layerOf(changes: Changes, source: Source, list?: Source): Layer {
  const {
    tuixDir,
    web,
    proxy,
    alerts,
    targets,
    defaults,
    processes: _processes,
    services: _services,
    ...wide
  } = changes
  const { processes, key } = declaredIn(changes, source)
  const shared = within(source, 'defaults')
  return {
    source,
    managerDefaults: wide,
    ...(tuixDir !== undefined && { tuixDir: resolve(source.folder, tuixDir) }),
    ...(web !== undefined && { web: webOf(web, source) }),
    ...(proxy !== undefined && { proxy }),
    // Its schema has found exactly one target in each.
    ...(alerts !== undefined && { alerts: alerts as AlertConfig[] }),
    ...(targets !== undefined && { targets: targetsOf(targets, source.folder) }),
    ...(defaults !== undefined && {
      defaults: draftOf(check(KEY_SCHEMAS.shared, withoutForeign(defaults), shared), shared),
    }),
    ...(processes !== undefined && { processes: draftsOf(processes, list ?? within(source, key)) }),
  }
}

function webOf(web: boolean | WebConfig, { folder }: Source): WebConfig | null {
  if (typeof web === 'boolean') return web ? {} : null
  const { tls } = web
  return { ...web, ...(tls && { tls: { cert: resolve(folder, tls.cert), key: resolve(folder, tls.key) } }) }
}

/** Drafts of processes by name. Throws for a duplicate name and for unknown settings. */
function draftsOf(processes: object, list: Source): Map<string, Draft> {
  const drafts = new Map<string, Draft>()
  for (const [key, written] of Object.entries(processes)) {
    const input = withoutForeign(written)
    const listed = Array.isArray(processes)
    const place = within(list, listed ? Number(key) : key)
    const { name = key } = check(listed ? KEY_SCHEMAS.listed : KEY_SCHEMAS.keyed, input, place) as { name?: string }
    const other = drafts.get(name)
    if (other) {
      const [mine, theirs] = [within(place, 'name').path, other.from.path]
      throw configError(list, `\`${mine}\` must be unique, but \`${theirs}\` is named "${name}" too`)
    }
    drafts.set(name, draftOf({ ...(input as object), name }, place))
  }
  return drafts
}

/** Merges layers. A later layer overrides an earlier one; processes are merged setting by setting. */
export function mergeLayers(layers: readonly Layer[]): Omit<Layer, 'source'> {
  const processes = new Map<string, Draft>()
  for (const layer of layers) {
    for (const [name, draft] of layer.processes ?? []) processes.set(name, mergeOver(draft, processes.get(name)))
  }
  const tuixDir = layers.findLast((layer) => layer.tuixDir !== undefined)?.tuixDir
  const web = layers.findLast((layer) => layer.web !== undefined)?.web
  const proxy = layers.findLast((layer) => layer.proxy !== undefined)?.proxy
  const alerts = layers.findLast((layer) => layer.alerts !== undefined)?.alerts
  const targets = Object.assign({}, ...layers.map((layer) => layer.targets))
  const defaults = layers.reduce<Draft | undefined>(
    (below, { defaults: above }) => (above ? mergeOver(above, below) : below),
    undefined,
  )
  return {
    managerDefaults: Object.assign({}, ...layers.map(({ managerDefaults: wide }) => wide)),
    ...(tuixDir !== undefined && { tuixDir }),
    ...(web !== undefined && { web }),
    ...(proxy !== undefined && { proxy }),
    ...(alerts !== undefined && { alerts }),
    targets,
    ...(defaults && { defaults }),
    ...(layers.some((layer) => layer.processes) && { processes }),
  }
}
