import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createClient } from '../../src/client/client.ts'
import { type ErrorCode, ProcessManagerError } from '../../src/model/errors.ts'
import type { ProcessEvent } from '../../src/model/lifecycle/events.ts'
import type { Control, Operation } from '../../src/protocol/operations.ts'
import { Broadcast } from '../../src/supervisor/broadcast.ts'
import { createApi } from '../../src/supervisor/http/api.ts'
import type { Listening } from '../../src/supervisor/http/handler.ts'
import { listen } from '../../src/supervisor/http/listen.ts'
import { VERSION } from '../../src/version.ts'
import { processState } from '../commands/states.ts'
import { type TempFolder, tempFolder } from '../helpers/temp.ts'
import { until } from '../helpers/until.ts'
import { ANSWERS, type Asked, event, INPUTS } from '../protocol/samples.ts'

let temp: TempFolder
let listening: Listening
let client: Control
let calls: unknown[][]
let active: number
let answer: (name: Asked) => unknown
const broadcast = new Broadcast<ProcessEvent>()

/** A control that notes what it is asked; `events` are those of the broadcast. */
const control = new Proxy({} as Control, {
  get(_, name: Operation) {
    if (name === 'events' || name === 'followHistory' || name === 'followLogs')
      return (_: object, signal: AbortSignal) => broadcast.iterate(signal)
    return async (input: unknown) => {
      calls.push([name, input])
      return answer(name)
    }
  },
})

beforeEach(async () => {
  temp = tempFolder('client')
  calls = []
  active = 0
  answer = (name) => ANSWERS[name]
  const requests = (change: number) => {
    active += change
  }
  const socket = join(temp.path, 'supervisor.sock')
  listening = await listen(createApi({ control, version: '1.0.0', activity: { requests } }), socket)
  client = createClient(socket)
})
afterEach(() => {
  listening.close()
  temp.remove()
})

describe('the client', () => {
  it.each(Object.keys(INPUTS) as Asked[])('asks for %s with the whole input, and gives the answer', async (name) => {
    const ask = client[name] as (input: unknown) => Promise<unknown>
    expect(await ask(INPUTS[name])).toEqual(ANSWERS[name])
    expect(calls).toEqual([[name, INPUTS[name]]])
  })

  it('says nothing of what is not set', async () => {
    await client.list({ reveal: false })
    await client.status({ name: 'web' })
    expect(calls).toEqual([
      ['list', {}],
      ['status', { name: 'web' }],
    ])
  })

  it('gives what was answered, large or small', async () => {
    const large = Array.from({ length: 5000 }, (_, i) =>
      processState({ name: `process-${i}`, reason: 'äöü 🙂'.repeat(10) }),
    )
    answer = () => large
    expect(await client.list({})).toEqual(large)
    answer = () => []
    expect(await client.list({})).toEqual([])
  })

  it.each(['usage', 'config', 'unknown-process', 'start-failed', 'internal'] as ErrorCode[])(
    'rejects with the error of the other side: %s',
    async (code) => {
      answer = () => {
        throw new ProcessManagerError(code, `it is ${code}`)
      }
      const error = await client.status({ name: 'web' }).catch((reason) => reason)
      expect(error).toBeInstanceOf(ProcessManagerError)
      expect(error).toMatchObject({ code, message: `it is ${code}` })
    },
  )

  it.each([[{}], [[{ name: 'web' }]], ['x']])('rejects an answer that it cannot read: %j', async (wrong) => {
    answer = () => wrong
    const error = await client.list({}).catch((reason) => reason)
    expect(error).toBeInstanceOf(ProcessManagerError)
    expect(error).toMatchObject({
      code: 'version',
      message: `the answer to \`list\` cannot be read: the supervisor has version 1.0.0, this program ${VERSION}; use one version for both`,
    })
  })

  it('asks twenty things at once', async () => {
    answer = () => new Promise((resolve) => setImmediate(() => resolve([])))
    await Promise.all(Array.from({ length: 20 }, () => client.list({})))
    expect(calls).toHaveLength(20)
  })

  it('rejects with something other than an answer where nobody listens', async () => {
    for (const socket of [join(temp.path, 'none.sock'), temp.path]) {
      const error = await createClient(socket)
        .list({})
        .catch((reason) => reason)
      expect(error).toBeInstanceOf(Error)
      expect(error).not.toBeInstanceOf(ProcessManagerError)
    }
  })

  it('rejects when the other side dies in the middle', async () => {
    let server: Server | undefined
    const socket = join(temp.path, 'dying.sock')
    await new Promise<void>((resolve) => {
      server = createServer((connection) => {
        connection.on('error', () => {})
        connection.once('data', () => connection.end('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n[{"na'))
      }).listen(socket, resolve)
    })
    await expect(createClient(socket).list({})).rejects.toThrow()
    await new Promise((resolve) => server?.close(resolve))
  })
})

