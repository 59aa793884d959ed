import { chmodSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import { dirname } from 'node:path'
import { createAdaptorServer } from '@hono/node-server'
import type { Hono } from 'hono'
import { prepareSocketFolder } from '../system/socket.ts'

export interface Listening {
  close(): void
  /** Lets the process end although the socket is open. */
  unref(): void
}

/**
 * ms that a client is given to send its request; the runtime looks twice a minute for those that have not. One that stops half
 * way would keep its descriptor, and a daemon with nothing to do, for ever.
 */
const LIMITS = { headersTimeout: 30_000, requestTimeout: 30_000 }

/** Listens on the control socket. Only the holder of the lock may: a socket file that is there is left over and goes. */
export async function listen(
  app: Hono,
  socket: string,
  limits: { headersTimeout: number; requestTimeout: number; connectionsCheckingInterval?: number } = LIMITS,
): Promise<Listening> {
  const server = createAdaptorServer({ fetch: app.fetch, serverOptions: limits }) as Server
  const pipe = process.platform === 'win32'
  if (!pipe) {
    prepareSocketFolder(dirname(socket))
    rmSync(socket, { force: true })
  }
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(socket, () => {
      server.off('error', reject)
      resolve()
    })
  })
  if (!pipe) chmodSync(socket, 0o600)
  return {
    close() {
      server.close()
      server.closeIdleConnections?.()
    },
    unref() {
      server.unref()
    },
  }
}
