import { join } from 'node:path'
import { configError } from '../place.ts'
import { commandOfLine } from './command-line.ts'
import { Names } from './names.ts'
import { Notes } from './notes.ts'
import { familyOf, isLongRunning, judgeLine, type ScriptLine, SERVERS } from './script-names.ts'
import { type SplitScript, splitScript } from './split-script.ts'
import type { ImportContext, Imported, ImportedProcess } from './types.ts'

/** Package managers by their lock file, if `packageManager` does not name one. */
const LOCK_FILES = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
] as const

/**
 * Imports the scripts of a package.json that run until they are stopped, judged by their names: `dev`, `start`,
 * `watch`, `worker` and the like. Notes name the ones that are left out.
 *
 * @throws ProcessManagerError `config`, one sentence
 */
export function importPackageScripts(content: unknown, context: ImportContext): Imported {
  const notes = new Notes()
  const names = new Names(notes)
  const scripts = scriptsIn(content, context)
  const all = [...scripts.keys()]
  const judged = new Map([...scripts].map(([script, line]) => [script, judgeLine(line)]))
  const candidates = all.filter((script) => isLongRunning(script) && judged.get(script)?.refusal === undefined)
  const refused = all.filter((script) => isLongRunning(script) && judged.get(script)?.refusal !== undefined)
  const taken = longRunningOf(candidates)
  if (taken.length === 0) throw nothingIn(refused, judged, context)
  for (const script of refused) notes.add(undefined, script, judged.get(script)?.refusal ?? '')
  for (const script of candidates.filter((name) => !taken.includes(name))) {
    notes.add(undefined, script, `is left out, since \`${rivalOf(script, taken)}\` seems to be the same program`)
  }
  const others = all.filter((name) => !isLongRunning(name))
  if (others.length > 0) {
    notes.add(
      undefined,
      'scripts',
      `gives ${taken.join(', ')}; left out, since their names are not those of long-running programs: ${others.join(', ')}`,
    )
  }
  const runner = runnerOf(content, context)
  const convert = (script: string): ImportedProcess[] => {
    const split = splitScript(scripts.get(script) ?? '', all)
    const isSafe = split?.parts.every(({ line, script: other = '' }) => {
      return judgeLine(line ?? scripts.get(other) ?? '').refusal === undefined
    })
    if (split && isSafe) return splitProcesses(script, split)
    const hint = judged.get(script)?.hint
    if (hint !== undefined) notes.add(undefined, script, hint)
    return [
      {
        path: `scripts.${script}`,
        config: { name: names.assign(script), command: `${runner} run ${script}`, ...OFTEN },
      },
    ]
  }
  const splitProcesses = (script: string, { program, parts, endsTogether }: SplitScript): ImportedProcess[] => {
    const path = `scripts.${script}`
    const processes = parts.map((part): ImportedProcess => {
      const name = names.assign(part.name)
      if (part.script !== undefined)
        return { path, config: { name, command: `${runner} run ${part.script}`, ...OFTEN } }
      return {
        path,
        config: { name, ...commandOfLine(part.line ?? '', ['/bin/sh', '-c']), env: programsOf(context), ...OFTEN },
      }
    })
    const given = processes.map(({ config }) => config.name).join(', ')
    const end = endsTogether ? '; the end of one does not end the others' : ''
    notes.add(undefined, script, `becomes what ${program} runs, as processes of their own: ${given}${end}`)
    return processes
  }
  return { processes: taken.flatMap(convert), notes: notes.all }
}

/** A script that ends well has done its work: only its name says that it would not end. */
const OFTEN = { autorestart: 'on-failure' } as const

/** The programs of the package, which package managers put before all others. */
function programsOf({ folder, purpose, env, placeholders }: ImportContext): Record<string, string> {
  const bin = join('node_modules', '.bin')
  if (purpose === 'convert') return { PATH: `${bin}:${placeholders.add({ name: 'PATH' })}` }
  return { PATH: `${join(folder, bin)}:${env.PATH ?? ''}` }
}

function nothingIn(refused: string[], judged: ReadonlyMap<string, ScriptLine>, context: ImportContext): Error {
  const [script] = refused
  const refusal = script === undefined ? undefined : judged.get(script)?.refusal
  return configError(
    context,
    refusal === undefined
      ? `none of its \`scripts\` has the name of a long-running program, such as ${SERVERS.slice(0, 4).join(', ')} or worker`
      : `none of its \`scripts\` can be a process: \`${script}\` ${refusal}`,
  )
}

/** The lines of the scripts, by name. */
function scriptsIn(content: unknown, context: ImportContext): Map<string, string> {
  const scripts = (content as { scripts?: unknown } | null)?.scripts ?? {}
  if (typeof scripts !== 'object' || scripts === null || Array.isArray(scripts)) {
    throw configError(context, '`scripts` must be an object of command lines')
  }
  const entries = Object.entries(scripts)
  // npm runs nothing else either.
  return new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
}

function longRunningOf(scripts: string[]): string[] {
  const server = SERVERS.find((family) => scripts.some((script) => familyOf(script) === family))
  return scripts.filter((script) => {
    const family = familyOf(script)
    if (SERVERS.includes(family) && family !== server) return false
    // `dev` probably runs `dev:api` or replaces it.
    return script === family || !scripts.includes(family)
  })
}

function rivalOf(script: string, taken: string[]): string {
  const family = familyOf(script)
  return (
    taken.find((name) => name === family) ?? taken.find((name) => SERVERS.includes(familyOf(name))) ?? taken[0] ?? ''
  )
}

function runnerOf(content: unknown, { folder, fileKind }: ImportContext): string {
  const { packageManager } = content as { packageManager?: unknown }
  const [, named] = /^(npm|pnpm|yarn|bun)@/.exec(typeof packageManager === 'string' ? packageManager : '') ?? []
  return named ?? LOCK_FILES.find(([file]) => fileKind(join(folder, file)) !== 'missing')?.[1] ?? 'npm'
}
