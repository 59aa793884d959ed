import { resolve } from 'node:path'
import type { ProcessConfig } from '../../../model/config/config.ts'
import type { DotEnv } from '../dot-env.ts'
import { envFile, textValues } from '../env.ts'
import type { Notes } from '../notes.ts'
import type { ImportContext } from '../types.ts'
import { pathFrom } from '../values.ts'
import type { ComposeProcess, Environment } from './schema.ts'
import { fillText, type Replacements } from './text.ts'

export interface VariablesContext {
  /** Environment of the whole project. */
  environment: Environment | undefined
  dotEnv: DotEnv
  replacements: Replacements
  context: ImportContext
  notes: Notes
}

/** The variables of a process: from `.env`, the project, its env files, and its own. Later ones override earlier ones. */
export function variablesOf(
  source: ComposeProcess,
  name: string,
  around: VariablesContext,
): Pick<ProcessConfig, 'env' | 'envFile'> {
  const dotEnv = source.is_dotenv_disabled ? {} : around.dotEnv.settings
  const files = filesOf(source, name, around)
  const isConverted = around.context.purpose === 'convert'
  // In our configs `env` overrides the files, so what they set must not be in it.
  const project = Object.entries(pairsOf(around.environment, around)).filter(
    ([key]) => !Object.hasOwn(files.values, key),
  )
  const env = {
    ...(isConverted ? {} : dotEnv.env),
    ...Object.fromEntries(project),
    ...(isConverted ? {} : files.values),
    ...pairsOf(source.environment, around),
  }
  const envFiles = isConverted ? [dotEnv.envFile ?? [], files.names].flat() : []
  return {
    ...(envFiles.length > 0 && { envFile: envFiles.length === 1 ? (envFiles[0] ?? '') : envFiles }),
    ...(Object.keys(env).length > 0 && { env }),
  }
}

/** Variables from a list or an object. A list entry without `=` is dropped, since it is inherited anyway. */
function pairsOf(
  environment: Environment | undefined,
  { replacements, context }: VariablesContext,
): Record<string, string> {
  const written = Array.isArray(environment)
    ? environment.flatMap((entry) => {
        const [, name, value = ''] = /^([^=]+)=(.*)$/s.exec(entry) ?? []
        return name === undefined ? [] : [[name, value] as const]
      })
    : Object.entries(textValues(environment ?? {}))
  const real = (variable: string) => context.placeholders.reveal(variable, context.env)
  return Object.fromEntries(written.map(([name, value]) => [real(name), fillText(value, replacements)]))
}

/** The env files of a process, which are relative to its working directory. */
function filesOf(
  { env_file = [], working_dir = '' }: ComposeProcess,
  name: string,
  { context, replacements, notes }: VariablesContext,
): { names: string[]; values: Record<string, string> } {
  const read = [env_file].flat().flatMap((written) => {
    const file = pathFrom(fillText(working_dir, replacements), fillText(written, replacements), context)
    const values = envFile(resolve(context.folder, file), context)
    if (values === undefined) notes.add(name, 'env_file', `${written} cannot be read, so its variables are missing`)
    return values === undefined ? [] : [{ file, values }]
  })
  return { names: read.map(({ file }) => file), values: Object.assign({}, ...read.map(({ values }) => values)) }
}
