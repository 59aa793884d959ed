import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Whether a program is there to be run; `version` is how it tells its version. */
export function isInstalled(program: string, version: string): boolean {
  return spawnSync(program, [version], { stdio: 'ignore' }).error === undefined
}

/** Files that a process may have open at a time; null where that is not told. */
export function openFileLimit(pid: number): number | null {
  try {
    const soft = /^Max open files\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/limits`, 'latin1'))?.[1]
    return soft === undefined ? null : Number(soft)
  } catch {
    return null
  }
}
