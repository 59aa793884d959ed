import { join } from 'node:path'
import { envFile } from './env.ts'
import type { ImportWorld } from './types.ts'

const NAME = '.env'

export interface DotEnv {
  values: Record<string, string>
  /** What a process gets of it: the values, or, in what is written into another file, only the file's name. */
  settings: { env?: Record<string, string>; envFile?: string }
}

/** The `.env` beside the file, for tools that load it; variables of the environment win over it there. */
export function dotEnv(world: ImportWorld): DotEnv {
  const values = envFile(join(world.folder, NAME), world)
  if (values === undefined) return { values: {}, settings: {} }
  return { values, settings: world.purpose === 'run' ? { env: values } : { envFile: NAME } }
}
