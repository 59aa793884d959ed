import { beforeEach, describe, expect, it } from 'vitest'
import type { Control } from '../../src/model/control.ts'
import { type ErrorCode, ProcessManagerError } from '../../src/model/errors.ts'
import type { ProcessEvent } from '../../src/model/events.ts'
import { createApi } from '../../src/supervisor/api.ts'
import { Broadcast } from '../../src/supervisor/broadcast.ts'

const broadcast = new Broadcast<ProcessEvent>()
let calls: [string, unknown][] = []
let failing: Error | null = null
let activity: number[] = []

/** Notes what it is asked, and answers with the name of what it was. */
const control = new Proxy({} as Control, {
  get(_, method: string) {
    if (method === 'events') return (signal: AbortSignal) => broadcast.iterate(signal)
    return async (...args: unknown[]) => {
      calls.push([method, args[0]])
      if (failing) throw failing
      return { answered: method }
    }
  },
})

const api = createApi({ control, version: '1.2.3', onActivity: (active) => activity.push(active) })

beforeEach(() => {
  calls = []
  failing = null
  activity = []
})

async function ask(method: string, path: string, body?: unknown) {
  const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body)
  const answer = await api.handle({ method, url: path, text: async () => text ?? '' })
  if ('stream' in answer) throw new Error('a stream')
  return { status: answer.status, body: answer.json as unknown }
}

const environment = { PATH: '/bin' }

describe('the routes', () => {
  it.each([
    ['GET', '/v1/supervisor', undefined, 'info', undefined],
    ['GET', '/v1/processes', undefined, 'list', { reveal: false }],
    ['GET', '/v1/processes/web', undefined, 'status', 'web'],
    ['GET', '/v1/processes/a%2Fb', undefined, 'status', 'a/b'],
    ['GET', '/v1/processes?reveal=1', undefined, 'list', { reveal: true }],
    ['GET', '/v1/processes/web/stats', undefined, 'stats', 'web'],
    ['GET', '/v1/processes/web/tree', undefined, 'tree', 'web'],
    ['GET', '/v1/trees', undefined, 'trees', { reveal: false }],
    ['POST', '/v1/stop', { names: ['web'] }, 'stop', { names: ['web'], all: false }],
    [
      'POST',
      '/v1/apply',
      { all: true, source: '/p.json', environment },
      'apply',
      { all: true, source: '/p.json', environment, wait: true },
    ],
    ['POST', '/v1/stop', { group: 'api' }, 'stop', { group: 'api', all: false }],
    ['POST', '/v1/stop', { all: true, timeout: 500 }, 'stop', { all: true, timeout: 500 }],
    ['POST', '/v1/remove', { all: true }, 'remove', { all: true, logs: false }],
    ['POST', '/v1/flush', { all: true }, 'flush', { all: true }],
    [
      'POST',
      '/v1/start',
      { names: ['web'], environment },
      'start',
      { names: ['web'], environment, all: false, wait: true },
    ],
    [
      'POST',
      '/v1/restart',
      { all: true, environment, wait: false },
      'restart',
      { environment, all: true, wait: false },
    ],
    [
      'POST',
      '/v1/reload',
      { names: ['web'], environment },
      'reload',
      { names: ['web'], environment, all: false, wait: true },
    ],
    [
      'POST',
      '/v1/scale',
      { scale: { web: 3 }, environment },
      'scale',
      { scale: { web: 3 }, environment, all: false, wait: true },
    ],
    ['POST', '/v1/processes/web/messages', { message: [1] }, 'send', 'web'],
    [
      'POST',
      '/v1/signal',
      { names: ['web'], signal: 'SIGHUP' },
      'signal',
      { names: ['web'], all: false, signal: 'SIGHUP', tree: false },
    ],
    ['POST', '/v1/release', {}, 'release', undefined],
  ])('%s %s %j', async (method, path, body, asked, argument) => {
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

describe('a body that is not what it must be', () => {
  const owner = { pid: 1, startTime: 2, bootId: 'boot' }

  it.each([
    ['/v1/stop', '', 'the body must be a JSON object'],
    ['/v1/stop', '{"names":', 'the body must be a JSON object'],
    ['/v1/stop', '[]', 'the body must be a JSON object'],
    ['/v1/stop', 'null', 'the body must be a JSON object'],
    ['/v1/stop', { names: 'web' }, '`names` must be a list of strings'],
    ['/v1/stop', { names: ['web', 1] }, '`names` must be a list of strings'],
    ['/v1/stop', { group: ['api'] }, '`group` must be a string'],
    ['/v1/start', { names: ['web'] }, '`environment` must be an object of strings'],
    ['/v1/start', { environment: { PORT: 3000 } }, '`environment` must be an object of strings'],
    ['/v1/start', { environment, processes: {} }, '`processes` must be a list'],
    ['/v1/start', { environment, origins: { web: 1 } }, '`origins` must be an object of strings'],
    ['/v1/start', { environment, defaults: [] }, '`defaults` must be an object'],
    ['/v1/start', { environment, owner: { pid: 1 } }, '`owner` must be a process identity'],
    ['/v1/start', { environment, owner: { ...owner, pid: '1' } }, '`owner` must be a process identity'],
    ['/v1/signal', { all: true }, '`signal` must be the name of a signal, such as SIGHUP'],
    ['/v1/signal', { all: true, signal: 'HUP' }, '`signal` must be the name of a signal, such as SIGHUP'],
    ['/v1/scale', { environment, scale: { web: 0 } }, '`scale` must be an object of whole numbers from 1 to 1000'],
  ])('%s %j is refused: %s', async (path, body, message) => {
    const answer = await ask('POST', path, body)
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'usage', message } } })
    expect(calls).toEqual([])
  })

  it('may be large, but not without end', async () => {
    const refused = await api.handle({ method: 'POST', url: '/v1/stop', text: async () => undefined })
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
    const answer = await api.handle({ method: 'GET', url: '/v1/events', text: async () => '' })
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
