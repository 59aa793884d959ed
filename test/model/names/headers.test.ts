import { describe, expect, it } from 'vitest'
import { HOPS, hopsOf, requestHeaders, responseHeaders } from '../../../src/model/names/headers.ts'

const forwarded = { host: 'web.shop.localhost:1355', isHttps: false, client: '127.0.0.1', hops: 0 }

describe('the headers of a request', () => {
  it('are passed on with who asked, and without those of the connection', () => {
    const raw = ['Host', 'other', 'Accept', '*/*', 'Connection', 'keep-alive, X-Own', 'X-Own', '1', 'TE', 'trailers']
    expect(requestHeaders(raw, forwarded)).toEqual([
      ['host', 'web.shop.localhost:1355'],
      ['accept', '*/*'],
      ['x-forwarded-for', '127.0.0.1'],
      ['x-forwarded-host', 'web.shop.localhost:1355'],
      ['x-forwarded-proto', 'http'],
      ['x-forwarded-port', '1355'],
      [HOPS, '1'],
    ])
  })

  it('are not believed where they say who asked', () => {
    const raw = ['X-Forwarded-For', '8.8.8.8', 'Forwarded', 'for=8.8.8.8', HOPS, '0', 'Expect', '100-continue']
    const headers = requestHeaders(raw, { ...forwarded, host: 'web.shop.localhost', isHttps: true, hops: 2 })
    expect(headers.filter(([name]) => /forwarded|hops|expect/.test(name))).toEqual([
      ['x-forwarded-for', '127.0.0.1'],
      ['x-forwarded-host', 'web.shop.localhost'],
      ['x-forwarded-proto', 'https'],
      ['x-forwarded-port', '443'],
      [HOPS, '3'],
    ])
    expect(requestHeaders([], { ...forwarded, host: 'a.localhost' })).toContainEqual(['x-forwarded-port', '80'])
  })

  it('of HTTP/2 have no names of its own, and one header of cookies', () => {
    const raw = [':method', 'GET', ':authority', 'x', 'cookie', 'a=1', 'cookie', 'b=2']
    expect(requestHeaders(raw, forwarded).filter(([name]) => name === 'cookie' || name.startsWith(':'))).toEqual([
      ['cookie', 'a=1; b=2'],
    ])
  })

  it('keep the wish for another protocol if that is passed on', () => {
    const raw = ['Connection', 'Upgrade', 'Upgrade', 'websocket', 'Sec-WebSocket-Key', 'k']
    expect(requestHeaders(raw, forwarded, true)).toEqual(
      expect.arrayContaining([
        ['connection', 'Upgrade'],
        ['upgrade', 'websocket'],
        ['sec-websocket-key', 'k'],
      ]),
    )
  })
})

describe('the headers of an answer', () => {
  it('are passed on without those of the connection, and several of one name stay several', () => {
    const raw = ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'Set-Cookie', 'c=3', 'Connection', 'close', 'ETag', '"x"']
    expect(responseHeaders([...raw, 'Transfer-Encoding', 'chunked', 'Keep-Alive', 'timeout=5'])).toEqual({
      'set-cookie': ['a=1', 'b=2', 'c=3'],
      etag: '"x"',
    })
  })
})

describe('the proxies that a request has passed', () => {
  it.each([
    { value: undefined, hops: 0 },
    { value: '3', hops: 3 },
    { value: '1, 4', hops: 4 },
    { value: ['2', '1'], hops: 2 },
    { value: '-1', hops: 0 },
    { value: '1e9', hops: 0 },
    { value: 'x', hops: 0 },
  ])('are counted: $value', ({ value, hops }) => {
    expect(hopsOf(value)).toBe(hops)
  })
})
