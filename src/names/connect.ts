import { connect, type Socket } from 'node:net'

/** Where a server may listen that was told a port: some take `localhost` for one of the two. */
const ADDRESSES = ['127.0.0.1', '::1']

/** Opens a connection to a port of this machine. Null if nothing listens there. */
export async function connectTo(port: number): Promise<Socket | null> {
  for (const host of ADDRESSES) {
    const socket = await attempt(host, port)
    if (socket) return socket
  }
  return null
}

function attempt(host: string, port: number): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    socket.setNoDelay(true)
    socket.once('connect', () => {
      socket.removeAllListeners('error')
      // Whoever uses it has listeners of its own. One error more must not end the proxy.
      socket.on('error', () => {})
      resolve(socket)
    })
    socket.once('error', () => resolve(null))
  })
}
