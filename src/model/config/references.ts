import { nearest, ownProperty } from '../text/text.ts'

/*
 * References of one process to another in the texts of a config: `${{ db.port }}`. They stay in the config until a start, since a port
 * may be known only then. `$${{` stands for a plain `${{`.
 */

/** What a text refers to. `key` is its short form: `db.port`, `db.ports.http`. */
export interface Reference {
  key: string
  process: string
  field: 'port' | 'host' | 'url'
  /** Name of the port; absent: the main one. */
  port?: string
}

/** The host of every process: they all run on this machine. */
export const REFERRED_HOST = 'localhost'

const PIECE = /\$\$\{\{|\$\{\{(?:((?:(?!\}\}|\$\{\{).)*)\}\})?/gs
const KEY = /^([a-z0-9][\w.-]*?)\.(?:(port|host|url)|(port|url)s\.([a-z][\w-]*))$/i

const FORMS = `\${{ NAME.port }}, .host, .url or .ports.PORT`

/** The settings in whose texts references are replaced. All other texts are left alone. */
const SETTINGS: ReadonlySet<string> = new Set([
  ...['command', 'program', 'args', 'cwd', 'env', 'stopCommand', 'hooks', 'healthCheck'],
])
/** In a script and in a pattern, `${{` has a meaning of its own. */
const OTHER_SYNTAX: ReadonlySet<PropertyKey> = new Set(['script', 'outputPattern'])

/** Whether references are replaced in the setting at this path of a process. */
export function takesReferences([setting, inner]: readonly PropertyKey[]): boolean {
  return SETTINGS.has(String(setting)) && !(setting === 'healthCheck' && OTHER_SYNTAX.has(inner ?? ''))
}

/** The reference between the braces; undefined if it is none. */
export function parseReference(inner: string): Reference | undefined {
  const [, process, field, listed, port] = KEY.exec(inner.trim()) ?? []
  if (process === undefined) return undefined
  if (field !== undefined) return { key: `${process}.${field}`, process, field: field as Reference['field'] }
  return { key: `${process}.${listed}s.${port}`, process, field: listed as 'port' | 'url', port: port ?? '' }
}

/** The text with each reference replaced. Undefined leaves a reference as it is. An invalid one stays, too. */
export function replaceReferences(text: string, valueFor: (reference: Reference) => string | undefined): string {
  if (!text.includes('${{')) return text
  return text.replace(PIECE, (piece, inner?: string) => {
    if (piece === '$${{') return '${{'
    const reference = inner === undefined ? undefined : parseReference(inner)
    return (reference && valueFor(reference)) ?? piece
  })
}

/** A value such as that of a reference, to check the text around it. */
export function sampleOf({ field }: Reference): string {
  return { port: '1', host: REFERRED_HOST, url: `http://${REFERRED_HOST}:1` }[field]
}

/** The text in which every `${{` is meant as it is. */
export function escapeReferences(text: string): string {
  return text.replaceAll('${{', () => '$${{')
}

/** The text with references in their short form, without spaces: a single word of a command line. */
export function compactReferences(text: string): string {
  return text.replace(PIECE, (piece, inner?: string) => {
    const reference = inner === undefined ? undefined : parseReference(inner)
    return reference ? `\${{${reference.key}}}` : piece
  })
}

/** The references in a text. Undefined stands for one that is invalid. */
export function referencesIn(text: string): (Reference | undefined)[] {
  if (!text.includes('${{')) return []
  return [...text.matchAll(PIECE)].flatMap(([piece, inner]) => {
    if (piece === '$${{') return []
    return [inner === undefined ? undefined : parseReference(inner)]
  })
}

interface Text {
  path: string[]
  text: string
}

/** A copy of a config with other texts, where references are replaced. */
export function mapReferringTexts<Config extends object>(config: Config, change: (text: string) => string): Config {
  const entries = Object.entries(config).map(([key, value]) => [key, changed(value, [key], change)])
  return Object.fromEntries(entries) as Config
}

function changed(value: unknown, path: string[], change: (text: string) => string): unknown {
  if (path.length <= 2 && !takesReferences(path)) return value
  if (typeof value === 'string') return change(value)
  if (Array.isArray(value)) return value.map((inner, index) => changed(inner, [...path, String(index)], change))
  if (Object.prototype.toString.call(value) !== '[object Object]') return value
  const entries = Object.entries(value as object)
  return Object.fromEntries(entries.map(([key, inner]) => [key, changed(inner, [...path, key], change)]))
}

/** All texts of a config with a `${{`, where references are replaced. */
function referringTexts(config: object): Text[] {
  const found: Text[] = []
  const visit = (value: unknown, path: string[]) => {
    if (path.length > 0 && path.length <= 2 && !takesReferences(path)) return
    if (typeof value === 'string') {
      if (value.includes('${{')) found.push({ path, text: value })
    } else if (typeof value === 'object' && value !== null && !(value instanceof RegExp))
      for (const [key, inner] of Object.entries(value)) visit(inner, [...path, key])
  }
  visit(config, [])
  return found
}

/** Short forms of all references in a config, each once. */
export function referenceKeys(config: object): string[] {
  const keys = referringTexts(config).flatMap(({ text }) => referencesIn(text).flatMap((found) => found?.key ?? []))
  return [...new Set(keys)].sort()
}

/** A process that others may refer to. */
export interface Referable {
  name: string
  /** Declared name of which it is an instance. */
  instanceOf?: string | null | undefined
  instances?: number | undefined
  /** Any value means that it has one. */
  port?: unknown
  ports?: Readonly<Record<string, unknown>> | undefined
  /** Any value means that its instances share one. */
  share?: unknown
  dependsOn?: string[] | Readonly<Record<string, unknown>> | undefined
}

/** An invalid reference: the path of its setting, and what is wrong with it, for a sentence about that place. */
export interface ReferenceProblem {
  path: string[]
  predicate: string
}

/**
 * The first reference of a process that cannot be replaced at any start. `others` has all processes, also this one.
 *
 * A reference to a process with several instances is refused, unless they share a port: each has its own.
 */
export function referenceProblem(process: Referable, others: readonly Referable[]): ReferenceProblem | undefined {
  for (const { path, text } of referringTexts(process)) {
    for (const reference of referencesIn(text)) {
      const predicate = reference && problemOf(reference, process, others)
      if (predicate !== undefined) return { path, predicate }
    }
  }
  return undefined
}

/** The first `${{` that is neither a reference nor escaped. */
export function invalidReference(config: object): ReferenceProblem | undefined {
  const found = referringTexts(config).find(({ text }) => referencesIn(text).includes(undefined))
  return found && { path: found.path, predicate: `has a \${{ that is none of ${FORMS}; write $\${{ for a literal \${{` }
}

function problemOf(reference: Reference, process: Referable, others: readonly Referable[]): string | undefined {
  const { key, process: name, field, port } = reference
  const shown = `refers to \`${key}\``
  const isOwn = name === process.name || name === process.instanceOf
  const target = isOwn
    ? process
    : (others.find((other) => other.name === name) ?? others.find((other) => other.instanceOf === name))
  if (!target) {
    const names = [...new Set(others.map((other) => other.instanceOf ?? other.name))]
    const meant = nearest(name, names)
    const known = names.length === 0 ? '' : ` (available: ${names.join(', ')})`
    return `${shown}, but no process is named \`${name}\`${known}${meant === undefined ? '' : `; did you mean \`${meant}\`?`}`
  }
  const isInstance = target.name === name && typeof target.instanceOf === 'string'
  const isShared = typeof target.port === 'number' || target.share !== undefined
  if (!isOwn && !isInstance && !isShared && (target.instances ?? 1) > 1)
    return `${shown}, but \`${name}\` has several instances, each with its own port; name one, such as \`${name}-1.${field}\``
  if (port !== undefined && ownProperty(target.ports, port) === undefined) {
    const names = Object.keys(target.ports ?? {})
    const meant = nearest(port, names)
    const hint = meant === undefined ? '' : `; did you mean \`${meant}\`?`
    if (names.length === 0) return `${shown}, but \`${name}\` has no \`ports\``
    return `${shown}, but \`${name}\` has no port named \`${port}\` (available: ${names.join(', ')})${hint}`
  }
  const hasPort = (target.port ?? null) !== null || Object.keys(target.ports ?? {}).length > 0
  return hasPort ? undefined : `${shown}, but \`${name}\` has no \`port\``
}

/**
 * The first reference that closes a dependency cycle. What a process depends on without a reference is not examined, unless a
 * reference leads there.
 */
export function referenceCycle(
  process: Referable,
  others: readonly Referable[],
): (ReferenceProblem & { members: string[] }) | undefined {
  const byName = new Map(others.map((other) => [other.name, other]))
  for (const { path, text } of referringTexts(process)) {
    for (const reference of referencesIn(text)) {
      if (!reference || reference.process === process.name) continue
      const back = pathBetween(reference.process, process.name, byName)
      if (!back) continue
      const members = [process.name, ...back]
      const shown = members.map((name) => `\`${name}\``).join(' → ')
      const predicate = `refers to \`${reference.key}\`, which closes a dependency cycle: ${shown}; write one of the addresses out, with a fixed port`
      return { path, predicate, members }
    }
  }
  return undefined
}

function pathBetween(from: string, to: string, byName: ReadonlyMap<string, Referable>): string[] | undefined {
  const seen = new Set<string>()
  const visit = (name: string): string[] | undefined => {
    if (name === to) return [name]
    const process = byName.get(name)
    if (seen.has(name) || !process) return undefined
    seen.add(name)
    for (const next of needsOf(process)) {
      const rest = visit(next)
      if (rest) return [name, ...rest]
    }
    return undefined
  }
  return visit(from)
}

function needsOf(process: Referable): string[] {
  const { dependsOn = [], name } = process
  const declared = Array.isArray(dependsOn) ? dependsOn : Object.keys(dependsOn)
  return [...declared, ...referredProcesses(process).filter((other) => other !== name)]
}

/** Names of the processes that a config refers to, each once, its own too. */
export function referredProcesses(config: object): string[] {
  const found = referringTexts(config).flatMap(({ text }) =>
    referencesIn(text).flatMap((reference) => reference?.process ?? []),
  )
  return [...new Set(found)]
}
