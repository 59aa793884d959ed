import { chmodSync, lstatSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SOCKET_NAME } from '../../model/views/supervisor-info.ts'
import { folderIdOf } from '../fs/folder-id.ts'
import { makeFolder } from '../fs/make-folder.ts'
import { hash } from '../fs/place-hash.ts'

/**
 * Longest socket path in bytes. sun_path holds 108 on Linux and 104 on macOS (unix(7), unix(4)); Node silently cuts
 * longer ones.
 */
const LONGEST = 100

/**
 * Path of the control socket of a state folder. It is in the folder, or, if that path is too long, in a private folder
 * below the runtime or temporary directory, with a name by which no other folder at the same path finds it.
 */
export function socketPath(tuixDir: string): string {
  const inside = join(tuixDir, SOCKET_NAME)
  if (Buffer.byteLength(inside) <= LONGEST) return inside
  const folder = join(process.env.XDG_RUNTIME_DIR || tmpdir(), `tuix-${process.getuid?.() ?? 0}`)
  return join(folder, `${hash(folderIdOf(tuixDir) ?? tuixDir, 16)}.sock`)
}

/** Creates the private folder of the socket. Throws if it belongs to another user, who could then answer in our place. */
export function prepareSocketFolder(folder: string): void {
  makeFolder(folder, 0o700)
  const stat = lstatSync(folder)
  if (!stat.isDirectory() || stat.uid !== (process.getuid?.() ?? stat.uid)) {
    throw new Error(`${folder} belongs to another user; set XDG_RUNTIME_DIR to a folder of your own`)
  }
  chmodSync(folder, 0o700)
}

/** Whether something accepts connections on a socket. */
export function answers(socket: string): Promise<boolean> {
  // Loaded here, since Bun takes long for it, and a daemon needs it for nothing else when it begins.
  const { connect } = process.getBuiltinModule('node:net')
  return new Promise((resolve) => {
    const connection = connect(socket)
    connection.once('connect', () => {
      connection.destroy()
      resolve(true)
    })
    connection.once('error', () => resolve(false))
  })
}
