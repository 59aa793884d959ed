import { createHash } from 'node:crypto'
import { chmodSync, lstatSync, mkdirSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * sun_path holds 108 bytes on Linux and 104 on macOS (unix(7), unix(4)). Node cuts longer ones silently, Bun refuses them.
 */
const LONGEST = 100

/**
 * Path of the control socket of a state folder: inside it, or, where that is too long, in a private folder under the
 * runtime or temporary directory.
 */
export function socketPath(tuixDir: string): string {
  const hash = createHash('sha256').update(tuixDir).digest('hex').slice(0, 16)
  if (process.platform === 'win32') return `\\\\.\\pipe\\tuix-${hash}`
  const inside = join(tuixDir, 'supervisor.sock')
  if (Buffer.byteLength(inside) <= LONGEST) return inside
  const folder = join(process.env.XDG_RUNTIME_DIR || tmpdir(), `tuix-${process.getuid?.() ?? 0}`)
  return join(folder, `${hash}.sock`)
}

/** Makes the folder that the socket lives in; refuses one that another user could have prepared. */
export function prepareSocketFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const stat = lstatSync(folder)
  if (!stat.isDirectory() || stat.uid !== (process.getuid?.() ?? stat.uid)) {
    throw new Error(`${folder} belongs to someone else; set XDG_RUNTIME_DIR to a folder of your own`)
  }
  chmodSync(folder, 0o700)
}

/** Whether something accepts connections on a socket. */
export function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(socket)
    connection.once('connect', () => {
      connection.destroy()
      resolve(true)
    })
    connection.once('error', () => resolve(false))
  })
}
