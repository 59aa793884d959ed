import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { Forwarder } from '../../src/proxy/forwarder.ts'
import { freePort } from '../helpers/free-port.ts'
import { until } from '../helpers/until.ts'

const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

/** A server that handles each connection in this way. Resolves to its port. */
function serving(handle: (socket: Socket) => void, host = '127.0.0.1'): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    ends.push(() => socket.destroy())
    socket.on('error', () => {})
    handle(socket)
  })
  return listening(server, host)
}

/** A server for HTTP that answers with its name. */
function naming(name: string): Promise<number> {
  return listening(createHttpServer((_, response) => response.end(name)))
}

function listening(server: Server, host = '127.0.0.1'): Promise<number> {
  ends.push(() => server.close())
  return new Promise((resolve) => server.listen(0, host, () => resolve((server.address() as AddressInfo).port)))
}

/** A forwarder for servers at these ports. */
async function forwarding(...ports: number[]) {
  const forwarder = new Forwarder()
  const port = await freePort()
  const update = (...open: boolean[]) =>
    forwarder.update(ports.map((each, i) => ({ name: String(i), port: each, open: open[i] ?? true })))
  update()
  await forwarder.listen(port, '127.0.0.1')
  ends.push(() => void forwarder.close())
  return { forwarder, port, update }
}

/** A client, and what it has been told. */
function client(port: number) {
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true })
  const told = { text: '', hasEnded: false, hasFailed: false }
  socket.on('data', (bytes) => {
    told.text += bytes.toString('latin1')
  })
  socket.on('end', () => {
    told.hasEnded = true
  })
  socket.on('error', () => {
    told.hasFailed = true
  })
  ends.push(() => socket.destroy())
  /** Says something, and resolves with what comes next that holds `awaited`. */
  const ask = async (text: string, awaited: string) => {
    told.text = ''
    socket.write(text)
    await until(() => told.text.includes(awaited), { what: `${awaited} after ${JSON.stringify(text)}` })
    return told.text
  }
  return { socket, told, ask }
}

const GET = 'GET / HTTP/1.1\r\nhost: x\r\n\r\n'

