import { ownProperty } from '../../../model/text/text.ts'
import type { Placeholders } from '../../placeholders.ts'

/** Set by process-compose for each process, and replaced when that is imported. */
const OF_PROCESS = new Set(['PC_PROC_NAME', 'PC_REPLICA_NUM'])

const VARIABLE = /\$\$|\$\{(\w+)(?::?-([^}]*))?\}|\$(\w+)/g

export interface Expansion {
  /** Variables of the environment, with those of `.env` over them. */
  environment: Record<string, string | undefined>
  /** Set if the result is written into a file: texts then have stand-ins instead of values. */
  placeholders: Placeholders | undefined
  /** Called with each variable whose value of now was inserted, or that is not set and has no default. */
  onVariable(name: string, path: readonly string[], what: 'inserted' | 'unset'): void
}

/**
 * The content of a process-compose file with environment variables replaced everywhere, also in keys: process-compose does it
 * in the text of the file, so that `${N:-2}` may be a number. Commands are left to the shell.
 */
export function expandContent(content: unknown, expansion: Expansion): unknown {
  return expandPart(content, expansion, [])
}

function expandPart(value: unknown, expansion: Expansion, path: readonly string[]): unknown {
  if (typeof value === 'string') return isShellLine(path) ? value : scalarOf(value, expansion, path)
  if (Array.isArray(value)) return value.map((inner, index) => expandPart(inner, expansion, [...path, String(index)]))
  if (typeof value !== 'object' || value === null) return value
  if ('disable_env_expansion' in value && value.disable_env_expansion === true) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const own = replaced(key, expansion, path, false)
      return [own, expandPart(inner, expansion, [...path, own])]
    }),
  )
}

/** A command of a process, of its probes or of its end. */
function isShellLine(path: readonly string[]): boolean {
  return path[0] === 'processes' && path.at(-1) === 'command'
}

const TEXTS = new Set(['working_dir', 'log_location', 'host', 'path', 'port', 'scheme'])
const LISTS = new Set(['environment', 'env_file', 'entrypoint', 'vars', 'headers'])

/** Whether the setting becomes a text in which our configs replace variables. */
function mayHaveVariables(path: readonly string[]): boolean {
  const [key = '', above = ''] = path.toReversed()
  if (path.includes('watch')) return false
  return TEXTS.has(key) || LISTS.has(key) || LISTS.has(above)
}

function scalarOf(text: string, expansion: Expansion, path: readonly string[]): unknown {
  const changed = replaced(text, expansion, path, mayHaveVariables(path))
  return changed === text || expansion.placeholders?.has(changed) ? changed : typed(changed)
}

/** A text as YAML would read it. */
function typed(text: string): unknown {
  if (/^(true|false)$/.test(text)) return text === 'true'
  return /^-?(0|[1-9]\d*)(\.\d+)?$/.test(text) ? Number(text) : text
}

function replaced(
  text: string,
  { environment, placeholders, onVariable }: Expansion,
  path: readonly string[],
  mayStay: boolean,
): string {
  return text.replace(VARIABLE, (whole, braced, fallback: string | undefined, bare) => {
    if (whole === '$$') return '$'
    const name: string = braced ?? bare
    if (OF_PROCESS.has(name)) return whole
    const value = ownProperty(environment, name)
    if (!value && fallback === undefined) onVariable(name, path, 'unset')
    if (placeholders && mayStay) return placeholders.add({ name, fallback: fallback ?? '' })
    if (value && placeholders) onVariable(name, path, 'inserted')
    return value || (fallback ?? '')
  })
}
