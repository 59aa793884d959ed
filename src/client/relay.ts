import { connect } from 'node:net'

/**
 * Connects this program's stdin and stdout with a socket, until either side has nothing more to say. From then on nothing else can be
 * printed on stdout.
 */
export async function relay(socket: string): Promise<void> {
  const { stdin, stdout } = process
  const connection = connect({ path: socket, allowHalfOpen: true })
  stdin.pipe(connection)
  connection.pipe(stdout, { end: false })
  await new Promise<void>((resolve, reject) => {
    connection
      .once('end', resolve)
      .once('close', () => resolve())
      .once('error', reject)
    stdin.once('error', () => resolve())
    // Whoever asked is gone.
    stdout.once('error', () => resolve())
  }).finally(() => {
    connection.destroy()
    stdin.destroy()
  })
}
