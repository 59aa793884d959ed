import { urlToHttpOptions } from 'node:url'
import type { ResolvedHealthCheck } from '../../model/config.ts'
import { type Attempt, addressesOf, describeFailure, isLoopback, tryAddresses } from './address.ts'
import { foreignHolder } from './owner.ts'
import type { HealthTarget, Probe } from './probe.ts'

type HttpCheck = Extract<ResolvedHealthCheck, { type: 'http' }>

/**
 * Healthy when the status is an expected one. The answer's head is enough: the body is not waited for, a redirect is an
 * answer, every check has a connection of its own. With a port in the URL, on this machine, a process of this run has to
 * hold that port.
 */
export function httpProbe(check: HttpCheck, { tree }: Pick<HealthTarget, 'tree'>): Probe {
  const url = new URL(check.url)
  return (signal) =>
    tryAddresses(addressesOf(url.hostname), async (address) => {
      const answer = await ask(check, url, address, signal)
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

/** The status, or what went wrong. */
async function ask(
  { method, headers }: HttpCheck,
  url: URL,
  address: string,
  signal: AbortSignal,
): Promise<{ status: number } | string> {
  // Loaded with the first check: together they take 11 MB of a supervisor on Bun.
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
    // What listens on a loopback address has no certificate that anybody could have signed.
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

/** Server name indication is for names; an address there is refused (RFC 6066, section 3). */
function serverName({ hostname }: URL): string {
  return /^[\d.]+$|^\[/.test(hostname) ? '' : hostname
}

function lowerCased(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}
