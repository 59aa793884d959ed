/* The program of a forwarder. It handles signals and ends the process. */

import { reasonOf } from '../model/text/system-error.ts'
import { forward } from './forwarding.ts'

/**
 * Forwards a port until it is told to end.
 *
 * @param words the declared name of the instances, the port and the host
 */
export async function runForwarder([name = '', port, host = '']: string[]): Promise<void> {
  // The connections of all the others go on.
  process.on('uncaughtException', (error) => process.stderr.write(`${error.stack}\n`))
  // A closing terminal is none of its business.
  process.on('SIGHUP', () => {})
  try {
    const forwarding = await forward(name, Number(port), host)
    process.stdout.write(`forwarding ${host.includes(':') ? `[${host}]` : host}:${port} to ${name}\n`)
    const end = () => void forwarding.close().then(() => process.exit(0))
    process.once('SIGTERM', end)
    process.once('SIGINT', end)
  } catch (error) {
    process.stderr.write(`port ${port} of ${name} cannot be shared: ${reasonOf(error)}\n`)
    process.exit(1)
  }
}
