import { setTimeout } from 'node:timers/promises'
import { isRecord, isText } from '../../model/config/shape.ts'
import { type ErrorCode, ProcessManagerError } from '../../model/errors.ts'
import { maskText } from '../../model/redaction/mask.ts'
import { reasonOf } from '../../model/text/system-error.ts'
import { shorten } from '../../model/text/text.ts'
import type { Json, Parser } from '../../protocol/fields.ts'
import { type Control, GONE, type Listen, OPERATIONS, type Operation } from '../../protocol/operations.ts'
import { jsonOf, PARSERS } from '../../protocol/requests.ts'
import type { Activity } from '../lifetime/activity.ts'
import type { Home } from '../lifetime/home.ts'
import type { Answer, Handler, Request } from './handler.ts'

/** Bytes. */
const LARGEST_BODY = 16 * 2 ** 20

export interface ApiOptions {
  control: Control
  version: string
  activity: Pick<Activity, 'requests'>
  /** Why an operation may not be carried out; undefined if it may. Default: every one may. */
  refuse?(name: Operation, input: object): string | undefined
  /** Bytes of a request's body. Default 16 MB: the environment and config of a thousand processes fit. */
  largestBody?: number
  /** Streams that may be open at once. Default: any number. */
  mostStreams?: number
  /** ms between signs of life on a stream. Default: none, since the end of a local client is noticed. */
  pingEvery?: number
  /** The folder that is supervised. If it has moved, nothing is answered, since paths in requests and answers are wrong. */
  home?: Pick<Home, 'isMoved'>
}

/** The operations over HTTP. */
export function createApi(options: ApiOptions): Handler {
  const { control, version, activity, home, refuse = () => undefined, largestBody = LARGEST_BODY } = options
  const { mostStreams = Number.POSITIVE_INFINITY, pingEvery = null } = options
  let streams = 0
  async function answer({ method, url, header, text }: Request): Promise<Answer> {
    const [path = '', query = ''] = url.split('?', 2)
    const route = routeOf(method, path)
    if (!route) return failure(404, 'usage', `there is no ${method} ${path}`)
    const { name } = route
    const body = method === 'GET' ? '' : await text()
    if (body === undefined) return failure(413, 'usage', `a request may have ${largestBody} bytes`)
    const input = inputOf(route, query, method === 'GET' ? undefined : body)
    const refusal = refuse(name, input)
    if (refusal !== undefined) return failure(403, 'forbidden', refusal)
    // The casts are safe, since each operation has a parser of its own that returns its input.
    if (OPERATIONS[name].kind === 'stream') {
      // Counted here, since it begins only later.
      if (streams >= mostStreams) return failure(503, 'usage', `${mostStreams} streams are open, which is the most`)
      const listen = control[name] as Listen<object, unknown>
      streams++
      const last = header('last-event-id')
      const from = last === null ? input : { ...input, cursor: last }
      return { status: 200, stream: (signal) => eventsOf((end) => listen(from, end), signal) }
    }
    const ask = control[name] as (input: object) => Promise<unknown>
    return { status: 200, json: await ask(input) }
  }

  async function* eventsOf(
    listen: (signal: AbortSignal) => AsyncGenerator<unknown>,
    signal: AbortSignal,
  ): AsyncIterable<string> {
    activity.requests(1)
    try {
      const heard = withPings(listen(signal), pingEvery)
      // Tells the reader that it misses no event from here on.
      yield ': listening\n\n'
      for await (const item of heard) {
        yield item === PING ? ': still here\n\n' : `${idOf(item)}data: ${JSON.stringify(item)}\n\n`
      }
    } finally {
      streams--
      activity.requests(-1)
    }
  }

  return {
    headers: { 'x-tuix-version': version },
    largestBody,
    async handle(request) {
      if (home?.isMoved()) {
        // Until the files that lead here are removed, so that the client does not find them again.
        await new Promise((resolve) => setImmediate(resolve))
        return failure(GONE, 'unreachable', 'the state folder was moved')
      }
      activity.requests(1)
      try {
        return await answer(request)
      } catch (error) {
        const code = error instanceof ProcessManagerError ? error.code : 'internal'
        return failure(STATUS[code] ?? 500, code, maskText(reasonOf(error)))
      } finally {
        activity.requests(-1)
      }
    },
  }
}

const PING = Symbol('ping')

/** The items, with a ping in between whenever there was none for so many ms. */
async function* withPings(items: AsyncGenerator<unknown>, every: number | null): AsyncGenerator<unknown> {
  if (every === null) return yield* items
  try {
    for (;;) {
      const next = items.next()
      for (let isDue = true; isDue; ) {
        const timer = new AbortController()
        const pause = setTimeout(every, PING, { ref: false, signal: timer.signal }).catch(() => PING)
        isDue = (await Promise.race([next, pause])) === PING
        timer.abort()
        if (isDue) yield PING
      }
      const { done, value } = await next
      if (done) return
      yield value
    }
  } finally {
    await items.return(undefined)
  }
}

/** With the id of its last item a client connects again. */
function idOf(item: unknown): string {
  return isRecord(item) && isText(item.cursor) ? `id: ${item.cursor}\n` : ''
}

const STATUS: Partial<Record<ErrorCode, number>> = {
  usage: 400,
  config: 400,
  'unknown-process': 404,
  version: 409,
  'not-running': 409,
}

function failure(status: number, code: ErrorCode, message: string): Answer {
  return { status, json: { error: { code, message: shorten(message) } } }
}

interface Route {
  name: Operation
  /** Values of the parameters in the path. */
  named: Json
}

const ROUTES = (Object.keys(OPERATIONS) as Operation[]).map((name) => {
  const { method, path } = OPERATIONS[name]
  return { name, method, parts: path.split('/') }
})

/** Finds the operation of a request line. Undefined if there is none. */
function routeOf(method: string, path: string): Route | undefined {
  const given = path.split('/')
  for (const route of ROUTES) {
    const named = route.method === method && namesIn(route.parts, given)
    if (named) return { name: route.name, named }
  }
  return undefined
}

/** Values of the path's parameters. Undefined if the path does not match. */
function namesIn(parts: string[], given: string[]): Json | undefined {
  if (parts.length !== given.length) return undefined
  const named: Json = {}
  for (const [i, part] of parts.entries()) {
    const text = given[i] ?? ''
    if (!part.startsWith(':')) {
      if (part !== text) return undefined
      continue
    }
    const value = decoded(text)
    if (!value) return undefined
    named[part.slice(1)] = value
  }
  return named
}

/** Undefined if it is not valid percent-encoding. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/**
 * The input of an operation, checked by the operation's parser.
 *
 * @param body undefined for a GET request
 * @throws ProcessManagerError `usage`
 */
function inputOf({ name, named }: Route, query: string, body: string | undefined): object {
  const parser: Parser<object> = PARSERS[name]
  const isBodyless = body === undefined || (body === '' && parser.isEmpty)
  const given = { ...parser.ofQuery(query), ...(isBodyless ? {} : jsonOf(body)) }
  const twice = Object.keys(named).find((key) => Object.hasOwn(given, key))
  if (twice !== undefined) throw new ProcessManagerError('usage', `\`${twice}\` is already in the path`)
  return parser.parse({ ...given, ...named })
}
