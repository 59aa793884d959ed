import { join } from 'node:path'
import { envFile } from './env.ts'
import type { Notes } from './notes.ts'
import type { ImportWorld } from './types.ts'

/**
 * The variables of the `.env` beside the file, for tools that load it. What is converted does not get them: such a file is
 * for values that should stay out of others.
 */
export function dotEnv(world: ImportWorld, notes: Notes): Record<string, string> {
  const values = envFile(join(world.folder, '.env'), world)
  if (values === undefined || world.purpose === 'run') return values ?? {}
  notes.add(undefined, '.env', NOT_WRITTEN)
  return {}
}

export const NOT_WRITTEN =
  'is not written out, since it may hold secrets: set its variables before a start, such as with `set -a; . ./.env`'
