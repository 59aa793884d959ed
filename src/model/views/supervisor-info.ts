import type { FolderId } from '../lifecycle/folder.ts'
import type { Identity } from '../lifecycle/identity.ts'

/** File name of the control socket in a state folder. */
export const SOCKET_NAME = 'supervisor.sock'

/** The supervisor of a folder. Also the content of `supervisor.json`. */
export interface SupervisorInfo {
  /** Its process, or the app that embeds it. */
  identity: Identity
  /** The folder that it supervises, by which a copied record is told from a true one. Older versions do not write it. */
  folder?: FolderId
  /** Absolute path, or a named pipe on Windows. */
  socket: string
  /** Version of this package. */
  version: string
  /** Its runtime. */
  runtime: 'node' | 'bun'
  /** `daemon`: a program of its own; `embedded`: part of an app; `foreground`: `ps supervisor run`. */
  mode: 'daemon' | 'embedded' | 'foreground'
  /** Epoch ms. */
  startedAt: number
}
