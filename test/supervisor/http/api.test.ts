import { beforeEach, describe, expect, it } from 'vitest'
import { type ErrorCode, ProcessManagerError } from '../../../src/model/errors.ts'
import type { ProcessEvent } from '../../../src/model/lifecycle/events.ts'
import type { Control } from '../../../src/protocol/operations.ts'
import { Broadcast } from '../../../src/supervisor/broadcast.ts'
import { createApi } from '../../../src/supervisor/http/api.ts'

const broadcast = new Broadcast<ProcessEvent>()
let calls: [string, unknown][] = []
let failing: Error | null = null
let activity: number[] = []

/** Notes what it is asked, and answers with the name of what it was. */
const control = new Proxy({} as Control, {
  get(_, method: string) {
    if (method === 'events') return (_: object, signal: AbortSignal) => broadcast.iterate(signal)
    return async (...args: unknown[]) => {
      calls.push([method, args[0]])
      if (failing) throw failing
      return { answered: method }
    }
  },
})

const api = createApi({
  control,
  version: '1.2.3',
  activity: { requests: (change) => activity.push((activity.at(-1) ?? 0) + change) },
})

beforeEach(() => {
  calls = []
  failing = null
  activity = []
})

async function ask(method: string, path: string, body?: unknown) {
  const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body)
  const answer = await api.handle({ method, url: path, header: () => null, text: async () => text ?? '' })
  if (!('json' in answer)) throw new Error('no JSON')
  return { status: answer.status, body: answer.json }
}

const environment = { PATH: '/bin' }
/** Method, path and body; the operation that is asked, and its input. */
type Row = [string, string, unknown, string, unknown]

describe('the routes', () => {
  it.each([
    ['GET', '/v1/supervisor', undefined, 'info', {}],
    ['GET', '/v1/processes', undefined, 'list', {}],
    ['GET', '/v1/processes/web', undefined, 'status', { name: 'web' }],
    ['GET', '/v1/processes/a%2Fb', undefined, 'status', { name: 'a/b' }],
    ['GET', '/v1/processes?reveal=1', undefined, 'list', { reveal: true }],
    ['GET', '/v1/processes/web/stats', undefined, 'stats', { name: 'web' }],
    ['GET', '/v1/processes/web/tree', undefined, 'tree', { name: 'web' }],
    ['GET', '/v1/trees', undefined, 'trees', {}],
    ['GET', '/v1/processes/web/tree?reveal=true', undefined, 'tree', { name: 'web', reveal: true }],
    ['GET', '/v1/trees?reveal=0', undefined, 'trees', { reveal: false }],
    ...['start', 'restart', 'reload', 'apply', 'scale'].map((name): Row => {
      const input = { names: ['web'], environment, wait: false }
      return ['POST', `/v1/${name}`, input, name, input]
    }),
    ...['stop', 'remove', 'flush'].map((name): Row => ['POST', `/v1/${name}`, { all: true }, name, { all: true }]),
    ['POST', '/v1/processes/web/messages', { message: [1] }, 'send', { name: 'web', message: [1] }],
    ['POST', '/v1/signal', { all: true, signal: 'SIGHUP' }, 'signal', { all: true, signal: 'SIGHUP' }],
    ['POST', '/v1/release', {}, 'release', {}],
    ['POST', '/v1/release', '', 'release', {}],
  ] as Row[])('%s %s %j', async (method, path, body, asked, argument) => {
    const answer = await ask(method, path, body)
    expect(calls).toEqual([[asked, argument]])
    expect(answer).toMatchObject({ status: 200 })
  })

  it.each([
    ['POST', '/v1/processes'],
    ['DELETE', '/v1/processes/web'],
    ['GET', '/v1/start'],
    ['PUT', '/v1/stop'],
    ['GET', '/'],
    ['GET', '/v2/processes'],
    ['GET', '/v1/processes/%E0%A4%A'],
    ['GET', '/v1/processes/web/secrets'],
    ['GET', '/v1/processes/a/b/c'],
  ])('none for %s %s', async (method, path) => {
    const answer = await ask(method, path)
    expect(answer).toMatchObject({ status: 404 })
    expect(answer.body).toEqual({ error: { code: 'usage', message: `there is no ${method} ${path}` } })
    expect(calls).toEqual([])
  })
})

