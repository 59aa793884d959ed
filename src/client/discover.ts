/* What the files of a folder say about its supervisor. Kept light, since every command loads it. */
import type { SupervisorInfo } from '../model/views/supervisor-info.ts'
import { isSupervisorInfo } from '../protocol/answers.ts'
import { movedSocket, pathsOf } from '../storage/paths.ts'
import { folderIdOf } from '../system/fs/folder-id.ts'
import { denied, isDenied } from '../system/fs/owner.ts'
import { readPlain } from '../system/fs/plain-file.ts'

/**
 * Content of `supervisor.json`; null if there is none, or if it came with a copy of the folder. That supervisor may have been
 * killed since.
 *
 * @throws ProcessManagerError `unreachable` if this user may not read it
 */
export function readInfo(tuixDir: string): SupervisorInfo | null {
  try {
    const info: unknown = JSON.parse(readPlain(pathsOf(tuixDir).info))
    if (!isSupervisorInfo(info) || (info.folder !== undefined && info.folder !== folderIdOf(tuixDir))) return null
    return { ...info, socket: movedSocket(info.socket, tuixDir) }
  } catch (error) {
    if (isDenied(error)) throw denied(tuixDir, pathsOf(tuixDir).info)
    return null
  }
}