describe('a supervisor of version 1', () => {
  it('answers states without a phase, and outcomes without a result: each gets the one that it stands for', async () => {
    const { phase: _, waitingFor: __, ...state } = processState({ status: 'restarting', wanted: 'up', pid: null })
    const outcome = { name: 'web', ok: true, message: 'already running', warnings: [], state }
    answer = (method) => (method === 'list' ? [state] : [outcome])
    const upgraded = { ...state, phase: 'backoff', waitingFor: null }
    expect(await client.list({})).toEqual([upgraded])
    expect(await client.start({ all: true, environment: {} })).toMatchObject([
      { result: 'already-running', state: upgraded },
    ])
  })

  it('tells of events without a cause: each gets the one that its sentence tells', async () => {
    const end = new AbortController()
    const next = client.events({}, end.signal).next()
    await until(() => active === 1)
    broadcast.emit({ ...event(1, 'unhealthy: HTTP 503'), type: 'health' })
    expect((await next).value).toMatchObject({
      health: 'unhealthy',
      cause: { type: 'unhealthy', detail: 'HTTP 503' },
      message: 'unhealthy: HTTP 503',
    })
    end.abort()
    await until(() => active === 0)
  })
})

describe('events', () => {
  it('come as they happen, whatever is in them', async () => {
    const end = new AbortController()
    const seen: ProcessEvent[] = []
    const reading = (async () => {
      for await (const one of client.events({}, end.signal)) seen.push(one)
    })()
    await until(() => active === 1)
    const sent = [event(1), event(2, 'data: two\n\nlines'), event(3, 'x'.repeat(300_000)), event(4, 'äöü 🙂')]
    for (const one of sent) broadcast.emit(one)
    await until(() => seen.length === 4)
    expect(seen).toEqual(sent)
    end.abort()
    await reading
    await until(() => active === 0, { what: 'the other side to know that nobody reads any more' })
  })

  it('that cannot be read end with an error that names the versions', async () => {
    const end = new AbortController()
    const next = client.events({}, end.signal).next()
    await until(() => active === 1)
    broadcast.emit({ type: 'start' } as ProcessEvent)
    await expect(next).rejects.toMatchObject({
      code: 'version',
      message: expect.stringMatching(/^the answer to `events` cannot be read: the supervisor has version 1\.0\.0/),
    })
    await until(() => active === 0, { what: 'the end of the stream' })
  })

  it('that the other side refuses are an error', async () => {
    const socket = join(temp.path, 'refusing.sock')
    const refusing = createServer((connection) => {
      const body = '{"error":{"code":"usage","message":"there is no GET /v1/events"}}'
      connection.once('data', () => connection.end(`HTTP/1.1 404 Not Found\r\nx-tuix-version: 0.0.1\r\n\r\n${body}`))
    })
    await new Promise<void>((resolve) => refusing.listen(socket, resolve))
    const next = createClient(socket).events({}, new AbortController().signal).next()
    await expect(next).rejects.toMatchObject({ code: 'usage', message: 'there is no GET /v1/events' })
    await new Promise((resolve) => refusing.close(resolve))
  })

  it('end quietly when nobody wants them any more, at whatever moment', async () => {
    for (let turns = 0; turns < 12; turns++) {
      const end = new AbortController()
      const next = client.events({}, end.signal).next()
      for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate)
      end.abort()
      expect(await next).toEqual({ done: true, value: undefined })
    }
    await until(() => active === 0)
  })

  it('end for one who stops reading', async () => {
    for await (const one of withFirst(client.events({}, new AbortController().signal))) {
      expect(one).toEqual(event(1))
      break
    }
    await until(() => active === 0)
  })

  it('fail when there is nobody to tell them', async () => {
    const events = createClient(join(temp.path, 'none.sock')).events({}, new AbortController().signal)
    await expect(events.next()).rejects.toThrow()
  })
})

/** Lets an event happen as soon as somebody listens. */
function withFirst<Events>(events: Events): Events {
  void until(() => active === 1).then(() => broadcast.emit(event(1)))
  return events
}
