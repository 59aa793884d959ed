import { ProcessManagerError } from '../../model/errors.ts'
import { reasonOf, wordsOf } from '../../model/text/system-error.ts'
import type { WebSettings } from '../../protocol/inputs.ts'
import { readPlain } from '../../system/fs/plain-file.ts'
import { holderOf } from '../../system/net/ports.ts'
import { type ApiOptions, createApi } from '../http/api.ts'
import type { Certificate, Listening } from '../http/handler.ts'
import { listenAt } from '../http/listen.ts'
import { refusalOverWeb } from './access.ts'
import { isLoopback } from './guard.ts'
import { Pages } from './pages.ts'
import { createWebHandler, LARGEST_WEB_BODY, type WebHandlerOptions } from './web-handler.ts'

/** ms between signs of life on a stream, by which a reader that is gone is noticed. */
const PING_EVERY = 20_000
const MOST_STREAMS = 200

/** Settings, with the port that was found. */
export type Opened = WebSettings & { port: number }

export interface WebListenerOptions
  extends Pick<ApiOptions, 'control' | 'version' | 'activity' | 'home'>,
    Pick<WebHandlerOptions, 'routes' | 'used'> {
  token: string
}

/**
 * Serves the dashboard and the operations over TCP, behind the guard.
 *
 * @throws ProcessManagerError `config` or `start-failed`
 */
export async function listenWith(settings: Opened, options: WebListenerOptions): Promise<Listening> {
  const { host = LOOPBACK, port, hosts = [], allowRun = false, openMetrics = false } = settings
  const { token, routes, used, ...served } = options
  const tls = settings.tls && certificate(settings.tls)
  const guard = {
    token,
    port,
    isHttps: tls !== undefined,
    hosts,
    isPublic: !isLoopback(host),
    openPaths: openMetrics ? ['/metrics'] : [],
  }
  const api = createApi({
    ...served,
    largestBody: LARGEST_WEB_BODY,
    mostStreams: MOST_STREAMS,
    pingEvery: PING_EVERY,
    refuse: (name, input) => refusalOverWeb(name, input, allowRun),
  })
  const { version } = served
  const handler = createWebHandler({ guard, version, api, pages: new Pages(), routes, used })
  try {
    return await listenAt(handler, { host, port, ...(tls && { tls }) })
  } catch (error) {
    throw cannotListen(error, host, port)
  }
}

export function urlOf({ host = LOOPBACK, port, tls }: Opened): string {
  const name = host === '0.0.0.0' ? LOOPBACK : host === '::' ? '::1' : host
  return `${tls ? 'https' : 'http'}://${name.includes(':') ? `[${name}]` : name}:${port}/`
}

const LOOPBACK = '127.0.0.1'

/** @throws ProcessManagerError `config` for what others could listen to, and for a weak token */
export function refuseUnsafe({ host = LOOPBACK, tls, insecure = false, token }: WebSettings): void {
  if (!isLoopback(host) && !tls && !insecure)
    throw new ProcessManagerError(
      'config',
      `web.host: ${host} can be reached from other machines, which takes \`tls\`, or \`insecure: true\` in a network that you trust`,
    )
  if (token !== undefined && !/^[\w.~+/=-]{16,}$/.test(token))
    throw new ProcessManagerError('config', 'web.token: must have at least 16 letters, digits or any of . _ ~ + / = -')
}

function certificate({ cert, key }: { cert: string; key: string }): Certificate {
  const read = (file: string) => {
    try {
      return readPlain(file)
    } catch (error) {
      throw new ProcessManagerError('config', `web.tls: ${reasonOf(error)}`)
    }
  }
  return { cert: read(cert), key: read(key) }
}

function cannotListen(error: unknown, host: string, port: number): ProcessManagerError {
  const { code } = error as { code?: string }
  const holder = code === 'EADDRINUSE' ? holderOf(port) : null
  const why = holder
    ? `pid ${holder.pid} (${holder.name}) has it`
    : code === 'EADDRINUSE'
      ? 'it is taken'
      : reason(error)
  return new ProcessManagerError('start-failed', `the web listener cannot use port ${port} of ${host}: ${why}`)
}

function reason(error: unknown): string {
  const { code } = error as { code?: string }
  return code === 'EADDRNOTAVAIL' ? 'it is no address of this machine' : code ? wordsOf(code) : reasonOf(error)
}
