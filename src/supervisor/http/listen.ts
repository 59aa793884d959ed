import { chmodSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { prepareSocketFolder } from '../../system/net/socket.ts'
import type { Address, Handler, Listening } from './handler.ts'

/**
 * ms in which a client has to send its request, and to take what a stream sent it. A client that stops half-way would keep a
 * descriptor, memory and an idle daemon for ever.
 */
const PATIENCE = 30_000

/** Listens on the control socket. Only for the holder of the lock, since it deletes an existing socket file as a leftover. */
export async function listen(handler: Handler, socket: string, patience?: number): Promise<Listening> {
  prepareSocketFolder(dirname(socket))
  rmSync(socket, { force: true })
  const listening = await listenAt(handler, { socket }, patience)
  chmodSync(socket, 0o600)
  return listening
}

/** Rejects with the system's error code, such as EADDRINUSE. */
export async function listenAt(handler: Handler, address: Address, patience: number = PATIENCE): Promise<Listening> {
  // Bun's own server takes 10 MB less memory than its `node:http`.
  const { serve } = process.versions.bun ? await import('./serve-bun.ts') : await import('./serve-node.ts')
  return serve(handler, address, patience)
}
