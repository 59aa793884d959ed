/* Which headers a proxy passes on (RFC 9110, section 7.6.1). */

/** Counts the proxies of ours that a request has passed. */
export const HOPS = 'x-tuix-hops'

/** Of one connection alone. */
const OF_CONNECTION = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
])

/** What the proxy itself says of a request. What a client says there is not believed. */
const OF_PROXY = new Set([
  HOPS,
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-port',
])

export interface Forwarded {
  host: string
  isHttps: boolean
  /** Address of the client. */
  client: string
  hops: number
}

/** Names and values in turn, as they came. */
type RawHeaders = readonly string[]

/** The headers of a request for the process, as pairs. `upgrade` keeps what asks for another protocol. */
export function requestHeaders(raw: RawHeaders, forwarded: Forwarded, upgrade = false): [string, string][] {
  const { host, isHttps, client, hops } = forwarded
  const kept = passedOn(raw).filter(([name]) => !OF_PROXY.has(name) && name !== 'host' && name !== 'expect')
  const asked = upgrade ? pairs(raw).filter(([name]) => name === 'upgrade') : []
  return [
    ['host', host],
    ...joined(kept),
    ['x-forwarded-for', client],
    ['x-forwarded-host', host],
    ['x-forwarded-proto', isHttps ? 'https' : 'http'],
    ['x-forwarded-port', /:(\d+)$/.exec(host)?.[1] ?? (isHttps ? '443' : '80')],
    [HOPS, String(hops + 1)],
    ...(upgrade ? ([['connection', 'Upgrade'], ...asked] as [string, string][]) : []),
  ]
}

/** The headers of an answer for the client; a name that occurs twice, as `set-cookie`, has a list. */
export function responseHeaders(raw: RawHeaders): Record<string, string | string[]> {
  return grouped(passedOn(raw))
}

/** The same headers by name, as Node takes them. */
export function grouped(all: readonly [string, string][]): Record<string, string | string[]> {
  const headers = new Map<string, string | string[]>()
  for (const [name, value] of all) {
    const before = headers.get(name)
    headers.set(name, before === undefined ? value : [before, value].flat())
  }
  return Object.fromEntries(headers)
}

/** How many proxies of ours a request has passed. */
export function hopsOf(value: string | string[] | undefined): number {
  const text = Array.isArray(value) ? value.join(',') : (value ?? '')
  // A process that adds one instead of passing it on makes a list.
  return Math.max(0, ...text.split(',').map((one) => (/^\s*\d{1,3}\s*$/.test(one) ? Number(one) : 0)))
}

function passedOn(raw: RawHeaders): [string, string][] {
  const all = pairs(raw)
  const named = all.flatMap(([name, value]) => (name === 'connection' ? value.toLowerCase().split(/\s*,\s*/) : []))
  return all.filter(([name]) => !name.startsWith(':') && !OF_CONNECTION.has(name) && !named.includes(name))
}

/** HTTP/2 splits cookies, which HTTP/1.1 has in one header (RFC 9113, section 8.2.3). */
function joined(headers: [string, string][]): [string, string][] {
  const cookies = headers.flatMap(([name, value]) => (name === 'cookie' ? [value] : []))
  const others = headers.filter(([name]) => name !== 'cookie')
  return cookies.length === 0 ? others : [...others, ['cookie', cookies.join('; ')]]
}

function pairs(raw: RawHeaders): [string, string][] {
  return Array.from({ length: raw.length / 2 }, (_, i) => [(raw[2 * i] ?? '').toLowerCase(), raw[2 * i + 1] ?? ''])
}
