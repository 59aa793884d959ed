import { createServer } from 'node:net'

/** Below those that the system gives to connections, which may take a port between the look and the use, and above our own automatic ones. */
const [FIRST, LAST] = [30_000, 32_767]
/** Tests that run at the same time begin at different places. */
let next = FIRST + ((process.pid * 97) % (LAST - FIRST))

/** A port on which nobody listens now. */
export async function freePort(): Promise<number> {
  for (;;) {
    next = next < LAST ? next + 1 : FIRST
    if (await isFree(next)) return next
  }
}

function isFree(port: number): Promise<boolean> {
  const server = createServer()
  return new Promise((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
