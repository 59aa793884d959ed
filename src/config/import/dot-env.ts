import { join } from 'node:path'
import { envFile } from './env.ts'
import type { ImportContext } from './types.ts'

const NAME = '.env'

export interface DotEnv {
  values: Record<string, string>
  /** Settings for a process: the values, or only the file's name if they are written into another file. */
  settings: { env?: Record<string, string>; envFile?: string }
}

/** The `.env` beside the file, for tools that load it. It overrides the environment. */
export function dotEnv(context: ImportContext): DotEnv {
  const values = envFile(join(context.folder, NAME), context)
  if (values === undefined) return { values: {}, settings: {} }
  return { values, settings: context.purpose === 'run' ? { env: values } : { envFile: NAME } }
}
