import { connect } from 'node:net'

/** ms that a connection to this machine may take. */
const PATIENCE = 1000

/** Whether somebody accepts connections on a port of this machine. */
export async function acceptsConnections(port: number): Promise<boolean> {
  for (const host of ['127.0.0.1', '::1']) if (await acceptsAt(host, port)) return true
  return false
}

function acceptsAt(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: PATIENCE })
    const end = (accepted: boolean) => {
      socket.destroy()
      resolve(accepted)
    }
    socket.once('connect', () => end(true))
    socket.once('timeout', () => end(false))
    socket.on('error', () => end(false))
  })
}
