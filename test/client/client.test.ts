import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Client } from '../../src/client/client.ts'
import type { Control } from '../../src/model/control.ts'
import { type ErrorCode, ProcessManagerError } from '../../src/model/errors.ts'
import type { ProcessEvent } from '../../src/model/events.ts'
import { createApi, type Listening } from '../../src/supervisor/api.ts'
import { Broadcast } from '../../src/supervisor/broadcast.ts'
import { listen } from '../../src/supervisor/listen.ts'
import { type TempFolder, tempFolder } from '../helpers/temp.ts'
import { until } from '../helpers/until.ts'

let temp: TempFolder
let listening: Listening
let client: Client
let calls: unknown[][]
let active: number
let answer: (method: string) => unknown
const broadcast = new Broadcast<ProcessEvent>()

/** A control that notes what it is asked; `events` are those of the broadcast. */
const control = new Proxy({} as Control, {
  get(_, method: string) {
    if (method === 'events') return (signal: AbortSignal) => broadcast.iterate(signal)
    return async (...args: unknown[]) => {
      calls.push([method, ...args])
      return answer(method)
    }
  },
})

beforeEach(async () => {
  temp = tempFolder('client')
  calls = []
  active = 0
  answer = (method) => ({ answered: method })
  const onActivity = (count: number) => {
    active = count
  }
  const socket = join(temp.path, 'supervisor.sock')
  listening = await listen(createApi({ control, version: '1.0.0', onActivity }), socket)
  client = new Client(socket)
})
afterEach(() => {
  listening.close()
  temp.remove()
})

const event = (run: number, message = 'started'): ProcessEvent => ({
  time: 1,
  name: 'web',
  type: 'start',
  run,
  message,
})
const environment = { LETTERS: 'äöü 漢字 🙂', LINES: 'one\ntwo', EMPTY: '' }

describe('the client', () => {
  it.each([
    ['info', () => client.info(), []],
    ['list', () => client.list(), [{ reveal: false }]],
    ['status', () => client.status('a/b c?d'), ['a/b c?d', { reveal: false }]],
    ['status', () => client.status('web', { reveal: true }), ['web', { reveal: true }]],
    ['stats', () => client.stats('web'), ['web']],
    ['start', () => client.start({ all: true, environment, wait: false }), [{ all: true, environment, wait: false }]],
    ['stop', () => client.stop({ names: ['web'] }), [{ names: ['web'], all: false }]],
    ['remove', () => client.remove({ group: 'api' }), [{ group: 'api', all: false, logs: false }]],
    [
      'signal',
      () => client.signal({ names: ['web'], signal: 'SIGHUP', tree: true }),
      [{ names: ['web'], all: false, signal: 'SIGHUP', tree: true }],
    ],
    ['send', () => client.send('web', { deep: [1, null] }), ['web', { deep: [1, null] }]],
    ['release', () => client.release(), []],
  ] as [string, () => Promise<unknown>, unknown[]][])(
    'asks for %s what it was asked for',
    async (method, ask, args) => {
      await ask()
      expect(calls).toEqual([[method, ...args]])
    },
  )

  it('gives what was answered, large or small', async () => {
    const large = Array.from({ length: 20_000 }, (_, i) => ({ name: `process-${i}`, text: 'äöü'.repeat(10) }))
    answer = () => large
    expect(await client.list()).toEqual(large as never)
    answer = () => []
    expect(await client.list()).toEqual([])
  })

  it.each(['usage', 'config', 'unknown-process', 'start-failed', 'internal'] as ErrorCode[])(
    'rejects with the error of the other side: %s',
    async (code) => {
      answer = () => {
        throw new ProcessManagerError(code, `it is ${code}`)
      }
      const error = await client.status('web').catch((reason) => reason)
      expect(error).toBeInstanceOf(ProcessManagerError)
      expect(error).toMatchObject({ code, message: `it is ${code}` })
    },
  )

  it('asks twenty things at once', async () => {
    answer = () => new Promise((resolve) => setImmediate(() => resolve([])))
    await Promise.all(Array.from({ length: 20 }, () => client.list()))
    expect(calls).toHaveLength(20)
  })

  it('rejects with something other than an answer where nobody listens', async () => {
    for (const socket of [join(temp.path, 'none.sock'), temp.path]) {
      const error = await new Client(socket).list().catch((reason) => reason)
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
    await expect(new Client(socket).list()).rejects.toThrow()
    await new Promise((resolve) => server?.close(resolve))
  })
})

describe('events', () => {
  it('come as they happen, whatever is in them', async () => {
    const end = new AbortController()
    const seen: ProcessEvent[] = []
    const reading = (async () => {
      for await (const one of client.events(end.signal)) seen.push(one)
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

  it('end quietly when nobody wants them any more, at whatever moment', async () => {
    for (let turns = 0; turns < 12; turns++) {
      const end = new AbortController()
      const next = client.events(end.signal).next()
      for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate)
      end.abort()
      expect(await next).toEqual({ done: true, value: undefined })
    }
    await until(() => active === 0)
  })

  it('end for one who stops reading', async () => {
    for await (const one of withFirst(client.events(new AbortController().signal))) {
      expect(one).toEqual(event(1))
      break
    }
    await until(() => active === 0)
  })

  it('fail when there is nobody to tell them', async () => {
    const events = new Client(join(temp.path, 'none.sock')).events(new AbortController().signal)
    await expect(events.next()).rejects.toThrow()
  })
})

/** Lets an event happen as soon as somebody listens. */
function withFirst(events: AsyncGenerator<ProcessEvent>): AsyncGenerator<ProcessEvent> {
  void until(() => active === 1).then(() => broadcast.emit(event(1)))
  return events
}
