import type { ResolvedProcess } from './config.ts'

/** What is not about the run: who it is, and where it was declared. */
const NOT_OF_THE_RUN: ReadonlySet<string> = new Set(['name', 'instanceOf', 'instances', 'origin', 'source'])

/**
 * The settings in which what runs is other than what is declared, as paths: `env.PORT`, `command`, `healthCheck.url`. Never
 * their values: some are secrets. Empty: starting it anew would change nothing.
 */
export function driftOf(running: ResolvedProcess, declared: ResolvedProcess): string[] {
  const paths = changedPaths(asRun(running), asRun(declared), '')
  // All of these come from the one line that people write.
  if (paths.includes('command')) return paths.filter((path) => path !== 'program' && path !== 'args')
  return paths.map((path) => (path === 'program' ? 'interpreter' : path))
}

function asRun(config: ResolvedProcess): Record<string, unknown> {
  return Object.fromEntries(Object.entries(config).filter(([key]) => !NOT_OF_THE_RUN.has(key)))
}

function changedPaths(one: Record<string, unknown>, other: Record<string, unknown>, base: string): string[] {
  const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])]
  return keys.flatMap((key) => {
    const [before, after] = [one[key], other[key]]
    const path = base + key
    if (isRecord(before) && isRecord(after)) return changedPaths(before, after, `${path}.`)
    return JSON.stringify(before) === JSON.stringify(after) ? [] : [path]
  })
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
