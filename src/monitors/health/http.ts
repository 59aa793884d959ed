import { urlToHttpOptions } from 'node:url'
import { addressOf, type ResolvedHealthCheck } from '../../model/config/health-check.ts'
import { type Attempt, addressesOf, describeFailure, isLoopback, tryAddresses } from './address.ts'
import { foreignHolder } from './owner.ts'
import type { Check, HealthTarget } from './types.ts'

type HttpCheck = Extract<ResolvedHealthCheck, { type: 'http' }>

/**
 * An HTTP request that must be answered with an expected status. The body is not read, redirects are not followed, and
 * every check opens a new connection. If the URL has a port on this machine, a process of this run must hold that port.
 */
export function httpCheck(check: HttpCheck, { tree, env }: Pick<HealthTarget, 'tree' | 'env'>): Check {
  const url = addressOf(check.url, env.PORT ?? '')
  if (!url) return async () => ({ ok: false, detail: `PORT=${env.PORT ?? ''} is no port` })
  return (signal) =>
    tryAddresses(addressesOf(url.hostname), async (address) => {
      const answer = await requestStatus(check, url, address, signal)
      if (typeof answer === 'string') return { ok: false, detail: answer, reached: false }
      const port = Number(url.port)
      const foreign = port > 0 && isLoopback(address) ? foreignHolder(address, port, tree) : undefined
      return foreign ? { ok: false, detail: foreign, reached: false } : judge(answer.status, check.expectedStatus)
    })
}

function judge(status: number, expected: number[]): Attempt {
  const ok = expected.length > 0 ? expected.includes(status) : status >= 200 && status < 400
  const wish = expected.length > 0 ? expected.join(' or ') : '200 to 399'
  return { ok, detail: ok ? `HTTP ${status}` : `HTTP ${status}, expected ${wish}`, reached: true }
}

/** The status, or a description of the failure. */
async function requestStatus(
  { method, headers }: HttpCheck,
  url: URL,
  address: string,
  signal: AbortSignal,
): Promise<{ status: number } | string> {
  // Loaded at the first check, since together they take 11 MB of a supervisor's memory on Bun.
  const { request: send } = url.protocol === 'https:' ? await import('node:https') : await import('node:http')
  return new Promise((resolve) => {
    const options = {
      ...urlToHttpOptions(url),
      hostname: address,
      method,
      headers: { host: url.host, ...lowerCased(headers) },
      agent: false,
      signal,
    }
    // No authority signs certificates for loopback addresses, so theirs are not verified.
    const tls = { servername: serverName(url), rejectUnauthorized: !isLoopback(address) }
    const request = send({ ...options, ...(url.protocol === 'https:' && tls) })
    request.once('response', (response) => {
      resolve({ status: response.statusCode ?? 0 })
      response.on('error', () => {})
      request.destroy()
    })
    request.on('error', (error) => resolve(describeFailure(error)))
    request.end()
  })
}

/** Server name indication is empty for an address, which is not allowed there (RFC 6066, section 3). */
function serverName({ hostname }: URL): string {
  return /^[\d.]+$|^\[/.test(hostname) ? '' : hostname
}

function lowerCased(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}
