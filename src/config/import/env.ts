import { parseEnv } from 'node:util'
import type { ImportWorld } from './types.ts'

/** Variables as text, as the environment has them; objects as JSON. */
export function textValues(env: Record<string, unknown> = {}): Record<string, string> {
  const entries = Object.entries(env).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries.map(([name, value]) => [name, asText(value)]))
}

function asText(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
}

/** The variables of a file such as `.env`, without those that the environment has already; undefined: there is no such file. */
export function envFile(path: string, world: ImportWorld): Record<string, string> | undefined {
  const text = world.readText(path)
  if (text === undefined) return undefined
  const entries = Object.entries(parseEnv(text)).filter(([name]) => world.env[name] === undefined)
  return Object.fromEntries(entries.map(([name, value]) => [name, value ?? '']))
}
