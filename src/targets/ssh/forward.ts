import { join } from 'node:path'
import { type AnswerKind, question } from '../../client/silence.ts'
import { hash } from '../../system/fs/place-hash.ts'
import { answers } from '../../system/net/socket.ts'
import type { SshConnection } from './connection.ts'
import { nameOf, unreachable } from './failure.ts'
import { openRelay, READY, type Relay } from './relay.ts'
import { inLoginShell } from './shell.ts'

/** A socket on another host that speaks HTTP, such as that of a supervisor or of Docker. */
export interface RemoteSocket {
  /** Absolute path there. */
  path: string
  /** Script of `sh` that passes its stdin on to that socket and prints what comes back: for hosts that allow no forwarding. */
  relay: string
}

/** A socket of this machine that leads to one on another host. */
export interface Forwarded {
  socket: string
  /** Null: it is forwarded by the connection that is kept, also for other commands. */
  relay: Relay | null
}

/** ms within which a connection that is not allowed, or leads to nobody, is closed. */
const PATIENCE = 3000
/** ms within which somebody answers through a connection that is kept, unless it hangs. */
const SHORT_PATIENCE = 2000

/**
 * Makes a socket of another host one of this machine: forwarded by the connection, or, where the host forbids that, passed on by a
 * command for each connection. It is looked whether something answers there.
 *
 * @throws ProcessManagerError `unreachable`; a NoAnswerError if the host may be back later
 */
export async function forwardSocket(
  connection: SshConnection,
  remote: RemoteSocket,
  signal: AbortSignal,
): Promise<Forwarded> {
  const socket = await forwarded(connection, remote.path, signal)
  return socket === null ? await relayed(connection, remote, signal) : { socket, relay: null }
}

/** The same without commands. Null: that is forbidden, or nothing listens there. */
export async function forwarded(connection: SshConnection, path: string, signal: AbortSignal): Promise<string | null> {
  const socket = join(connection.folder, `${hash(`${connection.id} ${path}`, 16)}.sock`)
  const known = await ask(socket, signal, SHORT_PATIENCE)
  if (known === 'answered') return socket
  if (known === 'silent') await connection.check(signal)
  else await connection.open(signal)
  if (!isForwardable(path) || !(await connection.forward(socket, path))) return null
  // The socket of a supervisor that is stopped or hangs is there, too.
  return (await ask(socket, signal)) === 'closed' ? null : socket
}

/** Passes the connections to a socket on by commands, without trying anything else. */
export async function passOn(connection: SshConnection, relay: string): Promise<Relay> {
  const script = inLoginShell(`echo ${READY}; ${relay}`)
  return await openRelay(connection.folder, () => connection.start(script))
}

async function relayed(connection: SshConnection, remote: RemoteSocket, signal: AbortSignal): Promise<Forwarded> {
  const relay = await passOn(connection, remote.relay)
  if ((await ask(relay.socket, signal)) !== 'closed') return { socket: relay.socket, relay }
  const words = relay.lastWords()
  relay.close()
  throw unreachable(`${nameOf(connection.place)}: ${remote.path} cannot be reached${words === '' ? '' : `: ${words}`}`)
}

async function ask(socket: string, signal: AbortSignal, within = PATIENCE): Promise<AnswerKind> {
  return (await answers(socket)) ? await question(socket, within, signal) : 'closed'
}

/** Whether ssh takes a path as it is: it replaces `%h` and `${HOME}`, and reads `local:remote`. */
function isForwardable(path: string): boolean {
  return path.startsWith('/') && !/[%$:\\[\]"'\x00-\x1f]/.test(path)
}
