import type { ResolvedProcess } from './config.ts'
import { isSecretName, MASK, maskArguments } from './mask.ts'
import type { Input } from './step.ts'

/** Shorter ones are found in every other word, and no secrets worth the name. */
const SHORTEST = 6
const URL_PASSWORD = /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@]{0,200}:([^\s/]{1,500})@/gi

/**
 * Values that must not be repeated when a process, its hooks or its health checks say them, longest first: those of its
 * environment and its arguments that look like secrets. What also stands under a name that is none (`POSTGRES_USER` and
 * `POSTGRES_PASSWORD` both `postgres`) keeps nothing secret.
 *
 * @param environment with which it runs, the config's `env` included
 */
export function secretsOf(config: ResolvedProcess, environment: Record<string, string>): string[] {
  const entries = Object.entries(environment)
  const named = entries.filter(([name]) => isSecretName(name)).map(([, value]) => value)
  const open = new Set(entries.filter(([name]) => !isSecretName(name)).map(([, value]) => value))
  const masked = maskArguments(config.args)
  const given = config.args.filter((_, i) => masked[i] === MASK)
  const assigned = config.args.flatMap((arg, i) =>
    masked[i]?.endsWith(`=${MASK}`) ? arg.slice(arg.indexOf('=') + 1) : [],
  )
  const headers = config.healthCheck?.type === 'http' ? Object.entries(config.healthCheck.headers) : []
  const sent = headers
    .filter(([name]) => isSecretName(name))
    .map(([, value]) => value.replace(/^(?:bearer|basic) +/i, ''))
  const inUrls = [...entries.map(([, value]) => value), ...config.args].flatMap(passwordsIn)
  const all = [...named, ...given, ...assigned, ...sent, ...inUrls].filter((value) => !open.has(value))
  // Output is told line by line.
  const lines = all.flatMap((value) => value.split('\n')).map((line) => line.trim())
  const known = new Set([...all, ...lines].filter(({ length }) => length >= SHORTEST))
  return [...known].sort((a, b) => b.length - a.length)
}

function passwordsIn(text: string): string[] {
  return [...text.matchAll(URL_PASSWORD)].flatMap(([, password]) => password ?? [])
}

/** The text without these values. */
export function hideValues(text: string, secrets: string[]): string {
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, MASK), text)
}

/** An input whose words, which become events and reasons, went through `hide`. */
export function hideInInput(input: Input, hide: (text: string) => string): Input {
  if ('message' in input) return { ...input, message: hide(input.message) }
  if (input.type === 'health') return { ...input, result: { ...input.result, detail: hide(input.result.detail) } }
  return input
}
