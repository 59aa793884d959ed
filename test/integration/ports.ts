import { createServer } from 'node:net'

/** Different free ports of the loopback address. */
export async function freePorts<const Names extends readonly string[]>(
  ...names: Names
): Promise<Record<Names[number], number>> {
  // All held at once: asked for one after the other, two could be the same.
  const held = await Promise.all(names.map(async (name) => [name, await hold()] as const))
  const ports = held.map(([name, { port }]) => [name, port] as const)
  await Promise.all(held.map(([, { release }]) => release()))
  return Object.fromEntries(ports) as Record<Names[number], number>
}

function hold(): Promise<{ port: number; release(): Promise<void> }> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen({ host: '127.0.0.1', port: 0 }, () => {
      const address = server.address()
      const port = typeof address === 'object' && address ? address.port : 0
      resolve({ port, release: () => new Promise((released) => server.close(() => released())) })
    })
  })
}
