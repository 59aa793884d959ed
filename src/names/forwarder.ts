import { type IncomingMessage, type ServerResponse, request as startRequest } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import type { Socket } from 'node:net'
import { pipeline } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import type { Identity } from '../model/lifecycle/identity.ts'
import { MOST_HOPS } from '../model/names/availability.ts'
import { grouped, HOPS, hopsOf, requestHeaders, responseHeaders } from '../model/names/headers.ts'
import { monotonic } from '../system/monotonic.ts'
import { isAlive } from '../system/process/identity.ts'
import { type Answers, BAD_REQUEST, brokenPage, LOOP } from './answers.ts'
import { isOwnClient } from './client.ts'
import { type Connected, type Holding, holdUntil } from './holding.ts'
import { type Page, render } from './pages.ts'
import type { Route, Router } from './router.ts'

/** ms in which a process that was killed is dead, and a shell or runner in front of it, too. */
const ENDS_WITHIN = 300
const LOOK_EVERY = 20

type Asked = IncomingMessage | Http2ServerRequest
type Answer = ServerResponse | Http2ServerResponse

export interface ForwarderOptions {
  router: Router
  holding: Holding
  answers: Answers
}

/** Passes requests on to processes by the host that they name. */
export class Forwarder {
  readonly #router: Router
  readonly #holding: Holding
  readonly #answers: Answers

  constructor({ router, holding, answers }: ForwarderOptions) {
    this.#router = router
    this.#holding = holding
    this.#answers = answers
  }

  async request(asked: Asked, answer: Answer, isHttps: boolean): Promise<void> {
    try {
      await this.#request(asked, answer, isHttps)
    } catch {
      // Its connection ended in the middle of something. The others go on.
      cut(answer)
    }
  }

  async upgrade(asked: IncomingMessage, socket: Socket, head: Buffer, isHttps: boolean): Promise<void> {
    try {
      await this.#upgrade(asked, socket, head, isHttps)
    } catch {
      socket.destroy()
    }
  }

  async #request(asked: Asked, answer: Answer, isHttps: boolean): Promise<void> {
    const gone = new AbortController()
    answer.on('close', () => gone.abort())
    asked.on('error', () => {})
    answer.on('error', () => {})
    const begun = this.#begin(asked)
    if ('page' in begun) return send(asked, answer, begun.page)
    const { host, route, hops } = begun
    const until = holdUntil()
    for (let repeats = 0; ; repeats++) {
      const found = await this.#holding.connect(route, until, gone.signal)
      if (found === null) return
      if (!('socket' in found)) {
        return send(asked, answer, this.#answers.down(route.tuixDir, found, isOwnClient(asked.socket)))
      }
      const headers = requestHeaders(asked.rawHeaders, { host, isHttps, client: clientOf(asked), hops })
      const passed = await pass(asked, answer, found, headers, gone.signal)
      if (passed === 'done' || gone.signal.aborted) return
      // It ended just now. What asks and changes nothing is asked again, but once: it may be what ended it.
      if (repeats > 0 || !isRepeatable(asked) || !(await hasEnded(found.leader)))
        return send(asked, answer, brokenPage(found.name))
    }
  }