describe('a forwarder', () => {
  it('spreads connections evenly, and tells how many there are', async () => {
    const { forwarder, port } = await forwarding(await naming('a'), await naming('b'))
    const clients = [client(port), client(port), client(port), client(port)]
    const answers = await Promise.all(clients.map(({ ask }) => ask(GET, '\r\n\r\n')))
    expect(answers.map((text) => text.at(-1)).sort()).toEqual(['a', 'a', 'b', 'b'])
    expect(forwarder.counts()).toEqual({ connections: { 0: 2, 1: 2 }, waiting: 0 })
    clients[0]?.socket.destroy()
    await until(() => Object.values(forwarder.counts().connections).includes(1))
  })

  it('moves a kept connection between two requests, and no other', async () => {
    const slow = createHttpServer((_, response) => {
      response.write('first')
      setTimeout(() => response.end(' last'), 200)
    })
    const { forwarder, port, update } = await forwarding(await listening(slow), await naming('other'))
    update(true, false)
    const [kept, busy] = [client(port), client(port)]
    await kept.ask(GET, ' last')
    await busy.ask(GET, 'first')
    update(false, true)
    expect(forwarder.counts().connections).toEqual({ 0: 1, 1: 0 })
    await until(() => busy.told.text.includes(' last'))
    await until(() => forwarder.counts().connections[0] === 0)
    expect([kept.told.hasEnded, busy.told.hasEnded]).toEqual([false, false])
    expect(await kept.ask(GET, 'other')).toContain('200 OK')
    expect(await busy.ask(GET, 'other')).toContain('200 OK')
  })

  it('keeps what is no HTTP where it is until it ends', async () => {
    const echo = await serving((socket) => socket.on('data', (bytes) => socket.write(bytes)))
    const { forwarder, port, update } = await forwarding(echo, await naming('other'))
    update(true, false)
    const { socket, ask } = client(port)
    await ask('\x01one', 'one')
    update(false, true)
    expect(await ask('two', 'two')).toBe('two')
    expect(forwarder.counts().connections).toEqual({ 0: 1, 1: 0 })
    socket.end()
  })

  it('tries the next one where nobody listens, and the other loopback address', async () => {
    const { port } = await forwarding(await freePort(), await naming('alive'))
    for (let i = 0; i < 4; i++) expect(await client(port).ask(GET, 'alive')).toContain('200 OK')
    const six = await serving((socket) => socket.end('six'), '::1').catch(() => undefined)
    if (six === undefined) return
    const other = await forwarding(six)
    expect(await client(other.port).ask(GET, 'six')).toBe('six')
  })

  it('holds a connection until somebody is there', async () => {
    const { forwarder, port, update } = await forwarding(await naming('late'))
    update(false)
    const { told, ask } = client(port)
    const answer = ask(GET, 'late')
    await until(() => forwarder.counts().waiting === 1)
    expect(told).toEqual({ text: '', hasEnded: false, hasFailed: false })
    update(true)
    expect(await answer).toContain('200 OK')
  })

  it('answers with 503 when nobody comes', async () => {
    const { port } = await forwarding()
    const { socket, told } = client(port)
    socket.write(GET)
    await until(() => told.hasEnded, { timeoutMs: 20_000 })
    expect(told.text).toMatch(
      /^HTTP\/1\.1 503 [\s\S]*content-length: (\d+)[\s\S]*\r\n\r\nno instance takes connections\.\n$/,
    )
    const [, length] = /content-length: (\d+)/.exec(told.text) ?? []
    expect(told.text.split('\r\n\r\n')[1]).toHaveLength(Number(length))
  })

  it('keeps a client whose server closes an idle connection, and asks anew', async () => {
    let connections = 0
    const short = createHttpServer({ keepAliveTimeout: 50 }, (_, response) => response.end('done'))
    short.on('connection', () => connections++)
    const { forwarder, port } = await forwarding(await listening(short))
    const { told, ask } = client(port)
    await ask(GET, 'done')
    await until(() => forwarder.counts().connections[0] === 0)
    await ask(GET, 'done')
    expect({ connections, hasEnded: told.hasEnded }).toEqual({ connections: 2, hasEnded: false })
  })

  it('repeats a request whose kept connection ends without an answer, once, and only where that is harmless', async () => {
    let asked = 0
    const fickle = await serving((socket) => {
      let isFirst = true
      socket.on('data', () => {
        asked++
        if (isFirst) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
        else socket.destroy()
        isFirst = false
      })
    })
    const { port } = await forwarding(fickle)
    const one = client(port)
    await one.ask(GET, 'ok')
    expect(await one.ask(GET, 'ok')).toContain('200 OK')
    expect(asked).toBe(3)
    const other = client(port)
    await other.ask(GET, 'ok')
    other.socket.write('POST / HTTP/1.1\r\ncontent-length: 0\r\n\r\n')
    await until(() => other.told.hasEnded || other.told.hasFailed)
    expect(asked).toBe(5)
  })

  it('passes on ends of one direction, and failures', async () => {
    const whole = await serving((socket) => {
      let text = ''
      socket.on('data', (bytes) => {
        text += bytes
      })
      socket.on('end', () => socket.end(`got ${text}`))
    })
    const first = await forwarding(whole)
    const { socket, told } = client(first.port)
    socket.end('all of it')
    await until(() => told.hasEnded)
    expect(told.text).toBe('got all of it')

    const failing = await serving((each) => each.on('data', () => each.resetAndDestroy()))
    const second = await forwarding(failing)
    const other = client(second.port)
    other.socket.write('\x01')
    await until(() => other.told.hasFailed || other.told.hasEnded)
  })

  it('lets a server speak first, and moves a client that waits for it', async () => {
    const silent = await serving(() => {})
    const greeter = await serving((socket) => socket.write('220 ready\r\n'))
    const { port, update } = await forwarding(silent, greeter)
    update(true, false)
    const { told } = client(port)
    await until(() => told.text === '')
    update(false, true)
    await until(() => told.text === '220 ready\r\n')
  })

  it('passes on large bodies in both directions without keeping them', async () => {
    const SIZE = 30_000_000
    const sink = createHttpServer((request, response) => {
      let got = 0
      request.on('data', (bytes) => {
        got += bytes.length
      })
      request.on('end', () => {
        response.setHeader('content-length', got)
        for (let i = 0; i < got / 1_000_000; i++) response.write(Buffer.alloc(1_000_000, 'x'))
        response.end()
      })
    })
    const { port } = await forwarding(await listening(sink))
    const answer = await fetch(`http://127.0.0.1:${port}`, { method: 'POST', body: Buffer.alloc(SIZE) })
    expect((await answer.arrayBuffer()).byteLength).toBe(SIZE)
  })

  it('ends when what is under way has ended, and closes kept connections at once', async () => {
    let requests = 0
    const slow = createHttpServer((_, response) => {
      requests++
      setTimeout(() => response.end('done'), 200)
    })
    const { forwarder, port } = await forwarding(await listening(slow))
    const [kept, busy] = [client(port), client(port)]
    await kept.ask(GET, 'done')
    busy.socket.write(GET)
    await until(() => requests === 2)
    const closed = forwarder.close()
    await until(() => kept.told.hasEnded)
    await closed
    await until(() => busy.told.hasEnded)
    expect(busy.told.text).toContain('done')
    const late = client(port)
    await until(() => late.told.hasFailed)
  })
})
