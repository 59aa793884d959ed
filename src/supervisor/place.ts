import { existsSync } from 'node:fs'
import type { SupervisorInfo } from '../model/control.ts'
import { pathsOf } from '../model/paths.ts'
import type { Clock } from '../system/clock.ts'
import { makePrivateFolder, removeFile, writeAtomicSync } from '../system/files.ts'
import type { Lock } from '../system/lock.ts'
import { whenMissing } from '../system/watch-folder.ts'
import type { Api } from './api.ts'
import { listen } from './listen.ts'

/** ms that whoever deletes the folder is given to get through with it. */
const SETTLE = 50

export interface PlaceOptions {
  tuixDir: string
  info: SupervisorInfo
  lock: Lock
  api: Api
  clock: Clock
  /** Files were gone and are back. */
  restored(): void
  /** While they were gone another supervisor came; nothing in the folder is ours any more. */
  lost(): void
}

/** What makes a supervisor the one of its folder: the lock, the socket, and the file that names both. */
export interface Place {
  /** Works in an exit handler. */
  leave(): void
  /** Lets the process end although the socket is open. */
  unref(): void
}

/** Listens, says so in the folder, and takes the place again whenever somebody deletes these files or the whole folder. */
export async function occupy({ tuixDir, info, lock, api, clock, restored, lost }: PlaceOptions): Promise<Place> {
  const { socket } = info
  const file = pathsOf(tuixDir).info
  let left = false
  let isReferenced = true
  let unwatch = () => {}
  // Of one that was killed: as soon as the socket answers, it would be taken for one that lives.
  removeFile(file)
  let listening = await listen(api, socket)
  // A supervisor does not outlive the machine either.
  const announce = () => writeAtomicSync(file, JSON.stringify(info), false)
  announce()

  const watch = () => {
    unwatch = whenMissing(tuixDir, [socket, file, lock.file], () => clock.after(SETTLE, () => void restore()))
  }
  const restore = async () => {
    if (left) return
    try {
      makePrivateFolder(tuixDir)
      if (!lock.restore()) {
        left = true
        return lost()
      }
      if (!existsSync(socket)) {
        listening.close()
        listening = await listen(api, socket)
        if (left) return listening.close()
        if (!isReferenced) listening.unref()
      }
      announce()
      restored()
    } catch {
      // The deletion goes on, or the disk is full. The next look sees what is missing still.
    }
    watch()
  }
  watch()

  return {
    leave() {
      if (left) return
      left = true
      unwatch()
      // The socket before the lock: closing it removes the path, which is the next holder's once the lock is free.
      listening.close()
      removeFile(file)
      if (process.platform !== 'win32') removeFile(socket)
      lock.release()
    },
    unref() {
      isReferenced = false
      listening.unref()
    },
  }
}
