import { resolve } from 'node:path'
import type { ProcessConfig } from '../../../model/config.ts'
import type { DotEnv } from '../dot-env.ts'
import { envFile, textValues } from '../env.ts'
import type { Notes } from '../notes.ts'
import type { ImportWorld } from '../types.ts'
import type { ComposeProcess, Environment } from './schema.ts'
import { filledText, liveText, type Replacements } from './text.ts'

export interface Surroundings {
  /** Of the whole project. */
  environment: Environment | undefined
  dotEnv: DotEnv
  replacements: Replacements
  world: ImportWorld
  notes: Notes
}

export interface Variables {
  settings: Pick<ProcessConfig, 'env' | 'envFile'>
  /** Those whose values name others. */
  live: string[]
}

/** The variables of a process: those of `.env`, of its files, the project's, and its own, which win. */
export function variablesOf(source: ComposeProcess, name: string, around: Surroundings): Variables {
  const dotEnv = source.is_dotenv_disabled ? {} : around.dotEnv.settings
  const files = filesOf(source.env_file, name, around)
  const pairs = { ...pairsOf(around.environment), ...pairsOf(source.environment) }
  const written = Object.entries(pairs).map(([variable, value]) => [variable, ...textOf(value, around)] as const)
  const env = {
    ...dotEnv.env,
    ...files.env,
    ...Object.fromEntries(written.map(([variable, text]) => [variable, text])),
  }
  const envFiles = [dotEnv.envFile, files.envFile].flat().filter((file) => file !== undefined)
  return {
    settings: {
      ...(envFiles.length > 0 && { envFile: envFiles.length === 1 ? envFiles[0] : envFiles }),
      ...(Object.keys(env).length > 0 && { env }),
    } as Variables['settings'],
    live: written.filter(([, , isLive]) => isLive).map(([variable]) => variable),
  }
}

/** A value, and whether it names other variables: in what is written into another file it goes on to do so. */
function textOf(value: string, { replacements, world }: Surroundings): [text: string, isLive: boolean] {
  const text = world.purpose === 'convert' ? liveText(value, replacements) : undefined
  return text === undefined ? [filledText(value, replacements), false] : [text, true]
}

/** Both ways to write it, as texts. An entry without `=` is inherited anyway. */
function pairsOf(environment: Environment | undefined): Record<string, string> {
  if (!Array.isArray(environment)) return textValues(environment ?? {})
  const pairs = environment.map((entry) => /^([^=]+)=(.*)$/s.exec(entry) ?? [])
  return Object.fromEntries(pairs.flatMap(([, name, value = '']) => (name === undefined ? [] : [[name, value]])))
}

function filesOf(given: string | string[] | undefined, name: string, { world, replacements, notes }: Surroundings) {
  const files = given === undefined ? [] : [given].flat().map((file) => filledText(file, replacements))
  const values = files.flatMap((file) => {
    const read = envFile(resolve(world.folder, file), world)
    if (read === undefined) notes.add(name, 'env_file', `${file} cannot be read, so its variables are missing`)
    return read === undefined ? [] : [{ file, read }]
  })
  if (world.purpose === 'convert') return { envFile: values.map(({ file }) => file) }
  return { env: Object.assign({}, ...values.map(({ read }) => read)) as Record<string, string> }
}
