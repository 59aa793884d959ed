import { createServer } from 'node:net'
import { expect, it } from 'vitest'
import { freePort } from './free-port.ts'

it('freePort gives a port that one can listen on', async () => {
  const port = await freePort()
  const server = createServer()
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen({ host: '127.0.0.1', port }, resolve)
    })
    expect(server.address()).toMatchObject({ port })
  } finally {
    server.close()
  }
})
