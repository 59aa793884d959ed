import { describe, expect, it } from 'vitest'
import { OPERATIONS, type Operation } from '../../../src/protocol/operations.ts'
import { refusalOverWeb } from '../../../src/supervisor/web/access.ts'
import { type GuardOptions, judge, type Verdict } from '../../../src/supervisor/web/guard.ts'

const TOKEN = 'the-right-token-of-this-listener'
const OPTIONS: GuardOptions = {
  token: TOKEN,
  port: 7420,
  isHttps: false,
  hosts: ['box.lan'],
  isPublic: false,
  openPaths: ['/metrics'],
}

function judged(
  headers: Record<string, string>,
  options: Partial<GuardOptions> = {},
  method = 'GET',
  url = '/v1/trees',
) {
  const all: Record<string, string> = { host: 'localhost:7420', authorization: `Bearer ${TOKEN}`, ...headers }
  const header = (name: string) => all[name] || null
  return judge({ method, url, header }, { ...OPTIONS, ...options })
}

const statusOf = (verdict: Verdict) => (verdict.type === 'refuse' ? verdict.status : verdict.type)

describe('the host of a request', () => {
  it.each([
    'localhost',
    'LOCALHOST:1',
    '127.0.0.1:7420',
    '127.9.9.9',
    '[::1]:7420',
    'localhost.',
    'box.lan:7420',
    'Box.Lan.',
  ])('may be %s', (host) => {
    expect(judged({ host })).toEqual({ type: 'pass' })
  })

  it.each([
    'evil.com',
    'localhost.evil.com',
    'evil.localhost',
    '127.0.0.1.evil.com',
    '192.168.1.7:7420',
    '[::2]',
    'localhost, localhost',
    'localhost:7420:1',
    'user@localhost',
    'localhost/x',
    ' ',
    '',
  ])('may not be %j', (host) => {
    expect(statusOf(judged({ host }))).toBe(403)
  })

  it('may be any address where the listener can be reached from elsewhere, but no other name', () => {
    expect(judged({ host: '192.168.1.7:7420' }, { isPublic: true })).toEqual({ type: 'pass' })
    expect(statusOf(judged({ host: 'evil.com' }, { isPublic: true }))).toBe(403)
  })
})

describe('the origin of a request', () => {
  it.each([
    [{ origin: 'http://localhost:7420' }, 'pass'],
    [{ origin: 'http://localhost:7421' }, 403],
    [{ origin: 'https://localhost:7420' }, 403],
    [{ origin: 'http://127.0.0.1:7420' }, 403],
    [{ origin: 'null' }, 403],
    [{ origin: 'http://evil.com' }, 403],
    [{ 'sec-fetch-site': 'same-origin' }, 'pass'],
    [{ 'sec-fetch-site': 'none' }, 'pass'],
    [{ 'sec-fetch-site': 'same-site' }, 403],
    [{ 'sec-fetch-site': 'cross-site' }, 403],
  ])('%j: %s', (headers, verdict) => {
    expect(statusOf(judged(headers as Record<string, string>))).toBe(verdict)
  })

  it('is HTTPS where the listener is', () => {
    expect(judged({ origin: 'https://localhost:7420' }, { isHttps: true })).toEqual({ type: 'pass' })
    expect(statusOf(judged({ origin: 'http://localhost:7420' }, { isHttps: true }))).toBe(403)
  })
})

describe('the method and type of a request', () => {
  it.each([
    ['POST', 'application/json', 'pass'],
    ['POST', 'Application/JSON; charset=utf-8', 'pass'],
    ['POST', 'text/plain', 415],
    ['POST', 'application/x-www-form-urlencoded', 415],
    ['POST', 'multipart/form-data', 415],
    ['POST', '', 415],
    ['HEAD', '', 'pass'],
    ['OPTIONS', '', 405],
    ['PUT', 'application/json', 405],
    ['DELETE', '', 405],
    ['TRACE', '', 405],
  ])('%s with %j: %s', (method, type, verdict) => {
    expect(statusOf(judged({ 'content-type': type }, {}, method, '/v1/stop'))).toBe(verdict)
  })
})

describe('the token of a request', () => {
  it.each([
    [{ authorization: `bearer ${TOKEN}` }, 'pass'],
    [{ authorization: '', cookie: `a=b; tuix-web-7420=${TOKEN}` }, 'pass'],
    [{ authorization: '' }, 401],
    [{ authorization: `Bearer ${TOKEN}x` }, 401],
    [{ authorization: `Basic ${TOKEN}` }, 401],
    [{ authorization: '', cookie: `tuix-web-7421=${TOKEN}` }, 401],
    [{ authorization: '', cookie: 'tuix-web-7420=old' }, 401],
    [{ authorization: '', cookie: 'tuix-web-7420' }, 401],
  ])('%j: %s', (headers, verdict) => {
    expect(statusOf(judged(headers as Record<string, string>))).toBe(verdict)
  })

  it('moves from the address into a cookie that no script and no other site gets', () => {
    const verdict = judged({ authorization: '' }, {}, 'GET', `/?token=${TOKEN}`)
    expect(verdict).toEqual({
      type: 'login',
      location: '/',
      cookie: expect.stringContaining(`tuix-web-7420=${TOKEN}; `),
    })
    expect(verdict).toMatchObject({ cookie: expect.stringContaining('HttpOnly; SameSite=Strict') })
    expect(judged({}, { isHttps: true }, 'GET', `/?token=${TOKEN}`)).toMatchObject({
      cookie: expect.stringMatching(/; Secure$/),
    })
    expect(statusOf(judged({}, {}, 'GET', '/?token=wrong'))).toBe(401)
    expect(statusOf(judged({ host: 'evil.com' }, {}, 'GET', `/?token=${TOKEN}`))).toBe(403)
    expect(statusOf(judged({ authorization: '' }, {}, 'GET', `/v1/trees?token=${TOKEN}`))).toBe(401)
  })

  it('is not asked for at an open path, but everything else is', () => {
    expect(judged({ authorization: '' }, {}, 'GET', '/metrics?x')).toEqual({ type: 'pass' })
    expect(statusOf(judged({ authorization: '', host: 'evil.com' }, {}, 'GET', '/metrics'))).toBe(403)
  })
})

describe('over the network', () => {
  it.each([
    ['list', {}, 'allowed'],
    ['list', { reveal: true }, 'refused'],
    ['restart', { names: ['web'] }, 'allowed'],
    ['start', { names: ['web'], processes: [] }, 'refused'],
    ['start', { names: ['web'], environment: {} }, 'refused'],
    ['apply', { all: true, source: '/x' }, 'refused'],
    ['stop', { all: true }, 'allowed'],
    ['release', {}, 'refused'],
    ['openWeb', {}, 'refused'],
    ['closeWeb', {}, 'refused'],
    ['web', {}, 'refused'],
  ] as [Operation, object, string][])('%s with %j is %s', (name, input, expected) => {
    expect(refusalOverWeb(name, input, false) === undefined ? 'allowed' : 'refused').toBe(expected)
  })

  it('declaring processes is possible where that is allowed, and no secret is ever shown', () => {
    expect(refusalOverWeb('start', { processes: [] }, true)).toBeUndefined()
    for (const name of Object.keys(OPERATIONS) as Operation[]) {
      const isRefused = refusalOverWeb(name, { reveal: true }, true) !== undefined
      expect(isRefused).toBe(OPERATIONS[name].revealsSecrets || OPERATIONS[name].isLocal)
    }
  })
})
