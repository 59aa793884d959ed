import type { ParsedDeploy } from '../../model/config/deploy.ts'
import type { SwarmSettings, SwarmTarget } from '../../model/config/targets.ts'
import type { Control } from '../../protocol/operations.ts'
import { quoted } from '../ssh/shell.ts'
import type { Target } from '../target.ts'
import { type EngineAddress, engineAddress, SOCKET } from './address.ts'
import { Engine, type EngineSocket } from './engine.ts'
import { createOperations } from './operations.ts'
import { Swarm } from './swarm.ts'

/** Passes stdin on to the socket of an engine, for hosts that forbid the forwarding of sockets. Which is the usual one, the login there says. */
function dialScript(socket: string): string {
  const host = socket === SOCKET ? '' : ` --host ${quoted(`unix://${socket}`)}`
  return `exec docker${host} system dial-stdio`
}

/**
 * A Docker Swarm, on which each process is a service. Nothing is connected yet.
 *
 * @param stack name of its services, unless the target has one: that of the project's folder
 * @throws ProcessManagerError `config` for an address or a context that is none
 */
export function openSwarm(
  name: string,
  { swarm }: SwarmTarget,
  stack: string,
  environment: Record<string, string | undefined> = process.env,
): Target {
  const address = engineAddress(name, swarm, environment)
  const end = new AbortController()
  let engine: Engine | undefined
  return {
    name,
    cwd: null,
    async reach(): Promise<Control> {
      engine = new Engine(`target ${name} (${addressText(address)})`, await socketOf(name, address, end.signal))
      return createOperations(new Swarm(engine, stackName(swarm.stack ?? stack), defaultsOf(swarm)))
    },
    // A container has the variables of its image.
    environment: async () => ({}),
    async close() {
      end.abort()
      engine?.close()
    },
  }
}

function defaultsOf({ image, networks }: SwarmSettings): Partial<ParsedDeploy> {
  return { ...(image !== undefined && { image }), ...(networks && { networks }) }
}

/** As Docker takes it in the name of a service. */
function stackName(text: string): string {
  return (
    text
      .toLowerCase()
      .replace(/[^a-z0-9-]+/g, '-')
      .replace(/^-+|-+$/g, '') || 'app'
  )
}

async function socketOf(name: string, address: EngineAddress, signal: AbortSignal): Promise<EngineSocket> {
  if (address.type === 'unix') return { socketPath: address.socket }
  if (address.type === 'tcp') return address
  const { SshConnection } = await import('../ssh/connection.ts')
  const { forwardSocket } = await import('../ssh/forward.ts')
  const connection = new SshConnection(name, address.ssh)
  const { socket } = await forwardSocket(
    connection,
    { path: address.socket, relay: dialScript(address.socket) },
    signal,
  )
  return { socketPath: socket }
}

function addressText(address: EngineAddress): string {
  if (address.type === 'unix') return `unix://${address.socket}`
  return address.type === 'ssh' ? address.ssh : `tcp://${address.host}:${address.port}`
}
