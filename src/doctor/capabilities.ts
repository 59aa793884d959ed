import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Whether a program can be run. `version` is its option to print its version. */
export function isInstalled(program: string, version: string): boolean {
  return spawnSync(program, [version], { stdio: 'ignore' }).error === undefined
}

/** Limit of open files of a process; null if unknown. */
export function openFileLimit(pid: number): number | null {
  try {
    const soft = /^Max open files\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/limits`, 'latin1'))?.[1]
    return soft === undefined ? null : Number(soft)
  } catch {
    return null
  }
}
