import type { ResolvedHealthCheck } from '../../model/config/health-check.ts'
import { type Attempt, addressesOf, describeFailure, isLoopback, tryAddresses } from './address.ts'
import { foreignHolder } from './owner.ts'
import type { Check, HealthTarget } from './types.ts'

/** A TCP connection that must be accepted, on this machine by a process of this run. */
export function tcpCheck(
  { host, port: given }: Extract<ResolvedHealthCheck, { type: 'tcp' }>,
  { tree, env }: Pick<HealthTarget, 'tree' | 'env'>,
): Check {
  const port = given ?? Number(env.PORT)
  if (!Number.isInteger(port)) return async () => ({ ok: false, detail: `PORT=${env.PORT ?? ''} is no port` })
  return (signal) =>
    tryAddresses(addressesOf(host), async (address) => {
      const failure = await connectTo(address, port, signal)
      if (failure !== undefined) return { ok: false, detail: failure, reached: false }
      const foreign = isLoopback(address) ? foreignHolder(address, port, tree) : undefined
      return foreign ? { ok: false, detail: foreign, reached: false } : accepted
    })
}

const accepted: Attempt = { ok: true, detail: 'connection accepted', reached: true }

/** Connects and closes the connection. Resolves to a description of the failure; undefined if it was accepted. */
function connectTo(host: string, port: number, signal: AbortSignal): Promise<string | undefined> {
  const { connect } = process.getBuiltinModule('node:net')
  return new Promise((resolve) => {
    if (signal.aborted) return resolve('')
    const socket = connect({ host, port })
    const end = (failure: string | undefined) => {
      signal.removeEventListener('abort', abort)
      socket.destroy()
      resolve(failure)
    }
    const abort = () => end('')
    signal.addEventListener('abort', abort)
    socket.once('connect', () => end(undefined))
    socket.on('error', (error) => end(describeFailure(error)))
  })
}
