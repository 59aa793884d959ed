import { existsSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { readOutputPaths } from '../system/process/proc.ts'
import { pathsOf } from './paths.ts'

/**
 * Whether a process's logs are in another state folder: one that was at this place and was renamed. Its processes belong to
 * whoever supervises it.
 */
export function writesToOtherFolder(pid: number, tuixDir: string): boolean {
  return readOutputPaths(pid).some((path) => {
    const folder = dirname(dirname(path))
    return folder !== tuixDir && basename(dirname(path)) === 'logs' && existsSync(pathsOf(folder).state)
  })
}
