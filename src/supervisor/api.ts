import type { Control } from '../model/control.ts'
import { type ErrorCode, ProcessManagerError } from '../model/errors.ts'
import type { ProcessEvent } from '../model/events.ts'
import { maskText } from '../model/mask.ts'
import { shorten } from '../model/shorten.ts'
import { jsonOf, removeRequest, selection, signalRequest, startRequest, stopRequest } from './requests.ts'

/** Largest request body in bytes: the environment and config of a thousand processes fit. */
export const LARGEST_BODY = 16 * 2 ** 20

export interface ApiRequest {
  method: string
  /** As the request line has it: path and query. */
  url: string
  /** The body; undefined: it has more than `LARGEST_BODY` bytes. */
  text(): Promise<string | undefined>
}

export type ApiAnswer =
  | { status: number; json: unknown }
  /** Server-sent events until the signal aborts, as chunks of text. */
  | { status: 200; stream(signal: AbortSignal): AsyncIterable<string> }

/** The control API, whatever carries it. */
export interface Api {
  version: string
  /** Errors are answers too, `{ error: { code, message } }`: it never rejects. */
  handle(request: ApiRequest): Promise<ApiAnswer>
}

/** What carries it. */
export interface Listening {
  close(): void
  /** Lets the process end although the socket is open. */
  unref(): void
}

export interface ApiOptions {
  control: Control
  version: string
  /** Requests and streams under way, told at every change. */
  onActivity(active: number): void
}

/** What a route is told: the name in the path, the query, the body. */
interface Asked {
  name: string
  reveal: { reveal: boolean }
  body(): Promise<Record<string, unknown>>
}

export function createApi({ control, version, onActivity }: ApiOptions): Api {
  let active = 0
  const count = (change: number) => {
    active += change
    onActivity(active)
  }

  /** `*` stands for the name of a process. */
  const routes: Record<string, (asked: Asked) => Promise<unknown>> = {
    'GET /v1/supervisor': async () => control.info(),
    'GET /v1/processes': ({ reveal }) => control.list(reveal),
    'GET /v1/processes/*': ({ name, reveal }) => control.status(name, reveal),
    'GET /v1/processes/*/stats': ({ name }) => control.stats(name),
    'GET /v1/processes/*/tree': ({ name, reveal }) => control.tree(name, reveal),
    'GET /v1/trees': ({ reveal }) => control.trees(reveal),
    'POST /v1/start': async ({ body }) => control.start(startRequest(await body())),
    'POST /v1/restart': async ({ body }) => control.restart(startRequest(await body())),
    'POST /v1/reload': async ({ body }) => control.reload(startRequest(await body())),
    'POST /v1/apply': async ({ body }) => control.apply(startRequest(await body())),
    'POST /v1/scale': async ({ body }) => control.scale(startRequest(await body())),
    'POST /v1/stop': async ({ body }) => control.stop(stopRequest(await body())),
    'POST /v1/remove': async ({ body }) => control.remove(removeRequest(await body())),
    'POST /v1/flush': async ({ body }) => control.flush(selection(await body())),
    'POST /v1/signal': async ({ body }) => control.signal(signalRequest(await body())),
    'POST /v1/processes/*/messages': async ({ name, body }) => {
      await control.send(name, (await body()).message)
      return { sent: true }
    },
    'POST /v1/release': async () => {
      await control.release()
      return { released: true }
    },
  }

  async function answer(request: ApiRequest): Promise<ApiAnswer> {
    const [path = '', query] = request.url.split('?', 2)
    if (request.method === 'GET' && path === '/v1/events') return { status: 200, stream: events }
    const { pattern, name } = routeOf(path)
    const route = routes[`${request.method} ${pattern}`]
    if (!route || name === undefined) return failure(404, 'usage', `there is no ${request.method} ${path}`)
    const text = request.method === 'GET' ? '' : await request.text()
    if (text === undefined) return failure(413, 'usage', `a request may have ${LARGEST_BODY} bytes`)
    const reveal = { reveal: new URLSearchParams(query).get('reveal') === '1' }
    return { status: 200, json: await route({ name, reveal, body: async () => jsonOf(text) }) }
  }

  async function* events(signal: AbortSignal): AsyncIterable<string> {
    count(1)
    try {
      const heard: AsyncIterable<ProcessEvent> = control.events(signal)
      // Tells the reader that nothing from here on is missed.
      yield ': listening\n\n'
      for await (const event of heard) yield `data: ${JSON.stringify(event)}\n\n`
    } finally {
      count(-1)
    }
  }

  return {
    version,
    async handle(request) {
      count(1)
      try {
        return await answer(request)
      } catch (error) {
        const code = error instanceof ProcessManagerError ? error.code : 'internal'
        return failure(STATUS[code] ?? 500, code, maskText((error as Error).message))
      } finally {
        count(-1)
      }
    },
  }
}

/** The path with a `*` for the name of a process; that is empty where there is none, and undefined where it is no text. */
function routeOf(path: string): { pattern: string; name: string | undefined } {
  const [, encoded, rest = ''] = /^\/v1\/processes\/([^/]+)(\/.*)?$/.exec(path) ?? []
  if (encoded === undefined) return { pattern: path, name: '' }
  return { pattern: `/v1/processes/*${rest}`, name: decoded(encoded) }
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

const STATUS: Partial<Record<ErrorCode, number>> = {
  usage: 400,
  config: 400,
  'unknown-process': 404,
  version: 409,
  'not-running': 409,
}

function failure(status: number, code: ErrorCode, message: string): ApiAnswer {
  return { status, json: { error: { code, message: shorten(message) } } }
}
