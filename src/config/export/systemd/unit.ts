import { ProcessManagerError } from '../../../model/errors.ts'
import type { SecretText } from '../types.ts'

/* How unit files are written. */

type Line = readonly [key: string, value: string]
/** The lines of `[Service]` and the like. A section without lines is left out. */
export type Section = readonly [name: string, lines: readonly Line[]]

export function unitText(sections: readonly Section[]): string {
  return sections
    .filter(([, lines]) => lines.length > 0)
    .map(([name, lines]) => [`[${name}]`, ...lines.map(([key, value]) => `${key}=${value}\n`.trimEnd()), ''].join('\n'))
    .join('\n')
}

/** A line, unless its value is absent. */
export function optional(key: string, value: string | null | undefined): Line[] {
  return value === null || value === undefined || value === '' ? [] : [[key, value]]
}

/** A value that takes no quotes, such as a path. Throws a `config` error for a line break, which no such value can have. */
export function plainValue(text: string): string {
  if (/[\n\r]|\\$/.test(text))
    throw new ProcessManagerError('config', `${JSON.stringify(text)} cannot stand in a unit of systemd`)
  return text.replaceAll('%', '%%')
}

/** A command line: `$` is doubled, since systemd replaces variables itself, and so are secrets given to the program. */
export function commandLine(words: readonly SecretText[]): string {
  return words.map(word).join(' ')
}

/** A command line for /bin/sh as a whole command. `prefix` is such as `-`: a failure does not count. */
export function shellCommand(line: string, shell = '/bin/sh'): string {
  return commandLine([[shell], ['-c'], [line]])
}

function word(parts: SecretText): string {
  const text = parts
    .map((part) => (typeof part === 'string' ? escaped(part).replaceAll('$', '$$$$') : `\${${part.variable}}`))
    .join('')
  return text === '' || /[\s"'\\;]/.test(text) ? `"${text}"` : text
}

/** An assignment for `Environment=`, in which `$` has no meaning. */
export function assignment(name: string, value: string): string {
  const text = `${name}=${escaped(value)}`
  return /[\s"'\\;]/.test(text) ? `"${text}"` : text
}

function escaped(text: string): string {
  return text
    .replace(/["\\]/g, '\\$&')
    .replaceAll('%', '%%')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
}

/** A duration in ms as systemd writes it. */
export function duration(ms: number): string {
  if (ms % 60_000 === 0 && ms > 0) return `${ms / 60_000}min`
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`
}
