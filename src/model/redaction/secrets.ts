import type { ResolvedProcess } from '../config/config.ts'
import type { Input } from '../lifecycle/inputs.ts'
import { isSecretName, MASK, maskArguments, maskText, URL_PASSWORD } from './mask.ts'

/** Shortest secret to look for, in characters. Shorter values also occur as parts of ordinary words. */
const SHORTEST = 6

/**
 * Secret values to redact from what a process, its hooks and its health checks print, longest first. They come from its
 * environment, arguments and check headers. A value that a harmless name has too is not secret: `POSTGRES_USER` and
 * `POSTGRES_PASSWORD` may both be `postgres`.
 *
 * @param environment the process's full environment, including the config's `env`
 */
export function secretsOf(config: ResolvedProcess, environment: Record<string, string>): string[] {
  const entries = Object.entries(environment)
  const named = entries.filter(([name]) => isSecretName(name)).map(([, value]) => value)
  const open = new Set(entries.filter(([name]) => !isSecretName(name)).map(([, value]) => value))
  const masked = maskArguments(config.args, config.program)
  const given = config.args.flatMap((arg, i) => hiddenIn(arg, masked[i] ?? ''))
  const inValues = entries.flatMap(([, value]) => hiddenIn(value, maskText(value)))
  const headers = config.healthCheck?.type === 'http' ? Object.entries(config.healthCheck.headers) : []
  const sent = headers
    .filter(([name]) => isSecretName(name))
    .map(([, value]) => value.replace(/^(?:bearer|basic) +/i, ''))
  const inUrls = [...entries.map(([, value]) => value), ...config.args].flatMap(passwordsIn)
  const all = [...named, ...given, ...inValues, ...sent, ...inUrls].filter((value) => !open.has(value))
  // Output is redacted line by line, so each line of a secret counts on its own.
  const lines = all.flatMap((value) => value.split('\n')).map((line) => line.trim())
  const known = new Set([...all, ...lines].filter(({ length }) => length >= SHORTEST))
  return [...known].sort((a, b) => b.length - a.length)
}

/** What was masked in a text, if it is one part of it. */
function hiddenIn(text: string, masked: string): string[] {
  const [before = '', after, more] = masked.split(MASK)
  if (after === undefined || more !== undefined) return []
  return [text.slice(before.length, text.length - after.length)]
}

function passwordsIn(text: string): string[] {
  return [...text.matchAll(URL_PASSWORD)].flatMap(([, , password]) => password ?? [])
}

/** Masks these values in a text. */
export function hideValues(text: string, secrets: string[]): string {
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, MASK), text)
}

/** Applies `hide` to the text of an input, since that text ends up in events and reasons. */
export function hideInInput(input: Input, hide: (text: string) => string): Input {
  // Configs are kept as they are: they are masked where they are shown.
  return 'config' in input ? input : hideDetails(input, hide)
}

/** Names of fields for texts of others: what they say, and how they call themselves. */
const TEXTS_OF_OTHERS: ReadonlySet<string> = new Set(['detail', 'name', 'program'])

/** A value in which every text of others, at any depth, went through `hide`. */
export function hideDetails<Value>(value: Value, hide: (text: string) => string): Value {
  if (Array.isArray(value)) return value.map((item) => hideDetails(item, hide)) as Value
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, item]) => {
    return [key, typeof item === 'string' && TEXTS_OF_OTHERS.has(key) ? hide(item) : hideDetails(item, hide)]
  })
  return Object.fromEntries(entries) as Value
}
