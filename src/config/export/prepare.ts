import type { ResolvedProcess } from '../../model/config/config.ts'
import { ownProperty } from '../../model/text/text.ts'
import type { Notes } from '../import/notes.ts'
import { secretArguments, secretVariables } from './secrets.ts'
import type { Declaration, ExportedProcess } from './types.ts'

/**
 * Decides what all formats have in common: which processes are jobs, and which values are secrets.
 *
 * @param files whether the format can refer to env files; otherwise their variables are like all others
 */
export function prepare(
  declarations: Declaration[],
  { files, notes }: { files: boolean; notes: Notes },
): ExportedProcess[] {
  const conditions = declarations.flatMap(({ config }) => Object.entries(config.dependsOn))
  const awaited = new Set(conditions.map(([name]) => name))
  const jobs = new Set(conditions.filter(([, condition]) => condition === 'completed').map(([name]) => name))
  return declarations.map((declaration) => {
    const { written } = declaration
    // As a supervisor reads it: a job that others wait for is not repeated after success.
    const isJob = jobs.has(declaration.config.name) && written.autorestart === undefined
    const config = isJob ? { ...declaration.config, autorestart: 'on-failure' as const } : declaration.config
    const { name, program } = config
    const used = files ? usableFiles(declaration, notes) : []
    const env = ownVariables(config, used, notes)
    const secrets = secretVariables(env)
    const hidden = secretArguments(config.args, program, new Set(Object.keys(config.env)))
    const plain = Object.entries(env).filter(([variable]) => !secrets.includes(variable))
    return {
      ...declaration,
      config,
      name,
      kind: kindOf(config, awaited.has(name) && !jobs.has(name)),
      program,
      args: hidden.args,
      env: Object.fromEntries(plain),
      secrets: [...secrets, ...hidden.variables],
      files: used.map(({ path }) => path),
      isAwaited: awaited.has(name),
      isEndAwaited: jobs.has(name),
    }
  })
}

/** What is restarted after a failure is a server rather than a job if it listens, is checked, or others need it up. */
function kindOf(config: ResolvedProcess, isNeeded: boolean): ExportedProcess['kind'] {
  const { schedule, autorestart, port, healthCheck } = config
  if (schedule !== null) return 'schedule'
  const isServer = autorestart === 'on-failure' && (port !== null || healthCheck !== null || isNeeded)
  return autorestart === true || isServer ? 'service' : 'job'
}

/**
 * The env files that may be referred to. Programs read them in different ways, and for some of them a file overrides the
 * variables of `env`, so a file with anything special in it is not.
 */
function usableFiles({ config, envFiles }: Declaration, notes: Notes): Declaration['envFiles'] {
  return envFiles.filter(({ path, variables, isPlain }) => {
    const isOverridden = Object.entries(variables).some(([name, value]) => ownProperty(config.env, name) !== value)
    if (isPlain && !isOverridden) return true
    const reason = isPlain
      ? 'some of its variables are overridden'
      : 'it has quotes, `$` or `export`, which others read differently'
    notes.add(config.name, 'envFile', `is not referred to (${path}), since ${reason}; its variables are written out`)
    return false
  })
}

/** Names of variables that every engine takes. */
const VARIABLE = /^[A-Za-z_][\w.-]*$/

/** The variables that no file supplies. One with a name that engines refuse is noted. */
function ownVariables(
  { name: process, env }: ResolvedProcess,
  files: Declaration['envFiles'],
  notes: Notes,
): Record<string, string> {
  const inFiles = new Set(files.flatMap(({ variables }) => Object.keys(variables)))
  const strange = Object.keys(env).filter((name) => !VARIABLE.test(name))
  for (const name of strange)
    notes.add(process, 'env', `has ${JSON.stringify(name)}, which is no name of a variable there`)
  return Object.fromEntries(Object.entries(env).filter(([name]) => !inFiles.has(name) && !strange.includes(name)))
}
