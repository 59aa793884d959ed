import type { ResolvedProcess } from '../../model/config/config.ts'
import type { SpawnProblem } from '../../model/lifecycle/causes.ts'
import { reasonOf } from '../../model/text/system-error.ts'
import { findProgram, isFolder, mayEnter } from '../../system/fs/lookup.ts'

const SYSTEM = { findProgram, isFolder, mayEnter }

/**
 * Why a child could not be spawned.
 *
 * @param path `PATH` of the child
 * @param system looks up what is missing, since the errors for a folder, a program and an interpreter are the same
 */
export function spawnProblemOf(
  error: NodeJS.ErrnoException,
  { program, cwd }: Pick<ResolvedProcess, 'program' | 'cwd'>,
  path: string | undefined,
  system: typeof SYSTEM = SYSTEM,
): SpawnProblem {
  switch (error.code) {
    case 'ENOENT':
    case 'ENOTDIR':
      if (!system.isFolder(cwd)) return { type: 'system', detail: `cwd ${cwd} is not a folder` }
      if (system.findProgram(program, cwd, path).found === undefined) return { type: 'no-program', program }
      return { type: 'no-interpreter', program }
    case 'EACCES':
      if (!system.mayEnter(cwd)) return { type: 'system', detail: `cwd ${cwd} may not be entered` }
      return { type: 'not-executable', program }
    case 'ETXTBSY':
      return { type: 'system', detail: `\`${program}\` is being written` }
    case 'ENOEXEC':
      return { type: 'no-shebang', program }
    case 'EAGAIN':
      return { type: 'process-limit' }
    default:
      return { type: 'system', detail: reasonOf(error) }
  }
}
