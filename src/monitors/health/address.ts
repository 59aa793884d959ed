import type { Finding } from './types.ts'

/** Result for one address. `reached` means that the process itself answered, so that no other address is tried. */
export interface Attempt extends Finding {
  reached: boolean
}

/**
 * The addresses to try for a host. `localhost` and names below it (RFC 6761) stand for both loopback addresses, so that
 * a server that listens on only one of them is found, whatever the resolver returns.
 */
export function addressesOf(host: string): string[] {
  const name = host.toLowerCase().replace(/^\[|\]$/g, '')
  // Servers bind to these, but clients connect to a loopback address.
  if (name === '0.0.0.0') return ['127.0.0.1']
  if (name === '::') return ['::1']
  return name === 'localhost' || name.endsWith('.localhost') ? ['127.0.0.1', '::1'] : [name]
}

export function isLoopback(address: string): boolean {
  return address === '::1' || /^127(?:\.\d{1,3}){3}$/.test(address)
}

/** Tries addresses in turn until one is reached. If none is, the finding has each distinct problem once. */
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

/** Why a connection failed, in common words; empty if it was aborted. */
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
