import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { NO_WAIT, refusal, refuseOthers } from './plain-file.ts'

/** As `openPlain`, for reading. Apart from it, since `list` loads that one. */
export async function openPlainHandle(path: string): Promise<FileHandle> {
  const handle = await open(path, constants.O_RDONLY | NO_WAIT).catch((error) => {
    throw refusal(path) ?? error
  })
  try {
    refuseOthers(path, await handle.stat())
    return handle
  } catch (error) {
    await handle.close()
    throw error
  }
}
