import { connect } from 'node:net'
import { join } from 'node:path'
import { Hono } from 'hono'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Listening, listen } from '../../src/supervisor/listen.ts'
import { type TempFolder, tempFolder } from '../helpers/temp.ts'
import { until } from '../helpers/until.ts'

let temp: TempFolder
let listening: Listening
let active = 0
beforeEach(async () => {
  temp = tempFolder()
  const app = new Hono()
  app.post('/', async (c) => {
    active += 1
    try {
      return c.text(await c.req.text().catch(() => ''))
    } finally {
      active -= 1
    }
  })
  const limits = { headersTimeout: 100, requestTimeout: 200, connectionsCheckingInterval: 50 }
  listening = await listen(app, join(temp.path, 's'), limits)
})
afterEach(() => {
  listening.close()
  temp.remove()
})

describe('listen', () => {
  it.each([
    ['nothing', ''],
    ['half a head', 'POST / HT'],
    ['half a body', 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n{'],
  ])('ends the connection of a client that sends %s and no more', async (_, text) => {
    let closed = false
    let answer = ''
    const connection = connect(join(temp.path, 's'), () => connection.write(text))
    connection.setEncoding('utf8').on('data', (chunk) => (answer += chunk))
    connection.on('error', () => {}).once('close', () => (closed = true))
    await until(() => closed, { what: 'the end of the connection' })
    expect(answer).toMatch(/^HTTP\/1\.1 408 /)
    await until(() => active === 0, { what: 'the end of the request' })
  })
})