describe('an input that is not what it must be', () => {
  it.each([
    ['POST', '/v1/stop', '', 'the body must be a JSON object'],
    ['POST', '/v1/stop', '{"names":', 'the body must be a JSON object'],
    ['POST', '/v1/stop', '[]', 'the body must be a JSON object'],
    ['POST', '/v1/release', 'x', 'the body must be a JSON object'],
    ['POST', '/v1/stop', { names: 'web' }, '`names` must be a list of strings'],
    ['POST', '/v1/stop', { nmes: ['web'] }, 'unknown key `nmes`; did you mean `names`?'],
    [
      'POST',
      '/v1/stop?force=1',
      { all: true },
      'unknown key `force`; available: names, group, all, timeout, comesBack',
    ],
    ['POST', '/v1/release', { now: true }, 'unknown key `now`; available: none'],
    ['POST', '/v1/processes/web/messages', {}, '`message` must be a JSON value'],
    ['POST', '/v1/processes/web/messages', { name: 'db', message: 1 }, '`name` is already in the path'],
    ['GET', '/v1/processes?reveal=constructor', undefined, '`reveal` must be true or false'],
    ['GET', '/v1/processes?revel=1', undefined, 'unknown key `revel`; did you mean `reveal`?'],
    ['GET', '/v1/processes/web?name=db', undefined, '`name` is already in the path'],
    ['GET', '/v1/events?since=1', undefined, 'unknown key `since`; available: none'],
  ])('%s %s %j is refused: %s', async (method, path, body, message) => {
    const answer = await ask(method, path, body)
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'usage', message } } })
    expect(calls).toEqual([])
  })

  it('may be large, but not without end', async () => {
    const refused = await api.handle({
      method: 'POST',
      url: '/v1/stop',
      header: () => null,
      text: async () => undefined,
    })
    expect(refused).toMatchObject({ status: 413, json: { error: { code: 'usage' } } })
    expect(calls).toEqual([])
  })
})

describe('an error', () => {
  it.each([
    ['usage', 400],
    ['config', 400],
    ['unknown-process', 404],
    ['version', 409],
    ['not-running', 409],
    ['start-failed', 500],
    ['internal', 500],
  ] as [ErrorCode, number][])('of the kind %s is %d with its sentence', async (code, status) => {
    failing = new ProcessManagerError(code, 'one sentence')
    const answer = await ask('GET', '/v1/processes')
    expect(answer).toEqual({ status, body: { error: { code, message: 'one sentence' } } })
  })

  it('that nobody expected is internal, without its stack', async () => {
    failing = new TypeError('x is undefined')
    const { status, body } = await ask('GET', '/v1/processes')
    expect({ status, body }).toEqual({ status: 500, body: { error: { code: 'internal', message: 'x is undefined' } } })
  })
})

describe('activity', () => {
  it('is told of every request, failed ones too', async () => {
    await ask('GET', '/v1/processes')
    failing = new Error('no')
    await ask('GET', '/v1/processes')
    expect(activity).toEqual([1, 0, 1, 0])
  })

  it('lasts as long as a stream of events is read', async () => {
    const answer = await api.handle({ method: 'GET', url: '/v1/events', header: () => null, text: async () => '' })
    if (!('stream' in answer)) throw new Error('no stream')
    const reading = new AbortController()
    const chunks = answer.stream(reading.signal)[Symbol.asyncIterator]()
    expect(await chunks.next()).toEqual({ done: false, value: ': listening\n\n' })
    expect(activity.at(-1)).toBe(1)
    const event: ProcessEvent = { time: 1, name: 'web', type: 'start', run: 1, message: 'started' }
    broadcast.emit(event)
    expect((await chunks.next()).value).toBe(`data: ${JSON.stringify(event)}\n\n`)
    reading.abort()
    expect(await chunks.next()).toMatchObject({ done: true })
    expect(activity.at(-1)).toBe(0)
  })
})
