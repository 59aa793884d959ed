import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createClient } from '../../src/client/client.ts'
import { answersRequests } from '../../src/client/silence.ts'
import { NoAnswerError } from '../../src/model/errors.ts'
import type { SupervisorInfo } from '../../src/model/views/supervisor-info.ts'
import { endSpawned, spawnProgram } from '../helpers/spawned.ts'
import { type TempFolder, tempFolder } from '../helpers/temp.ts'
import { until } from '../helpers/until.ts'
import { ANSWERS, event } from '../protocol/samples.ts'

let temp: TempFolder
let socket: string
let server: Server
/** Of each request that has come, the request line and the connection. */
let requests: { line: string; connection: Socket }[]
/** Whether it answers questions whether it answers. */
let isAlive: boolean

const info = (mode: SupervisorInfo['mode']) => ({ identity: { pid: 123, startTime: 1, bootId: 'boot' }, mode })

beforeEach(async () => {
  temp = tempFolder('silence')
  socket = join(temp.path, 'supervisor.sock')
  requests = []
  isAlive = true
  server = createServer((connection) => {
    connection.on('error', () => {})
    connection.once('data', (data) => {
      const [line = ''] = data.toString().split('\r\n')
      requests.push({ line, connection })
      if (isAlive && line.includes('ping')) connection.end('HTTP/1.1 404 Not Found\r\n\r\n')
    })
  })
  await new Promise<void>((resolve) => server.listen(socket, resolve))
})
afterEach(async () => {
  await endSpawned()
  for (const { connection } of requests) connection.destroy()
  await new Promise((resolve) => server.close(resolve))
  temp.remove()
})

const asks = () => requests.filter(({ line }) => !line.includes('ping'))
const pings = () => requests.length - asks().length

function respond(connection: Socket | undefined, body: unknown): void {
  const text = JSON.stringify(body)
  connection?.end(`HTTP/1.1 200 OK\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`)
}

describe('a supervisor that answers nothing', () => {
  it.each([
    [
      'daemon',
      'supervisor 123 does not answer; `tuix-ps supervisor restart` replaces it, and its processes keep running',
    ],
    [
      'embedded',
      'supervisor 123 does not answer; it is part of an app: end that app, and the next command takes over its processes',
    ],
  ] as const)('is told of, and what helps: %s', async (mode, message) => {
    isAlive = false
    const error = await createClient(socket, info(mode))
      .start({ names: ['web'], environment: {} })
      .catch((reason) => reason)
    expect(error).toBeInstanceOf(NoAnswerError)
    expect(error).toMatchObject({ code: 'unreachable', message })
  })

  it('fails a stream that it has begun', async () => {
    const events = createClient(socket, info('daemon')).events({}, new AbortController().signal)
    const first = events.next()
    const { connection } = await until(() => asks()[0], { what: 'the request' })
    connection.write(`HTTP/1.1 200 OK\r\n\r\ndata: ${JSON.stringify(event(1))}\n\n`)
    expect(await first).toEqual({ done: false, value: event(1) })
    isAlive = false
    await expect(events.next()).rejects.toBeInstanceOf(NoAnswerError)
  })

  it('is known by its silence', async () => {
    expect(await answersRequests(socket, 1000)).toBe(true)
    isAlive = false
    expect(await answersRequests(socket, 100)).toBe(false)
    expect(await answersRequests(join(temp.path, 'none.sock'), 100)).toBe(false)
  })
})

describe('a supervisor that is busy with a request', () => {
  it('is waited for while it answers others', async () => {
    const answer = createClient(socket).list({})
    // The second question comes later than the first one would have been given up.
    await until(() => pings() >= 2, { timeoutMs: 20_000, what: 'two questions' })
    respond(asks()[0]?.connection, ANSWERS.list)
    expect(await answer).toEqual(ANSWERS.list)
    expect(asks()).toHaveLength(1)
  })

  it('is waited for while it works, though it answers nothing meanwhile', async () => {
    isAlive = false
    const worker = spawnProgram('/bin/sh', ['-c', 'while :; do :; done'])
    const working = { ...info('daemon'), identity: { ...info('daemon').identity, pid: worker.pid } }
    const answer = createClient(socket, working).list({})
    // The second question comes when the first one had no answer.
    await until(() => pings() >= 2, { timeoutMs: 20_000, what: 'two questions' })
    respond(asks()[0]?.connection, ANSWERS.list)
    expect(await answer).toEqual(ANSWERS.list)
  })

  it('is not waited for once the request is given up', async () => {
    const end = new AbortController()
    const answer = createClient(socket, null, end.signal).list({})
    await until(() => asks().length === 1, { what: 'the request' })
    end.abort()
    await expect(answer).rejects.toMatchObject({ code: 'unreachable', message: 'the request was given up' })
    await until(() => asks()[0]?.connection.destroyed, { what: 'the end of its connection' })
  })

  it('is asked nothing else when it answers at once', async () => {
    const answer = createClient(socket).list({})
    await until(() => asks().length === 1, { what: 'the request' })
    respond(asks()[0]?.connection, ANSWERS.list)
    await answer
    expect(pings()).toBe(0)
  })
})
