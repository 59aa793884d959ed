import type { ManagedProcess } from '../model/lifecycle/process.ts'
import { relocated, relocationOf, type StatePlace } from '../model/tree/relocate.ts'
import { copyOf, pathsOf } from '../storage/paths.ts'
import { readSaved, type SavedState, salvageSaved } from '../storage/state-file.ts'
import { folderIdOf } from '../system/fs/folder-id.ts'
import { denied, isDenied } from '../system/fs/owner.ts'
import { readPlain } from '../system/fs/plain-file.ts'
import { pidSpace } from '../system/process/pid-space.ts'

/**
 * The processes of the last supervisor, from `state.json` or its copy; empty if neither is usable. For answers without
 * a supervisor.
 *
 * @throws ProcessManagerError `unreachable` if this user may not read them
 */
export function readState(tuixDir: string): ManagedProcess[] {
  return readStateHere(tuixDir).processes
}

/** The same, and whether the state came with a copy of the folder, and no supervisor has taken it over yet. */
export function readStateHere(tuixDir: string): { processes: ManagedProcess[]; isCopy: boolean } {
  const saved = savedState(tuixDir)
  if (!saved) return { processes: [], isCopy: false }
  const here = placeOf(tuixDir)
  // These ids are for this answer only. The next supervisor makes those that stay.
  const processes = relocated(saved.processes, saved, here, (name) => `copy:${name}:0`)
  return { processes, isCopy: relocationOf(saved, here) === 'copied' }
}

function savedState(tuixDir: string): SavedState | null {
  const { state } = pathsOf(tuixDir)
  const whole = (text: string) => readSaved(text, Date.now())
  const rest = (text: string) => salvageSaved(text, Date.now()).saved
  for (const read of [whole, rest]) {
    for (const file of [state, copyOf(state)]) {
      try {
        return read(readPlain(file))
      } catch (error) {
        if (isDenied(error)) throw denied(tuixDir, file)
        // Missing, or unusable: the next supervisor sets it aside and reports that.
      }
    }
  }
  return null
}

/** Where the state of a folder is now. */
function placeOf(tuixDir: string): StatePlace {
  const folder = folderIdOf(tuixDir)
  return { ...pidSpace(), path: tuixDir, ...(folder && { folder }) }
}
