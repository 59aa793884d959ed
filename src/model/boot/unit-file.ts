import { ProcessManagerError } from '../errors.ts'

/* How unit files of systemd are written. */

export type UnitLine = readonly [key: string, value: string]
/** The lines of `[Service]` and the like. A section without lines is left out. */
export type UnitSection = readonly [name: string, lines: readonly UnitLine[]]

export function unitText(sections: readonly UnitSection[]): string {
  return sections
    .filter(([, lines]) => lines.length > 0)
    .map(([name, lines]) => [`[${name}]`, ...lines.map(([key, value]) => `${key}=${value}\n`.trimEnd()), ''].join('\n'))
    .join('\n')
}

/** A line, unless its value is absent. */
export function optional(key: string, value: string | null | undefined): UnitLine[] {
  return value === null || value === undefined || value === '' ? [] : [[key, value]]
}

/** A value that takes no quotes, such as a path. Throws a `config` error for a line break, which no such value can have. */
export function plainValue(text: string): string {
  if (/[\n\r]|\\$/.test(text))
    throw new ProcessManagerError('config', `${JSON.stringify(text)} cannot stand in a unit of systemd`)
  return text.replaceAll('%', '%%')
}

/** One of the words of a command line or of a list. */
export function unitWord(text: string): string {
  const written = escaped(text)
  return written === '' || /[\s"'\\;]/.test(written) ? `"${written}"` : written
}

/** An assignment for `Environment=`, in which `$` has no meaning. */
export function assignment(name: string, value: string): string {
  return unitWord(`${name}=${value}`)
}

/** Text that may stand within double quotes. */
export function escaped(text: string): string {
  return text
    .replace(/["\\]/g, '\\$&')
    .replaceAll('%', '%%')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
}

/** A duration in ms as systemd writes it. */
export function unitDuration(ms: number): string {
  if (ms % 60_000 === 0 && ms > 0) return `${ms / 60_000}min`
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`
}
