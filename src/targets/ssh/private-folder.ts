import { readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ProcessManagerError } from '../../model/errors.ts'
import { reasonOf } from '../../model/text/system-error.ts'
import { answers, prepareSocketFolder } from '../../system/net/socket.ts'

/**
 * Longest path of the folder's parent in bytes. A socket's path has at most 103 on macOS, and ssh adds 17 to a name while it makes
 * one.
 */
const LONGEST = 45

/**
 * The folder of this user for sockets, in which all commands find the connections of one another. It is private, since whoever
 * reaches a socket in it acts on another host.
 *
 * @throws ProcessManagerError `unreachable` if it belongs to another user
 */
export function privateFolder(): string {
  const places = [process.env.XDG_RUNTIME_DIR, tmpdir()].filter((place) => place !== undefined && isUsable(place))
  let problem: unknown
  for (const place of [...places, '/tmp']) {
    const folder = join(place ?? '', `tuix-${process.getuid?.() ?? 0}`)
    try {
      prepareSocketFolder(folder)
      return folder
    } catch (error) {
      // After `su` the variable still names the folder of the first user.
      problem = error
    }
  }
  throw new ProcessManagerError('unreachable', reasonOf(problem))
}

/** Whether ssh takes the path as it is: it replaces `%h`, `${HOME}` and `~`, and reads a `:` as the end of a path. */
function isUsable(place: string): boolean {
  return place.startsWith('/') && Buffer.byteLength(place) <= LONGEST && !/[%$~:\\"'\s]/.test(place)
}

const RELAY = 'relay-'

/** A new name for the socket of a relay, which only one process uses. */
export function relaySocket(folder: string, id: string): string {
  return join(folder, `${RELAY}${id}.sock`)
}

/** Removes the sockets of relays whose process was killed before it could. */
export async function removeAbandoned(folder: string): Promise<void> {
  for (const name of readdirSync(folder)) {
    const socket = join(folder, name)
    if (name.startsWith(RELAY) && !(await answers(socket))) rmSync(socket, { force: true })
  }
}
