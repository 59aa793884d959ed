import { isIPv4 } from 'node:net'
import type { Finding } from './probe.ts'

/** What one address said. `reached`: the process itself answered, so that no other address is asked. */
export interface Attempt extends Finding {
  reached: boolean
}

/**
 * The addresses to try for a host. `localhost` and the names below it (RFC 6761) are both loopback addresses, whichever of
 * them the resolver knows: a server that listens on one only is found in either case.
 */
export function addressesOf(host: string): string[] {
  const name = host.toLowerCase().replace(/^\[|\]$/g, '')
  // What servers bind to, not what anybody connects to.
  if (name === '0.0.0.0') return ['127.0.0.1']
  if (name === '::') return ['::1']
  return name === 'localhost' || name.endsWith('.localhost') ? ['127.0.0.1', '::1'] : [name]
}

export function isLoopback(address: string): boolean {
  return address === '::1' || (isIPv4(address) && address.startsWith('127.'))
}

/** Tries addresses in turn until one is reached; else all that was wrong, said once. */
export async function tryAddresses(
  addresses: readonly string[],
  attempt: (address: string) => Promise<Attempt>,
): Promise<Finding> {
  const details = new Set<string>()
  for (const address of addresses) {
    const { ok, detail, reached } = await attempt(address)
    if (reached) return { ok, detail }
    if (detail) details.add(detail)
  }
  return { ok: false, detail: [...details].join('; ') }
}

/** What a connection failed of, in the words of the field. Empty for one that was aborted. */
export function describeFailure(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'ABORT_ERR':
      return ''
    case 'ECONNREFUSED':
      return 'connection refused'
    case 'ECONNRESET':
    case 'EPIPE':
      return 'connection closed without an answer'
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'host name not found'
    default:
      return error.message || (error.code ?? 'connection failed')
  }
}
