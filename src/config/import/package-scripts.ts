import { join } from 'node:path'
import { refusal } from '../place.ts'
import { Names } from './names.ts'
import { Notes } from './notes.ts'
import type { Imported, ImportedProcess, ImportWorld } from './types.ts'

/** The same server in different moods: of these only the first that there is, since two would want the same port. */
const SERVERS = ['dev', 'develop', 'start', 'serve', 'server', 'preview']

/** Scripts that go on until they are stopped, by the first part of their name: `worker`, `worker:mail`. */
const LASTING = new Set([
  ...SERVERS,
  'watch',
  'worker',
  'workers',
  'queue',
  'jobs',
  'api',
  'web',
  'client',
  'backend',
  'frontend',
])

/** A lock file tells who runs the scripts, unless `packageManager` does. */
const LOCK_FILES = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
] as const

/**
 * Those scripts of a package.json that go on until they are stopped, by their names: `dev`, `start`, `watch`, `worker` and the
 * like. Notes tell which are not taken.
 *
 * @throws ProcessManagerError `config`, one sentence
 */
export function importPackageScripts(content: unknown, world: ImportWorld): Imported {
  const notes = new Notes()
  const names = new Names(notes)
  const scripts = scriptsIn(content, world)
  const taken = lastingOf(scripts)
  for (const script of scripts.filter((name) => isLasting(name) && !taken.includes(name))) {
    notes.add(undefined, script, `is left out beside \`${rivalOf(script, taken)}\`, which seems to be the same program`)
  }
  const others = scripts.filter((name) => !isLasting(name))
  if (others.length > 0 && taken.length > 0) {
    notes.add(undefined, 'scripts', `gives ${taken.join(', ')}; ${others.join(', ')} seem to end by themselves`)
  }
  if (taken.length === 0) {
    throw refusal(
      world,
      `none of its \`scripts\` is named like a program that goes on, such as ${SERVERS.slice(0, 4).join(', ')} or worker`,
    )
  }
  const runner = runnerOf(content, world)
  const processes = taken.map((script): ImportedProcess => {
    const name = names.give(script)
    return { path: `scripts.${script}`, config: { name, command: `${runner} run ${script}` } }
  })
  return { processes, notes: notes.all }
}

function scriptsIn(content: unknown, world: ImportWorld): string[] {
  const scripts = (content as { scripts?: unknown } | null)?.scripts ?? {}
  if (typeof scripts !== 'object' || scripts === null || Array.isArray(scripts)) {
    throw refusal(world, '`scripts` must be an object of command lines')
  }
  return Object.keys(scripts)
}

const familyOf = (script: string): string => script.split(/[:-]/)[0] ?? script
const isLasting = (script: string): boolean =>
  LASTING.has(familyOf(script)) && !/(^|[:-])(test|build|lint|check|stop)/.test(script)

function lastingOf(scripts: string[]): string[] {
  const server = SERVERS.find((family) => scripts.some((script) => familyOf(script) === family && isLasting(script)))
  return scripts.filter((script) => {
    const family = familyOf(script)
    if (!isLasting(script) || (SERVERS.includes(family) && family !== server)) return false
    // `dev:api` beside `dev`: the latter runs the former, or is another way to run the same.
    return script === family || !scripts.includes(family)
  })
}

function rivalOf(script: string, taken: string[]): string {
  const family = familyOf(script)
  return (
    taken.find((name) => name === family) ?? taken.find((name) => SERVERS.includes(familyOf(name))) ?? taken[0] ?? ''
  )
}

function runnerOf(content: unknown, { folder, fileKind }: ImportWorld): string {
  const { packageManager } = content as { packageManager?: unknown }
  const [, named] = /^(npm|pnpm|yarn|bun)@/.exec(typeof packageManager === 'string' ? packageManager : '') ?? []
  return named ?? LOCK_FILES.find(([file]) => fileKind(join(folder, file)) !== 'missing')?.[1] ?? 'npm'
}
