import type { ResolvedProcess } from '../config/config.ts'
import { fixedPort, portWishes } from '../config/ports.ts'
import {
  mapReferringTexts,
  parseReference,
  REFERRED_HOST,
  type Reference,
  replaceReferences,
} from '../config/references.ts'
import type { SpawnProblem } from './causes.ts'
import { liveOf } from './phase.ts'
import type { ManagedProcess } from './process.ts'

/* References of one process to another, from the start of a run on: their values are those of that moment. */

/** The ports of a run. */
export interface Ports {
  /** The main one; null if its config has none. */
  port: number | null
  /** Those with a name, the main one too. Absent: none have. */
  ports?: Record<string, number>
}

/** The ports that are known before the first run. */
export function fixedPorts(config: ResolvedProcess): Ports {
  const named = portWishes(config).flatMap(([name, wish]) => (typeof wish === 'number' ? [[name, wish]] : []))
  const port = fixedPort(config) ?? null
  return config.ports ? { port, ports: Object.fromEntries(named) } : { port }
}

/** Values of a run's references, by their short forms. */
export type Given = Record<string, string>

/** A reference of a living run whose value is another now. */
export interface OutdatedReference {
  /** `db.port` */
  reference: string
  /** What the run was started with. */
  given: string
  now: string
}

/** The config of a run, with the values of its references. */
export function configOfRun({ config, given }: Pick<ManagedProcess, 'config' | 'given'>): ResolvedProcess {
  return config.references === undefined ? config : withValues(config, given ?? {})
}

/** The config with these values in place of its references. Those without a value stay. */
export function withValues(config: ResolvedProcess, given: Given): ResolvedProcess {
  return mapReferringTexts(config, (text) => replaceReferences(text, ({ key }) => given[key]))
}

/**
 * The values of all references of a config, for a run that has these ports.
 *
 * @param all every process, this one too
 */
export function valuesFor(
  config: ResolvedProcess,
  own: Ports,
  all: readonly ManagedProcess[],
): { given: Given } | { problem: SpawnProblem } {
  const given: Given = {}
  for (const key of config.references ?? []) {
    const reference = parseReference(key)
    if (!reference) continue
    const isOwn = reference.process === config.name || reference.process === config.instanceOf
    const target = isOwn ? undefined : referred(reference, all)
    if (!isOwn && !target) return { problem: { type: 'no-value', reference: key, why: 'no-process' } }
    const value = valueWith(reference, target ? presentPort(target, reference) : portIn(own, reference.port))
    if (value === undefined) return { problem: { type: 'no-value', reference: key, why: 'no-port' } }
    given[key] = value
  }
  return { given }
}

/** The references of a living run that have other values now. A process that is gone, or at rest, has no other value. */
export function outdatedIn(process: ManagedProcess, all: readonly ManagedProcess[]): OutdatedReference[] {
  const { config, given = {}, phase } = process
  if (!liveOf(phase)) return []
  return Object.entries(given).flatMap(([key, value]) => {
    const reference = parseReference(key)
    const isOwn = reference?.process === config.name || reference?.process === config.instanceOf
    const target = reference && !isOwn ? referred(reference, all) : undefined
    const now =
      reference && target && liveOf(target.phase) ? valueWith(reference, presentPort(target, reference)) : value
    return now === undefined || now === value ? [] : [{ reference: key, given: value, now }]
  })
}

/** The process of this name, or else its first instance. */
function referred({ process: name }: Reference, all: readonly ManagedProcess[]): ManagedProcess | undefined {
  return all.find(({ config }) => config.name === name) ?? all.find(({ config }) => config.instanceOf === name)
}

/**
 * The port of a run; while there is none, that of the next one, if it is known, or else of the last. The name of instances that share
 * a port means that one.
 */
function presentPort(process: ManagedProcess, { process: referredTo, port: name }: Reference): number | undefined {
  const { share } = process.config
  if (share !== undefined && referredTo === process.config.instanceOf) return share.port
  const last = portIn(process, name)
  return liveOf(process.phase) ? last : (fixedPort(process.config, name) ?? last)
}

function portIn({ port, ports }: Ports, name: string | undefined): number | undefined {
  return name === undefined ? (port ?? undefined) : ports?.[name]
}

function valueWith({ field }: Reference, port: number | undefined): string | undefined {
  if (field === 'host') return REFERRED_HOST
  if (port === undefined) return undefined
  return field === 'port' ? String(port) : `http://${REFERRED_HOST}:${port}`
}
