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

/** Listens on the control socket. Only the holder of the lock may: a socket file that is there is left over and goes. */
export async function listen(app: Hono, socket: string): Promise<Listening> {
  const server = createAdaptorServer({ fetch: app.fetch }) as Server
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
