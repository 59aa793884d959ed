import { parseEnv } from 'node:util'
import type { ImportContext } from './types.ts'

/** Variables with their values as text; objects become JSON. */
export function textValues(env: Record<string, unknown> = {}): Record<string, string> {
  const entries = Object.entries(env).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries.map(([name, value]) => [name, asText(value)]))
}

function asText(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
}

/** The variables of a file such as `.env`; undefined if the file cannot be read. */
export function envFile(path: string, context: ImportContext): Record<string, string> | undefined {
  const text = context.readText(path)
  if (text === undefined) return undefined
  return Object.fromEntries(Object.entries(parseEnv(text)).map(([name, value]) => [name, value ?? '']))
}
