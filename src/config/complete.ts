import { resolve } from 'node:path'
import { check, checkExpanded } from './check.ts'
import type { Draft, Written } from './draft.ts'
import { readEnvFile } from './env-file.ts'
import { expand } from './expand.ts'
import type { Lookup } from './interpolate.ts'
import { type Source, within } from './place.ts'
import type { ParsedProcess } from './resolve/index.ts'
import { processSchema } from './schema.ts'
import { textOrList } from './values.ts'

export interface Surroundings {
  /** Variables of the command that reads the config. */
  environment: Record<string, string | undefined>
  /** Is told the absolute path of every file that is read. */
  onRead?: (file: string) => void
}

/**
 * The process that a draft makes: its files of variables read, variables replaced, checked, paths absolute. Each path counts
 * from the folder of the file that it was written in; without `cwd` that of `command`. `~` is not expanded. Throws a `config`
 * error, one sentence.
 */
export function completeDraft(draft: Draft, { environment, onRead }: Surroundings): ParsedProcess {
  const fromFiles = variablesOf(draft.settings.get('envFile'), { environment, ...(onRead && { onRead }) })
  const { envFile: _, ...config } = checkDraft(draft, (name) => fromFiles[name] ?? environment[name])
  const folder = (key: string): string => (draft.settings.get(key)?.from ?? draft.from).folder
  const absolute = (key: 'logFile' | 'errorFile') =>
    config[key] === undefined ? {} : { [key]: resolve(folder(key), config[key]) }
  return {
    ...config,
    cwd: config.cwd === undefined ? folder('command') : resolve(folder('cwd'), config.cwd),
    ...absolute('logFile'),
    ...absolute('errorFile'),
    ...((config.env || Object.keys(fromFiles).length > 0) && { env: { ...fromFiles, ...config.env } }),
  }
}

function variablesOf(written: Written | undefined, { environment, onRead }: Surroundings): Record<string, string> {
  if (!written) return {}
  const { from } = written
  const names = checkWritten(written, 'envFile', (name) => environment[name])
  const place = within(from, 'envFile')
  const read = [names].flat().map((name) => readEnvFile(name, place))
  for (const { file } of read) onRead?.(file)
  return Object.assign({}, ...read.map(({ variables }) => variables))
}

function checkWritten({ value, from }: Written, key: string, lookup: Lookup): string | string[] {
  const templates = new Map<string, string>()
  const expanded = from.variables ? expand(value, [key], { lookup, templates, place: from }) : value
  return check(textOrList, expanded, within(from, key))
}

function checkDraft(draft: Draft, lookup: Lookup) {
  const templates = new Map<string, string>()
  const expanded = ({ value, from }: Written, path: string[]) =>
    from.variables ? expand(value, path, { lookup, templates, place: from }) : value
  const values = (written: ReadonlyMap<string, Written>, ...path: string[]) =>
    Object.fromEntries([...written].map(([key, each]) => [key, expanded(each, [...path, key])]))
  const value = { ...(draft.env.size > 0 && { env: values(draft.env, 'env') }), ...values(draft.settings) }
  return checkExpanded(processSchema, { value, templates, placeOf: (keys) => sourceOf(draft, keys) })
}

/** Where the setting was written that the keys lead to. */
function sourceOf({ from, settings, env }: Draft, [key, variable]: readonly PropertyKey[]): Source {
  const written = (key === 'env' && env.get(String(variable))) || settings.get(String(key))
  return written ? written.from : from
}
