import { createHash, timingSafeEqual } from 'node:crypto'
import type { Request } from '../http/handler.ts'

/* Who may ask the web listener. Any page that a browser shows can send requests to this machine, and any user of the machine can. */

export interface GuardOptions {
  token: string
  port: number
  isHttps: boolean
  /** Names besides `localhost` and addresses of the machine itself. */
  hosts: readonly string[]
  /** It listens beyond the machine itself, so that addresses of every kind are its own. */
  isPublic: boolean
  /** Paths that answer without the token. */
  openPaths: readonly string[]
}

export type Verdict =
  | { type: 'pass' }
  /** `status`: 401 for a missing or wrong token. */
  | { type: 'refuse'; status: 401 | 403 | 405 | 415; message: string }
  /** The token was in the address. From now on it is in a cookie. */
  | { type: 'login'; location: string; cookie: string }

/**
 * Judges a request before anything else reads it. Refused are: a host that is not ours (a name that an attacker points at this
 * machine), another origin, what a browser sends for another site, a form, and whoever has no token.
 */
export function judge(request: Pick<Request, 'method' | 'url' | 'header'>, options: GuardOptions): Verdict {
  const { method, url, header } = request
  const { port, isHttps, openPaths, token } = options
  const host = header('host')
  if (host === null || !isOwnHost(host, options))
    return refuse(403, 'the host of this request is not one of this listener; add it to `web.hosts`')
  const origin = header('origin')
  if (origin !== null && origin.toLowerCase() !== `${isHttps ? 'https' : 'http'}://${host.toLowerCase()}`)
    return refuse(403, 'requests of pages of another origin are refused')
  const site = header('sec-fetch-site')
  if (site !== null && site !== 'same-origin' && site !== 'none')
    return refuse(403, 'requests of pages of another site are refused')
  if (method !== 'GET' && method !== 'HEAD' && method !== 'POST') return refuse(405, `${method} is not possible here`)
  const type = header('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (method === 'POST' && type !== 'application/json')
    return refuse(415, 'the content-type of a POST must be application/json')
  const [path = '', query = ''] = url.split('?', 2)
  const inAddress = method === 'GET' && path === '/' ? new URLSearchParams(query).get('token') : null
  if (inAddress !== null) {
    if (!isSame(inAddress, token)) return WRONG
    const secure = isHttps ? '; Secure' : ''
    return {
      type: 'login',
      location: '/',
      cookie: `${cookieName(port)}=${token}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${COOKIE_AGE}${secure}`,
    }
  }
  if (openPaths.includes(path)) return { type: 'pass' }
  const given = bearerOf(header('authorization')) ?? cookieOf(header('cookie'), cookieName(port))
  if (given === undefined) return refuse(401, 'a token is missing: open the address that `web` prints')
  return isSame(given, token) ? { type: 'pass' } : WRONG
}

/** Browsers send the cookies of one port to all others, so each listener has its own name. */
const cookieName = (port: number): string => `tuix-web-${port}`

/** s */
const COOKIE_AGE = 30 * 24 * 60 * 60

const WRONG: Verdict = refuse(401, 'the token is wrong or old: open the address that `web` prints')

function refuse(status: 401 | 403 | 405 | 415, message: string): Verdict {
  return { type: 'refuse', status, message }
}

function isOwnHost(host: string, { hosts, isPublic }: GuardOptions): boolean {
  const name = hostName(host)
  if (name === undefined) return false
  if (name === 'localhost' || isLoopback(name)) return true
  // An address cannot be pointed elsewhere, as a name can.
  return hosts.some((own) => hostName(own) === name) || (isPublic && isAddress(name))
}

/** The name in a `Host` header, in lower case, without port and trailing dot. Undefined if it is malformed or there are two. */
function hostName(host: string): string | undefined {
  const [, bracketed, plain] = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i.exec(host) ?? []
  return (bracketed ?? plain)?.toLowerCase().replace(/\.$/, '')
}

/** Whether an address is of the machine itself alone. */
export function isLoopback(address: string): boolean {
  return /^127(\.\d{1,3}){3}$/.test(address) || address === '::1' || address === 'localhost'
}

function isAddress(name: string): boolean {
  return name.includes(':') || /^\d{1,3}(\.\d{1,3}){3}$/.test(name)
}

function bearerOf(authorization: string | null): string | undefined {
  return /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1]
}

function cookieOf(cookies: string | null, name: string): string | undefined {
  for (const cookie of cookies?.split(/; */) ?? []) {
    const [key, value] = cookie.split('=', 2)
    if (key === name) return value
  }
  return undefined
}

/** Compares in a time that does not tell how much is right. */
function isSame(given: string, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(token))
}
