import { resolve } from 'node:path'
import { mainPortName } from '../model/config/ports.ts'
import { escapeReferences, invalidReference } from '../model/config/references.ts'
import { isRecord } from '../model/config/shape.ts'
import { ownProperty } from '../model/text/text.ts'
import { check, checkExpanded } from './check.ts'
import type { Draft, Written } from './draft.ts'
import { type EnvFile, readEnvFile } from './env-file.ts'
import { expand } from './expand.ts'
import type { Lookup } from './interpolate.ts'
import { type Source, within } from './place.ts'
import { referenceError } from './refuse-references.ts'
import type { ParsedProcess } from './resolve/index.ts'
import { processSchema } from './schema.ts'
import { shellSyntax } from './shell-syntax.ts'
import { textOrList } from './values.ts'

export interface CompletionContext {
  /** Variables of the command that reads the config. */
  environment: Record<string, string | undefined>
  /** Called with the absolute path of every file that is read. */
  onRead?: (file: string) => void
  /** Called with each sentence about an env file that has something without an effect. */
  onNote?: (note: string) => void
  /** Env files that were read already, by path. What is served anew to each reader is asked for once. */
  envFiles?: Map<string, EnvFile>
}

/** Every process that `completeDraft` has made. */
const complete = new WeakSet<object>()

/** Whether a process is one of those that `completeDraft` has made: they are frozen, so there is nothing to check again. */
export function isComplete(value: unknown): value is ParsedProcess {
  return typeof value === 'object' && value !== null && complete.has(value)
}

/**
 * Completes a draft: reads its env files, replaces variables, validates it, and makes paths absolute. A path is
 * relative to the folder of the file in which it was written; `cwd` defaults to the folder of `command`. `~` is not
 * expanded. Throws a `config` error of one sentence.
 */
export function completeDraft(draft: Draft, context: CompletionContext): ParsedProcess {
  const { environment } = context
  const fromFiles = variablesOf(draft.settings.get('envFile'), context)
  const { envFile: _, ...config } = checkDraft(draft, (name) => ownProperty(fromFiles, name) ?? environment[name])
  const folder = (key: string): string => (draft.settings.get(key)?.from ?? draft.from).folder
  const absolute = (key: 'logFile' | 'errorFile' | 'pidFile') =>
    config[key] === undefined ? {} : { [key]: resolve(folder(key), config[key]) }
  const process = {
    ...config,
    ...(hasForeignSyntax(draft, config) && { shell: false }),
    cwd: config.cwd === undefined ? folder('command') : resolve(folder('cwd'), config.cwd),
    ...absolute('logFile'),
    ...absolute('errorFile'),
    ...absolute('pidFile'),
    ...((config.env || Object.keys(fromFiles).length > 0) && { env: { ...literal(fromFiles), ...config.env } }),
  }
  const invalid = invalidReference(process)
  if (invalid) throw referenceError(invalid.path, invalid.predicate, draft)
  freeze(process)
  complete.add(process)
  return process
}

/** Variables of an env file, which other programs read too: nothing in them is a reference. */
function literal(variables: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, escapeReferences(value)]))
}

/** Whether only the values of variables have shell syntax: the line that was written is not meant for a shell. */
function hasForeignSyntax({ settings }: Draft, { command, shell }: Pick<ParsedProcess, 'command' | 'shell'>): boolean {
  const { value, from } = settings.get('command') ?? {}
  if (shell !== undefined || !from?.variables || typeof value !== 'string' || value === command) return false
  const written = value.replace(/\$\{[^{}]*\}/g, 'x')
  return shellSyntax(command) !== undefined && shellSyntax(written) === undefined
}

/** With all that is in it, but for regular expressions: a match moves their `lastIndex`. */
function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || value instanceof RegExp) return
  Object.values(Object.freeze(value)).forEach(freeze)
}

function variablesOf(
  written: Written | undefined,
  { environment, onRead, onNote, envFiles = new Map() }: CompletionContext,
): Record<string, string> {
  if (!written) return {}
  const { from } = written
  const names = checkWritten(written, 'envFile', (name) => environment[name])
  const place = within(from, 'envFile')
  const read = [names].flat().map((name) => {
    const path = resolve(place.folder, name)
    const file = envFiles.get(path) ?? readEnvFile(name, place)
    envFiles.set(path, file)
    return file
  })
  for (const { file, notes } of read) {
    onRead?.(file)
    for (const note of notes) onNote?.(note)
  }
  return Object.assign({}, ...read.map(({ variables }) => variables))
}

function checkWritten({ value, from }: Written, key: string, lookup: Lookup): string | string[] {
  const templates = new Map<string, string>()
  const expanded = from.variables ? expand(value, [key], { lookup, templates, place: from }) : value
  return check(textOrList, expanded, within(from, key))
}

function checkDraft(draft: Draft, lookup: Lookup) {
  const templates = new Map<string, string>()
  const lookupInCheck: Lookup = (name) => (name === 'PORT' ? ownPort() : undefined) ?? lookup(name)
  const expanded = ({ value, from }: Written, path: string[]) => {
    const scope = path[0] === 'healthCheck' ? lookupInCheck : lookup
    return from.variables ? expand(value, path, { lookup: scope, templates, place: from, ofProcess: true }) : value
  }
  /** The port of the process. An automatic one is another for each instance, and is only known when it runs. */
  const ownPort = (): string | undefined => {
    const [port, ports, variable] = [draft.settings.get('port'), draft.settings.get('ports'), draft.env.get('PORT')]
    const value = port
      ? expanded(port, ['port'])
      : ports
        ? mainOf(expanded(ports, ['ports']))
        : variable && expanded(variable, ['env', 'PORT'])
    // Another for each run: that of its variable.
    if (value === 'auto' || typeof value === 'object') return `\${PORT}`
    return value === undefined ? undefined : String(value)
  }
  const values = (written: ReadonlyMap<string, Written>, ...path: string[]) =>
    Object.fromEntries([...written].map(([key, each]) => [key, expanded(each, [...path, key])]))
  const value = { ...(draft.env.size > 0 && { env: values(draft.env, 'env') }), ...values(draft.settings) }
  return checkExpanded(processSchema, { value, templates, placeOf: (keys) => sourceOf(draft, keys) })
}

/** The main one of `ports` that were not checked yet. */
function mainOf(ports: unknown): unknown {
  return isRecord(ports) ? ownProperty(ports, mainPortName(ports) ?? '') : undefined
}

/** The source of the setting at this path. */
function sourceOf({ from, settings, env }: Draft, [key, variable]: readonly PropertyKey[]): Source {
  const written = (key === 'env' && env.get(String(variable))) || settings.get(String(key))
  return written ? written.from : from
}