  async #upgrade(asked: IncomingMessage, socket: Socket, head: Buffer, isHttps: boolean): Promise<void> {
    const gone = new AbortController()
    socket.on('error', () => {})
    socket.on('close', () => gone.abort())
    const refuse = (page: Page) => {
      const { status, headers, body } = render(page, undefined)
      const lines = Object.entries({ ...headers, connection: 'close' }).map(([name, value]) => `${name}: ${value}\r\n`)
      socket.end(`HTTP/1.1 ${status} ${page.kind}\r\n${lines.join('')}\r\n${body}`)
    }
    const begun = this.#begin(asked)
    if ('page' in begun) return refuse(begun.page)
    const { host, route, hops } = begun
    const found = await this.#holding.connect(route, holdUntil(), gone.signal)
    if (found === null) return
    if (!('socket' in found)) return refuse(this.#answers.down(route.tuixDir, found, isOwnClient(socket)))
    const headers = requestHeaders(asked.rawHeaders, { host, isHttps, client: clientOf(asked), hops }, true)
    const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`)
    found.socket.write(`${asked.method} ${asked.url} HTTP/1.1\r\n${lines.join('')}\r\n`)
    if (head.length > 0) found.socket.write(head)
    socket.setTimeout(0)
    socket.setNoDelay(true)
    join(socket, found.socket)
  }

  #begin(asked: Asked): { page: Page } | { host: string; hops: number; route: Extract<Route, { type: 'process' }> } {
    const host = hostOf(asked)
    // Anything else asks a proxy for another server.
    if (!asked.url?.startsWith('/') || asked.method === 'CONNECT') return { page: BAD_REQUEST }
    const route = this.#router.route(host)
    if (route.type !== 'process') return { page: this.#answers.of(route, isOwnClient(asked.socket)) }
    const hops = hopsOf(asked.headers[HOPS])
    return hops >= MOST_HOPS ? { page: LOOP } : { host, hops, route }
  }
}

/** Ends the answer so that its reader notices. */
function cut(answer: Answer): void {
  if ('stream' in answer) answer.stream?.destroy()
  else answer.destroy()
}

function hostOf({ headers }: Asked): string {
  const authority = headers[':authority']
  return String(authority ?? headers.host ?? '')
}

function clientOf({ socket }: Asked): string {
  return socket.remoteAddress ?? '127.0.0.1'
}

/**
 * Sends a request over a connection, and the answer back. Resolves to `broken` if the connection ended before an answer began, and
 * nothing has been sent back.
 */
function pass(
  asked: Asked,
  answer: Answer,
  { socket }: Connected,
  headers: [string, string][],
  gone: AbortSignal,
): Promise<'done' | 'broken'> {
  return new Promise((resolve) => {
    const length = asked.headers['content-length']
    const isChunked = length === undefined && hasBody(asked)
    const passed = startRequest({
      method: asked.method ?? 'GET',
      path: asked.url ?? '/',
      headers: { ...grouped(headers), connection: 'close', ...(isChunked && { 'transfer-encoding': 'chunked' }) },
      createConnection: () => socket,
    })
    const end = () => {
      passed.destroy()
      socket.destroy()
    }
    gone.addEventListener('abort', end)
    const finish = (how: 'done' | 'broken') => {
      gone.removeEventListener('abort', end)
      resolve(how)
    }
    let isAnswered = false
    passed.on('error', () => {
      if (!isAnswered) finish('broken')
    })
    passed.on('response', (received) => {
      isAnswered = true
      try {
        answer.writeHead(received.statusCode ?? 502, responseHeaders(received.rawHeaders))
      } catch {
        received.destroy()
        cut(answer)
        return finish('done')
      }
      // A stream of events sends its first one later.
      if ('flushHeaders' in answer) answer.flushHeaders()
      pipeline(received, answer as ServerResponse, (error) => {
        // What is only a part must not look whole.
        if (error) cut(answer)
        end()
        finish('done')
      })
    })
    if (length !== undefined || isChunked) asked.pipe(passed)
    else passed.end()
  })
}

/** Whether a process that closed a connection ends, too. */
async function hasEnded(leader: Identity): Promise<boolean> {
  const begun = monotonic()
  while (isAlive(leader) && monotonic() - begun < ENDS_WITHIN) await pause(LOOK_EVERY)
  return !isAlive(leader)
}

function hasBody(asked: Asked): boolean {
  if (asked.httpVersionMajor < 2) return asked.headers['transfer-encoding'] !== undefined
  const { stream } = asked as Http2ServerRequest
  return !stream.endAfterHeaders && !NO_BODY.has(asked.method ?? '')
}

const NO_BODY = new Set(['GET', 'HEAD', 'OPTIONS'])

function isRepeatable(asked: Asked): boolean {
  return NO_BODY.has(asked.method ?? '') && asked.headers['content-length'] === undefined && !hasBody(asked)
}

function send(asked: Asked, answer: Answer, page: Page): void {
  const { status, headers, body } = render(page, asked.headers.accept)
  // What is still to come of the request is of no interest.
  asked.resume()
  answer.writeHead(status, { ...headers, 'content-length': String(Buffer.byteLength(body)) })
  answer.end(asked.method === 'HEAD' ? '' : body)
}

/** Until one of both ends. */
function join(one: Socket, other: Socket): void {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.on('error', () => to.destroy())
    from.on('close', () => to.destroy())
    from.pipe(to)
  }
}
