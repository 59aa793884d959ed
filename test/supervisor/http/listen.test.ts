import { statSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { send, stream } from '../../../src/client/transport.ts'
import type { ProcessEvent } from '../../../src/model/lifecycle/events.ts'
import type { Control } from '../../../src/protocol/operations.ts'
import { Broadcast } from '../../../src/supervisor/broadcast.ts'
import { createApi } from '../../../src/supervisor/http/api.ts'
import type { Listening } from '../../../src/supervisor/http/handler.ts'
import { listen } from '../../../src/supervisor/http/listen.ts'
import { tempFolder } from '../../helpers/temp.ts'
import { until } from '../../helpers/until.ts'

const folder = tempFolder()
const socket = join(folder.path, 'control.sock')
/** The same for clients that may take their time. */
const patient = join(folder.path, 'patient.sock')
const broadcast = new Broadcast<ProcessEvent>()
const connections: ReturnType<typeof connect>[] = []
let active = 0
let listening: Listening[]

const control = {
  events: (_: object, signal: AbortSignal) => broadcast.iterate(signal),
  list: async () => [],
  stop: async ({ names }: { names?: string[] }) => ({ length: names?.[0]?.length }),
} as unknown as Control

beforeAll(async () => {
  const api = createApi({ control, version: '1.2.3', activity: { requests: (change) => (active += change) } })
  listening = [await listen(api, socket, 1000), await listen(api, patient)]
})
afterEach(() => {
  for (const connection of connections.splice(0)) connection.destroy()
})
afterAll(() => {
  for (const one of listening) one.close()
  folder.remove()
})

/** What comes back for bytes that are sent as they are, until the other side closes. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const connection = connect(socket).setEncoding('utf8')
    connections.push(connection)
    let received = ''
    connection.on('data', (chunk) => (received += chunk))
    connection.on('close', () => resolve(received)).on('error', reject)
    connection.write(text)
  })
}

it('answers over a socket that is the own user alone', async () => {
  expect(statSync(socket).mode & 0o777).toBe(0o600)
  expect(await send(socket, 'GET', '/v1/processes')).toEqual({ status: 200, version: '1.2.3', body: '[]' })
  const plain = await raw('GET /v1/processes HTTP/1.0\r\nhost: supervisor\r\n\r\n')
  expect(plain).toMatch(/^HTTP\/1\.[01] 200 /)
  expect(plain.toLowerCase()).toContain('x-tuix-version: 1.2.3')
  expect(plain).toMatch(/\r\n\r\n\[\]$/)
})

it('takes 15 MB, and refuses what is larger in words', async () => {
  const long = (bytes: number) => ({ names: ['x'.repeat(bytes)] })
  expect(await send(patient, 'POST', '/v1/stop', long(15 * 2 ** 20))).toEqual({
    status: 200,
    version: '1.2.3',
    body: JSON.stringify({ length: 15 * 2 ** 20 }),
  })
  const refused = await send(patient, 'POST', '/v1/stop', long(17 * 2 ** 20))
  expect(refused).toMatchObject({ status: 413, body: expect.stringContaining('a request may have 16777216 bytes') })
})

it('refuses what is no HTTP, and goes on', async () => {
  expect(await raw('nonsense\r\n\r\n')).toMatch(/^(HTTP\/1\.1 400 |$)/)
  expect((await send(socket, 'GET', '/v1/processes')).status).toBe(200)
})

it('ends the connections of clients that send nothing, half a head or half a body and no more', async () => {
  const halves = ['', 'POST / HT', 'POST /v1/stop HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n{']
  // Bun looks every four seconds.
  const ended = Promise.all(halves.map(raw))
  expect((await send(socket, 'GET', '/v1/processes')).status).toBe(200)
  for (const answer of await ended) expect(answer).toMatch(/^(HTTP\/1\.1 408 |$)/)
  await until(() => active === 0, { what: 'the end of the request' })
})

it('sends events as they come, and hears of readers that go', async () => {
  const reading = new AbortController()
  const chunks = stream(socket, '/v1/events', reading.signal)
  expect((await chunks.next()).value).toBe(': listening\n\n')
  expect(active).toBe(1)
  const event: ProcessEvent = { time: 1, name: 'web', type: 'start', run: 1, message: 'started' }
  broadcast.emit(event)
  expect((await chunks.next()).value).toBe(`data: ${JSON.stringify(event)}\n\n`)
  reading.abort()
  await until(() => active === 0, { what: 'the end of the stream' })
})

it('drops a reader that takes nothing, but not one that there is nothing for', async () => {
  const reading = new AbortController()
  const chunks = stream(socket, '/v1/events', reading.signal)
  expect((await chunks.next()).value).toBe(': listening\n\n')
  const next = chunks.next()
  const stuck = connect(socket)
  connections.push(stuck)
  stuck.on('error', () => {}).pause()
  stuck.write('GET /v1/events HTTP/1.1\r\nhost: x\r\n\r\n')
  await until(() => active === 2, { what: 'a second stream' })
  const large: ProcessEvent = { time: 1, name: 'web', type: 'warning', run: 1, message: 'x'.repeat(2 ** 20) }
  const received = (async () => {
    for await (const chunk of chunks) if (chunk.includes('the last one')) return true
    return false
  })()
  for (let i = 0; i < 20; i++) broadcast.emit(large)
  await next
  await until(() => active === 1, { what: 'the end of the reader that takes nothing' })
  broadcast.emit({ ...large, message: 'the last one' })
  expect(await received).toBe(true)
  reading.abort()
  await until(() => active === 0, { what: 'the end of the stream' })
})
