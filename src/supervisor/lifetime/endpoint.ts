import { existsSync, readdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { SupervisorInfo } from '../../model/views/supervisor-info.ts'
import { movedSocket, pathsOf } from '../../storage/paths.ts'
import { withRoom } from '../../storage/room.ts'
import type { Clock } from '../../system/clock.ts'
import { removeFile, restorePrivateFolder, writeAtomicSync } from '../../system/fs/files.ts'
import type { Lock } from '../../system/fs/lock.ts'
import { whenMissing } from '../../system/fs/watch-folder.ts'
import { Broadcast } from '../broadcast.ts'
import type { Handler, Listening } from '../http/handler.ts'
import { listen } from '../http/listen.ts'
import type { Home } from './home.ts'

/** ms to wait after a deletion, so that whoever deletes files can finish. */
const SETTLE = 50
/** The same while the folder is missing. A command makes it for the supervisor that it launches, which takes it as soon as its runtime has started. */
const SETTLE_MISSING = 5
/** ms to wait after the state folder was deleted, since its parent may be about to follow. */
const SETTLE_FOLDER = 1000

export interface EndpointOptions {
  tuixDir: string
  info: SupervisorInfo
  clock: Clock
  home: Home
}

/** Listens on the socket and writes the file that names it, so that clients find this supervisor. */
export async function publish(api: Handler, options: EndpointOptions, lock: Lock): Promise<Endpoint> {
  // If a killed supervisor left its file, a client would take it for a living one as soon as the socket answers.
  removeFile(pathsOf(options.tuixDir).info)
  // A project that was renamed while this supervisor began is not made again at its old path.
  if (!options.home.isHere()) throw new Error(`${options.tuixDir} is not there any more`)
  const endpoint = new Endpoint(api, options, lock, await listen(api, options.info.socket))
  endpoint.announce()
  return endpoint
}

/**
 * The lock, the socket, and the file that names the supervisor. Whenever somebody deletes one of them, or the whole state folder,
 * they are restored. A parent of the state folder is never made again, and nothing is written to another folder at its path.
 */
export class Endpoint {
  /** Files were deleted and are there again. */
  readonly restored = new Broadcast<void>()
  /** While the files were deleted another supervisor took the folder. Nothing in it belongs to this one any more. */
  readonly lost = new Broadcast<void>()
  /** The path of the folder leads to nothing or to another folder. */
  readonly moved = new Broadcast<void>()
  /** The folder was deleted with its parent. */
  readonly deleted = new Broadcast<void>()
  readonly #api: Handler
  readonly #options: EndpointOptions
  readonly #lock: Lock
  #listening: Listening
  #isClosed = false
  #isReferenced = true
  #isSettling = false
  #unwatch = () => {}

  constructor(api: Handler, options: EndpointOptions, lock: Lock, listening: Listening) {
    this.#api = api
    this.#options = options
    this.#lock = lock
    this.#listening = listening
    options.home.left.listen(() => this.#doubt())
  }

  announce(): void {
    this.#writeInfo()
    this.#watch()
  }

  /** Works in an exit handler. The files of a folder that was renamed are removed where they are now. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#unwatch()
    const path = this.#options.home.currentPath()
    // The socket before the lock: closing it deletes its path, which belongs to the next holder once the lock is free.
    this.#listening.close()
    if (path !== null) {
      removeFile(pathsOf(path).info)
      removeFile(movedSocket(this.#options.info.socket, path))
      this.#lock.release(path)
    }
    this.#options.home.close()
  }

  /** Allows the process to end although the socket is open. */
  unref(): void {
    this.#isReferenced = false
    this.#listening.unref()
  }

  #writeInfo(): void {
    const { tuixDir, info, home } = this.#options
    // Not synced, since a supervisor does not survive a crash of the machine either.
    const content = JSON.stringify({ ...info, folder: home.id })
    withRoom(tuixDir, () => writeAtomicSync(pathsOf(tuixDir).info, content, false))
  }

  #watch(): void {
    const { tuixDir, info, home } = this.#options
    // The parent too, since the state folder itself does not notice that its parent is renamed.
    this.#unwatch = whenMissing(
      [tuixDir, dirname(tuixDir)],
      [info.socket, pathsOf(tuixDir).info, this.#lock.file],
      () => this.#doubt(),
      () => home.isHere(),
    )
  }

  /** Something is missing, or the folder is not where it was. */
  #doubt(): void {
    if (this.#isClosed || this.#isSettling) return
    this.#isSettling = true
    this.#unwatch()
    // Later, since whoever has noticed it is in the middle of something.
    setImmediate(() => void this.#settle())
  }

  async #settle(): Promise<void> {
    const { home, tuixDir } = this.#options
    let entries = -1
    for (let waited = 0, step = 0; !this.#isClosed; waited += step) {
      const found = home.look()
      if (found === 'moved') return this.moved.emit()
      if (found === 'deleted') return this.deleted.emit()
      // Files that still vanish are waited for. A folder that somebody has made is taken before another supervisor takes it.
      const before = entries
      entries = countOf(tuixDir)
      if (waited >= SETTLE_FOLDER || (found === 'here' ? entries === before : existsSync(tuixDir))) break
      step = found === 'here' ? SETTLE : SETTLE_MISSING
      await new Promise<void>((resolve) => this.#options.clock.after(step, resolve))
    }
    if (this.#isClosed) return
    await this.#restore()
    this.#isSettling = false
    if (!this.#isClosed) this.#watch()
  }

  async #restore(): Promise<void> {
    const { home, tuixDir, info } = this.#options
    try {
      restorePrivateFolder(tuixDir)
      if (!home.isHere()) home.renew()
      if (!this.#lock.restore(home.id)) {
        this.#isClosed = true
        return this.lost.emit()
      }
      if (!existsSync(info.socket)) await this.#listenAgain()
      if (this.#isClosed) return
      this.#writeInfo()
      this.restored.emit()
    } catch {
      // The deletion is still going on, or the disk is full. The next check finds what is still missing.
    }
  }

  async #listenAgain(): Promise<void> {
    this.#listening.close()
    this.#listening = await listen(this.#api, this.#options.info.socket)
    if (this.#isClosed) this.#listening.close()
    else if (!this.#isReferenced) this.#listening.unref()
  }
}

function countOf(folder: string): number {
  try {
    return readdirSync(folder).length
  } catch {
    return 0
  }
}
