import { describe, expect, it } from 'vitest'
import { Exchange } from '../../src/proxy/framing.ts'

const GET = 'GET / HTTP/1.1\r\nhost: x\r\n\r\n'
const answer = (body: string, ...lines: string[]) =>
  `HTTP/1.1 200 OK\r\n${[`content-length: ${body.length}`, ...lines].join('\r\n')}\r\n\r\n${body}`
const CHUNKED =
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n5;a=b\r\nhello\r\nA\r\n0123\r\n\r\n89\r\n0\r\nx: y\r\n\r\n'

/** What goes over a connection: lines of the client, and of the server where they begin with `<`. */
function exchange(...parts: string[]): Exchange {
  const given = new Exchange()
  for (const part of parts) {
    if (part.startsWith('<')) given.received(Buffer.from(part.slice(1), 'latin1'))
    else given.sent(Buffer.from(part, 'latin1'))
  }
  return given
}

/** The same in pieces of so many bytes. */
function inPieces(size: number, ...parts: string[]): string[] {
  return parts.flatMap((part) => {
    const [mark, text] = part.startsWith('<') ? ['<', part.slice(1)] : ['', part]
    return Array.from({ length: Math.ceil(text.length / size) }, (_, i) => mark + text.slice(i * size, (i + 1) * size))
  })
}

describe('a connection', () => {
  it('is between requests before the first one', () => {
    const { isBetween, staysOpen, answers } = exchange()
    expect({ isBetween, staysOpen, answers }).toEqual({ isBetween: true, staysOpen: false, answers: 0 })
  })

  it('is not between requests once one has begun', () => {
    expect(exchange('G').isBetween).toBe(false)
    expect(exchange(GET).isBetween).toBe(false)
    expect(exchange(GET, '<HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhell').isBetween).toBe(false)
  })

  it.each([
    { what: 'a body of known length', parts: [GET, `<${answer('hello')}`] },
    { what: 'an empty body', parts: [GET, `<${answer('')}`] },
    { what: 'chunks, with a trailer', parts: [GET, `<${CHUNKED}`] },
    { what: 'no body, by its status', parts: [GET, '<HTTP/1.1 204 No Content\r\n\r\n'] },
    {
      what: 'the length of a body that it does not have',
      parts: [GET, '<HTTP/1.1 304 Not Modified\r\ncontent-length: 9\r\n\r\n'],
    },
    {
      what: 'the length that a GET would have had',
      parts: ['HEAD / HTTP/1.1\r\n\r\n', '<HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n'],
    },
    {
      what: 'an early hint before it',
      parts: [GET, `<HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n${answer('hello')}`],
    },
    {
      what: 'leave to go on before it',
      parts: [
        'POST / HTTP/1.1\r\ncontent-length: 3\r\nexpect: 100-continue\r\n\r\n',
        '<HTTP/1.1 100 Continue\r\n\r\n',
        'abc',
        `<${answer('ok')}`,
      ],
    },
    {
      what: 'a request in chunks',
      parts: ['POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n', `<${answer('ok')}`],
    },
    { what: 'two requests at once', parts: [GET + GET, `<${answer('one')}${answer('two')}`] },
    {
      what: 'an HTTP/1.0 client that keeps it',
      parts: ['GET / HTTP/1.0\r\nconnection: keep-alive\r\n\r\n', `<${answer('a')}`],
    },
  ])('is between requests after an answer with $what, in whatever pieces it comes', ({ parts }) => {
    for (const size of [1, 2, 3, 7, 10_000]) {
      const { isBetween, staysOpen } = exchange(...inPieces(size, ...parts))
      expect({ size, isBetween, staysOpen }).toEqual({ size, isBetween: true, staysOpen: true })
    }
  })

  it('waits for the second of two answers', () => {
    expect(exchange(GET + GET, `<${answer('one')}`).isBetween).toBe(false)
  })

  it.each([
    { what: 'the server closes it', parts: [GET, `<${answer('x', 'Connection: close')}`] },
    { what: 'HTTP/1.0 closes it', parts: [GET, '<HTTP/1.0 200 OK\r\ncontent-length: 1\r\n\r\nx'] },
    { what: 'its end is the end of the body', parts: [GET, '<HTTP/1.1 200 OK\r\n\r\nhello'] },
  ])('does not stay open where $what', ({ parts }) => {
    expect(exchange(...parts).staysOpen).toBe(false)
  })

  it.each([
    { what: 'a WebSocket', parts: [GET, '<HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\n\r\n', 'x', '<y'] },
    { what: 'a tunnel', parts: ['CONNECT x:443 HTTP/1.1\r\n\r\n', `<${answer('')}`] },
    { what: 'TLS', parts: ['\x16\x03\x01\x02', '<\x16'] },
    { what: 'HTTP/2', parts: ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', '<\0\0'] },
    { what: 'a protocol of lines', parts: ['PING\r\n', '<+PONG\r\n'] },
    { what: 'a server that speaks first', parts: ['<220 ready\r\n'] },
    { what: 'a server that says more than it was asked', parts: [GET, `<${answer('x')}${answer('y')}`] },
    { what: 'a length that is none', parts: [GET, '<HTTP/1.1 200 OK\r\ncontent-length: 1, 1\r\n\r\nx'] },
    { what: 'a chunk without a size', parts: [GET, '<HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n'] },
    { what: 'an encoding that has no end', parts: ['POST / HTTP/1.1\r\ntransfer-encoding: gzip\r\n\r\n'] },
    { what: 'a head without an end', parts: [GET.repeat(1), `<HTTP/1.1 200 OK\r\n${'x'.repeat(70_000)}`] },
  ])('is never between requests once it is $what', ({ parts }) => {
    const given = exchange(...parts)
    expect(given.isBetween).toBe(false)
    given.received(Buffer.from(answer('x')))
    given.sent(Buffer.from(GET))
    expect(given.isBetween).toBe(false)
  })
})

describe('a request', () => {
  it.each([
    { parts: [GET], may: true },
    { parts: ['DELETE / HTTP/1.1\r\n\r\n'], may: true },
    { parts: ['PUT / HTTP/1.1\r\ncontent-length: 2\r\n\r\nab'], may: true },
    { parts: ['PUT / HTTP/1.1\r\ncontent-length: 2\r\n\r\na'], may: false },
    { parts: ['POST / HTTP/1.1\r\ncontent-length: 2\r\n\r\nab'], may: false },
    { parts: [GET + GET], may: false },
    { parts: [GET, '<H'], may: false },
    { parts: [GET, `<${answer('x')}`], may: false },
    { parts: [GET, '<HTTP/1.1 102 Processing\r\n\r\n'], may: false },
  ])('may be sent again only if it is complete, changes nothing twice and has no answer: $parts', ({ parts, may }) => {
    expect(exchange(...parts).isRepeatable).toBe(may)
  })
})
