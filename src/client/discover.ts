/* What can be told from the files of a folder alone; light, since every command looks here first. */
import { existsSync, readFileSync } from 'node:fs'
import type { SupervisorInfo } from '../model/control.ts'
import { copyOf, pathsOf } from '../model/paths.ts'
import type { ManagedProcess } from '../model/process.ts'
import { readSaved } from '../model/saved.ts'

/** Who supervises a folder, going by `supervisor.json`; null if nobody says so. It may have been killed since. */
export function readInfo(tuixDir: string): SupervisorInfo | null {
  try {
    const info = JSON.parse(readFileSync(pathsOf(tuixDir).info, 'utf8')) as SupervisorInfo
    return typeof info.socket === 'string' && typeof info.identity?.pid === 'number' ? info : null
  } catch {
    return null
  }
}

/** What the last supervisor wrote, for answers while there is none: `state.json`, or else its copy. Neither usable: nothing. */
export function readState(tuixDir: string): ManagedProcess[] {
  const { state } = pathsOf(tuixDir)
  for (const file of [state, copyOf(state)]) {
    if (!existsSync(file)) continue
    try {
      return readSaved(readFileSync(file, 'utf8')).processes
    } catch {
      // The next supervisor keeps it aside and says so.
    }
  }
  return []
}
