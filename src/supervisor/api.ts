import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { streamSSE } from 'hono/streaming'
import type {
  Control,
  RemoveRequest,
  Reveal,
  Selection,
  SignalRequest,
  StartRequest,
  StopRequest,
} from '../model/control.ts'
import { type ErrorCode, ProcessManagerError } from '../model/errors.ts'
import { maskText } from '../model/mask.ts'
import { shorten } from '../model/shorten.ts'
import { SIGNALS, type SignalName } from '../model/signals.ts'

/** Largest request body in bytes: the environment and config of a thousand processes fit. */
const LARGEST_BODY = 16 * 2 ** 20
/** A comment line every so often, in ms, finds out about readers that have gone. */
const HEARTBEAT = 30_000

export interface ApiOptions {
  control: Control
  version: string
  /** Requests and streams under way, told at every change. */
  onActivity(active: number): void
}

/** Routes of the control API. Errors are `{ error: { code, message } }`. */
export function createApi({ control, version, onActivity }: ApiOptions): Hono {
  const app = new Hono()
  let active = 0
  const count = (change: number) => {
    active += change
    onActivity(active)
  }

  app.use(
    bodyLimit({
      maxSize: LARGEST_BODY,
      onError: (c) => c.json(failure('usage', `a request may have ${LARGEST_BODY} bytes`), 413),
    }),
  )
  app.use(async (c, next) => {
    count(1)
    try {
      await next()
    } finally {
      count(-1)
    }
    c.header('x-tuix-version', version)
  })
  app.get('/v1/supervisor', async (c) => c.json(await control.info()))
  app.get('/v1/processes', async (c) => c.json(await control.list(reveal(c.req))))
  app.get('/v1/processes/:name', async (c) => c.json(await control.status(c.req.param('name'), reveal(c.req))))
  app.get('/v1/processes/:name/stats', async (c) => c.json(await control.stats(c.req.param('name'))))
  app.get('/v1/processes/:name/tree', async (c) => c.json(await control.tree(c.req.param('name'), reveal(c.req))))
  app.get('/v1/trees', async (c) => c.json(await control.trees(reveal(c.req))))
  app.post('/v1/start', async (c) => c.json(await control.start(startRequest(await body(c.req)))))
  app.post('/v1/restart', async (c) => c.json(await control.restart(startRequest(await body(c.req)))))
  app.post('/v1/reload', async (c) => c.json(await control.reload(startRequest(await body(c.req)))))
  app.post('/v1/apply', async (c) => c.json(await control.apply(startRequest(await body(c.req)))))
  app.post('/v1/scale', async (c) => c.json(await control.scale(startRequest(await body(c.req)))))
  app.post('/v1/processes/:name/messages', async (c) => {
    await control.send(c.req.param('name'), (await body(c.req)).message)
    return c.json({ sent: true })
  })
  app.post('/v1/stop', async (c) => c.json(await control.stop(stopRequest(await body(c.req)))))
  app.post('/v1/remove', async (c) => c.json(await control.remove(removeRequest(await body(c.req)))))
  app.post('/v1/flush', async (c) => c.json(await control.flush(selection(await body(c.req)))))
  app.post('/v1/signal', async (c) => c.json(await control.signal(signalRequest(await body(c.req)))))
  app.post('/v1/release', async (c) => {
    await control.release()
    return c.json({ released: true })
  })
  app.get('/v1/events', (c) =>
    streamSSE(c, async (stream) => {
      const end = new AbortController()
      stream.onAbort(() => end.abort())
      const heartbeat = setInterval(() => void stream.write(': \n\n'), HEARTBEAT)
      count(1)
      try {
        const events = control.events(end.signal)
        // Tells the reader that nothing from here on is missed.
        await stream.write(': listening\n\n')
        for await (const event of events) await stream.writeSSE({ data: JSON.stringify(event) })
      } finally {
        clearInterval(heartbeat)
        count(-1)
      }
    }),
  )
  app.notFound((c) => c.json(failure('usage', `there is no ${c.req.method} ${c.req.path}`), 404))
  app.onError((error, c) => {
    const code = error instanceof ProcessManagerError ? error.code : 'internal'
    c.header('x-tuix-version', version)
    return c.json(failure(code, maskText(error.message)), STATUS[code] ?? 500)
  })
  return app
}

