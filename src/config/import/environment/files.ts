import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import type { ProcessConfig } from '../../../model/config/config.ts'
import type { Notes } from '../notes.ts'
import type { ImportContext } from '../types.ts'

type Environment = Record<string, string | undefined>

export interface VariablesOfFiles {
  /** The variables after the file was loaded. */
  after: Environment
  /** Names of those that the file sets itself. */
  ownNames: ReadonlySet<string>
  context: ImportContext
  notes: Notes
}

/** A config with the files, such as `.env`, from which the original file reads variables that the config needs. */
export function withFilesOfVariables(
  config: ProcessConfig,
  { after, ownNames, context, notes }: VariablesOfFiles,
): ProcessConfig {
  const needed = [...context.placeholders.namesIn(config)].filter((name) => ownNames.has(name))
  const files = filesWithVariables(context)
  const found = new Set<string>()
  for (const name of needed) {
    const [file] = files.find(([, variables]) => variables[name] === after[name]) ?? []
    if (file !== undefined) found.add(file)
    else notes.add(config.name, `$${name}`, 'is set by the file itself: set it in the environment or in an `envFile`')
  }
  if (found.size === 0) return config
  const all = [...[config.envFile ?? []].flat(), ...found]
  return { ...config, envFile: all.length === 1 ? (all[0] ?? '') : all }
}

/** The files for variables in the folder, `.env` first. */
function filesWithVariables({ folder, readText }: ImportContext): [file: string, variables: Environment][] {
  return readdirSync(folder)
    .filter((name) => /^\.env(\.[\w.-]+)?$/.test(name))
    .sort()
    .flatMap((name) => {
      const text = readText(join(folder, name))
      return text === undefined ? [] : [[name, parseEnv(text)] as [string, Environment]]
    })
}
