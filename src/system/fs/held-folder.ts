import { closeSync, constants, fstatSync, openSync, readlinkSync } from 'node:fs'
import { dirname } from 'node:path'
import type { FolderId } from '../../model/lifecycle/folder.ts'
import { folderIdOf } from './folder-id.ts'

/**
 * What became of a folder: `missing`: it was deleted from a parent that is still there; `moved`: it exists, but its path leads to
 * nothing or to another folder; `deleted`: it is gone, and its parent with it.
 */
export type Whereabouts = 'here' | 'missing' | 'moved' | 'deleted'

/** A folder held by a descriptor, so that it is recognised wherever it goes. */
export class HeldFolder {
  readonly path: string
  readonly #parent: FolderId | undefined
  #id: FolderId
  #descriptor: number | null

  /** @param path absolute, of an existing folder */
  constructor(path: string) {
    this.path = path
    this.#parent = folderIdOf(dirname(path))
    this.#id = folderIdOf(path) ?? ''
    this.#descriptor = open(path)
  }

  get id(): FolderId {
    return this.#id
  }

  look(): Whereabouts {
    if (folderIdOf(this.path) === this.#id) return 'here'
    if (!this.#isDeleted()) return 'moved'
    return folderIdOf(dirname(this.path)) === this.#parent ? 'missing' : 'deleted'
  }

  /** Its path now; null if it is deleted, or where the system does not tell. */
  currentPath(): string | null {
    if (this.look() === 'here') return this.path
    try {
      const found = readlinkSync(`/proc/self/fd/${this.#descriptor}`)
      return folderIdOf(found) === this.#id ? found : null
    } catch {
      return null
    }
  }

  /** Takes what is at the path for the folder from now on, after it was deleted and restored. */
  renew(): void {
    this.close()
    this.#id = folderIdOf(this.path) ?? ''
    this.#descriptor = open(this.path)
  }

  close(): void {
    if (this.#descriptor !== null) closeSync(this.#descriptor)
    this.#descriptor = null
  }

  /** Without a descriptor it is unknown, and a folder that exists must not be taken for a deleted one. */
  #isDeleted(): boolean {
    if (this.#descriptor === null) return folderIdOf(this.path) === undefined && this.#hasParent()
    return fstatSync(this.#descriptor).nlink === 0 || this.#linkIsDeleted()
  }

  #hasParent(): boolean {
    return folderIdOf(dirname(this.path)) === this.#parent
  }

  /** Some file systems keep the number of links of a deleted folder. */
  #linkIsDeleted(): boolean {
    try {
      const link = readlinkSync(`/proc/self/fd/${this.#descriptor}`)
      return link.endsWith(' (deleted)') && folderIdOf(link) !== this.#id
    } catch {
      return false
    }
  }
}

function open(path: string): number | null {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_DIRECTORY)
  } catch {
    // Out of descriptors: the folder is still recognised at its path.
    return null
  }
}