const STATUS: Partial<Record<ErrorCode, 400 | 404 | 409>> = {
  usage: 400,
  config: 400,
  'unknown-process': 404,
  version: 409,
  'not-running': 409,
}

function failure(code: ErrorCode, message: string): { error: { code: ErrorCode; message: string } } {
  return { error: { code, message: shorten(message) } }
}

function reveal(request: { query(name: string): string | undefined }): Reveal {
  return { reveal: request.query('reveal') === '1' }
}

type Json = Record<string, unknown>

async function body(request: { json(): Promise<unknown> }): Promise<Json> {
  const value = await request.json().catch(() => undefined)
  if (!isObject(value)) throw new ProcessManagerError('usage', 'the body must be a JSON object')
  return value
}

function selection({ names, group, all }: Json): Selection {
  if (names !== undefined && !(Array.isArray(names) && names.every((name) => typeof name === 'string')))
    wrong('names', 'a list of strings')
  if (group !== undefined && typeof group !== 'string') wrong('group', 'a string')
  return {
    ...(names !== undefined && { names: names as string[] }),
    ...(group !== undefined && { group: group as string }),
    all: all === true,
  }
}

function stopRequest(value: Json): StopRequest {
  return { ...selection(value), ...timeLimit(value) }
}

function removeRequest(value: Json): RemoveRequest {
  return { ...stopRequest(value), logs: value.logs === true }
}

function signalRequest(value: Json): SignalRequest {
  const signal = SIGNALS.find((name) => name === value.signal)
  if (!signal) wrong('signal', 'the name of a signal, such as SIGHUP')
  return { ...selection(value), signal: signal as SignalName, tree: value.tree === true }
}

function timeLimit({ timeout }: Json): { timeout?: number } {
  if (timeout === undefined) return {}
  if (typeof timeout !== 'number' || !(timeout >= 0)) wrong('timeout', 'a number of milliseconds')
  return { timeout: timeout as number }
}

/** The processes themselves are validated where they are resolved. */
function startRequest(value: Json): StartRequest {
  const { processes, origins, source, defaults, environment, scale, owner, wait } = value
  if (processes !== undefined && !Array.isArray(processes)) wrong('processes', 'a list')
  if (origins !== undefined && !isStrings(origins)) wrong('origins', 'an object of strings')
  if (source !== undefined && typeof source !== 'string') wrong('source', 'a string')
  if (defaults !== undefined && !isObject(defaults)) wrong('defaults', 'an object')
  if (scale !== undefined && !isCounts(scale)) wrong('scale', 'an object of whole numbers from 1 to 1000')
  if (!isStrings(environment)) wrong('environment', 'an object of strings')
  if (owner !== undefined && !isIdentity(owner)) wrong('owner', 'a process identity')
  const known = { processes, origins, source, defaults, environment, scale, owner, wait: wait !== false }
  const checked = { ...selection(value), ...timeLimit(value), ...known }
  return Object.fromEntries(Object.entries(checked).filter(([, item]) => item !== undefined)) as unknown as StartRequest
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isIdentity(value: unknown): boolean {
  if (!isObject(value)) return false
  return typeof value.pid === 'number' && typeof value.startTime === 'number' && typeof value.bootId === 'string'
}

function isStrings(value: unknown): value is Record<string, string> {
  return isObject(value) && Object.values(value).every((item) => typeof item === 'string')
}

function isCounts(value: unknown): value is Record<string, number> {
  const isCount = (item: unknown) => Number.isInteger(item) && (item as number) >= 1 && (item as number) <= 1000
  return isObject(value) && Object.values(value).every(isCount)
}

function wrong(key: string, right: string): never {
  throw new ProcessManagerError('usage', `\`${key}\` must be ${right}`)
}
