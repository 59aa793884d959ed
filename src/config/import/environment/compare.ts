import { ownProperty } from '../../../model/text/text.ts'
import type { Placeholders } from '../../placeholders.ts'

type Environment = Record<string, string | undefined>

/** What a module declares with different variables. */
export interface Readings {
  /** With the variables as they are. */
  usual: unknown
  /** With stand-ins for the variables that it reads. `usual` if the module cannot be loaded so. */
  marked: unknown
  /** Without the variables that it reads. `usual` if the module cannot be loaded so. */
  without: unknown
}

export interface Comparison {
  placeholders: Placeholders
  /** The variables that a process will have: of the environment, and of files that the module has read. */
  environment: Environment
  /** Whether a text is written in the file itself, so that it is no secret. */
  isInSource(text: string): boolean
  /** Whether the setting at this path may contain variables. */
  mayHaveVariables(path: readonly string[]): boolean
  /** Whether the setting at this path is the value of a variable. */
  isVariable(path: readonly string[]): boolean
  /** Called with the path of what cannot be written with variables. */
  onFixed(path: readonly string[], isLeftOut: boolean): void
}

/** `usual`, with stand-ins in the texts that come from variables. */
export function withVariables(readings: Readings, comparison: Comparison, path: readonly string[] = []): unknown {
  const { usual, marked, without } = readings
  const shape = usual ?? marked
  if (Array.isArray(shape) || isObject(shape)) {
    const inner = (key: string) =>
      withVariables(
        { usual: partOf(usual, key), marked: partOf(marked, key), without: partOf(without, key) },
        comparison,
        [...path, key],
      )
    if (Array.isArray(shape)) return shape.map((_, index) => inner(String(index)))
    const entries = Object.keys(shape).map((key) => [key, inner(key)])
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
  }
  return leafOf(readings, comparison, path)
}

function leafOf({ usual, marked, without }: Readings, comparison: Comparison, path: readonly string[]): unknown {
  const { placeholders, environment, mayHaveVariables, isVariable, isInSource, onFixed } = comparison
  if (typeof marked === 'string' && placeholders.has(marked) && mayHaveVariables(path)) {
    const text = withFallback(marked, without, comparison)
    const now = usual === undefined || usual === null ? '' : String(usual)
    if (placeholders.reveal(text, environment) === now) return text
  }
  const isFixed = typeof usual === 'function' || (same(usual, without) && same(usual, marked))
  if (isFixed || usual === undefined || usual === null) return usual
  // It comes from a variable in a way that a config cannot express.
  const isLeftOut = isVariable(path) && !isInSource(String(usual))
  onFixed(path, isLeftOut)
  return isLeftOut ? undefined : usual
}

/** Without its variables, a text has its defaults: `${HOST:-localhost}`. */
function withFallback(marked: string, without: unknown, { placeholders, environment }: Comparison): string {
  const parts = placeholders.parts(marked)
  const variables = parts.filter((part) => typeof part === 'object')
  const [variable] = variables
  if (variables.length !== 1 || variable === undefined) return marked
  const at = parts.indexOf(variable)
  const [before, after] = [parts.slice(0, at).join(''), parts.slice(at + 1).join('')]
  const text =
    typeof without === 'string' || typeof without === 'number' || typeof without === 'boolean' ? `${without}` : ''
  const isAround = text.startsWith(before) && text.endsWith(after) && text.length >= before.length + after.length
  const found = isAround ? text.slice(before.length, text.length - after.length) : ''
  const { name } = variable
  // A text with a variable that is not set has "undefined" in its place.
  const isDefault = found !== '' && found !== 'undefined' && !/[{}$]/.test(found)
  if (isDefault) return before + placeholders.add({ name, fallback: found }) + after
  return ownProperty(environment, name) === undefined
    ? before + placeholders.add({ name, fallback: '' }) + after
    : marked
}

function same(one: unknown, other: unknown): boolean {
  return one === other || (typeof one === 'number' && Object.is(one, other))
}

function isObject(value: unknown): value is Record<string, unknown> {
  return Object.prototype.toString.call(value) === '[object Object]'
}

function partOf(value: unknown, key: string): unknown {
  if (Array.isArray(value)) return value[Number(key)]
  return isObject(value) ? ownProperty(value, key) : undefined
}
