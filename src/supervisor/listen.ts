import { chmodSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { prepareSocketFolder } from '../system/socket.ts'
import type { Api, Listening } from './api.ts'

/**
 * ms that a client is given to send its request. One that stops half way would keep its descriptor, and a daemon with nothing
 * to do, for ever.
 */
const REQUEST_TIMEOUT = 30_000

/** Listens on the control socket. Only the holder of the lock may: a socket file that is there is left over and goes. */
export async function listen(api: Api, socket: string, requestTimeout = REQUEST_TIMEOUT): Promise<Listening> {
  const pipe = process.platform === 'win32'
  if (!pipe) {
    prepareSocketFolder(dirname(socket))
    rmSync(socket, { force: true })
  }
  // Bun's own server, which has no named pipes, takes 10 MB less than its `node:http`.
  const { serve } = process.versions.bun && !pipe ? await import('./serve-bun.ts') : await import('./serve-node.ts')
  const listening = await serve(api, socket, requestTimeout)
  if (!pipe) chmodSync(socket, 0o600)
  return listening
}
