import { resolve } from 'node:path'
import { NOT_WRITTEN } from '../dot-env.ts'
import { envFile, textValues } from '../env.ts'
import type { Notes } from '../notes.ts'
import type { ImportWorld } from '../types.ts'
import type { ComposeProcess, Environment } from './schema.ts'
import { filledText, type Replacements } from './text.ts'

export interface Surroundings {
  /** Of the whole project. */
  environment: Environment | undefined
  /** Of the `.env` beside the file. */
  dotEnv: Record<string, string>
  replacements: Replacements
  world: ImportWorld
  notes: Notes
}

/** The variables of a process: those of `.env`, the project's, those of its files, and its own, which win. */
export function environmentOf(source: ComposeProcess, name: string, around: Surroundings): Record<string, string> {
  const { environment, dotEnv } = around
  return {
    ...(source.is_dotenv_disabled ? {} : dotEnv),
    ...written(environment, undefined, around),
    ...ofFiles(source.env_file, name, around),
    ...written(source.environment, name, around),
  }
}

function written(
  given: Environment | undefined,
  name: string | undefined,
  around: Surroundings,
): Record<string, string> {
  const { replacements, world, notes } = around
  const values: Record<string, string> = {}
  for (const [variable, value] of Object.entries(pairsOf(given))) {
    const usesEnv = !replacements.keepsEnv && /(?<!\$)\$[{\w]/.test(value)
    if (usesEnv && world.purpose === 'convert') {
      // Inherited anyway, and so not to be written into another file.
      if (value === `$${variable}` || value === `\${${variable}}`) continue
      notes.add(name, `environment.${variable}`, 'has the values in it that the variables of the environment have now')
    }
    values[variable] = filledText(value, replacements)
  }
  return values
}

/** Both ways to write it, as texts. An entry without `=` is inherited anyway. */
function pairsOf(environment: Environment | undefined): Record<string, string> {
  if (!Array.isArray(environment)) return textValues(environment ?? {})
  const pairs = environment.map((entry) => /^([^=]+)=(.*)$/s.exec(entry) ?? [])
  return Object.fromEntries(pairs.flatMap(([, name, value = '']) => (name === undefined ? [] : [[name, value]])))
}

function ofFiles(given: string | string[] | undefined, name: string, { world, replacements, notes }: Surroundings) {
  const files = given === undefined ? [] : [given].flat()
  if (files.length > 0 && world.purpose === 'convert') {
    notes.add(name, 'env_file', NOT_WRITTEN.replace('.env`', `${files[0]}\``))
    return {}
  }
  const read = files.map((file) => {
    const values = envFile(resolve(world.folder, filledText(file, replacements)), world)
    if (values === undefined) notes.add(name, 'env_file', `${file} cannot be read, so its variables are missing`)
    return values ?? {}
  })
  return Object.assign({}, ...read) as Record<string, string>
}
