import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { createServer as createTcpServer, type Server as TcpServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { HealthCheckSettings } from '../../../src/model/config/health-check.ts'
import type { Measured } from '../../../src/model/config/units.ts'
import { type TempFolder, tempFolder } from '../../helpers/temp.ts'
import { until } from '../../helpers/until.ts'
import { check, checkOnce, healthTarget } from './check.ts'

const hasOpenssl = spawnSync('openssl', ['version']).status === 0

let folder: TempFolder
const servers: (Server | TcpServer)[] = []

beforeEach(() => {
  folder = tempFolder('http')
})
afterEach(() => {
  for (const server of servers.splice(0)) {
    if ('closeAllConnections' in server) server.closeAllConnections()
    server.close()
  }
  folder.remove()
})

function listen(server: Server | TcpServer, host = '127.0.0.1'): Promise<number> {
  servers.push(server)
  return new Promise((resolve) => {
    server.listen(0, host, () => resolve((server.address() as { port: number }).port))
  })
}

const serve = (listener: RequestListener, host?: string) => listen(createServer(listener), host)
const ask = (url: string, some: Partial<Measured<HealthCheckSettings>> = {}) =>
  checkOnce({ type: 'http', url, ...some }, healthTarget(folder.path))

describe('an http check', () => {
  it.each(['/health', `http://127.0.0.1:\${PORT}/health`, `http://localhost:\${PORT:-1}/health`])(
    'means the port of the process by %s',
    async (url) => {
      const port = await serve((request, response) => response.writeHead(request.url === '/health' ? 204 : 500).end())
      const of = (PORT: string) => checkOnce({ type: 'http', url }, healthTarget(folder.path, { env: { PORT } }))
      expect(await of(String(port))).toMatchObject({ ok: true, detail: 'HTTP 204' })
      expect(await of('abc')).toMatchObject({ ok: false, detail: 'PORT=abc is no port' })
    },
  )

  it.each([
    ['127.0.0.1', 'localhost'],
    ['::1', 'localhost'],
    ['::1', '[::1]'],
    ['::', 'localhost'],
  ])('finds a server on %s as %s', async (bound, host) => {
    const port = await serve((_, response) => response.end('fine'), bound)
    expect(await ask(`http://${host}:${port}/health`)).toMatchObject({ ok: true, detail: 'HTTP 200' })
  })

  it('sends the configured request', async () => {
    const seen: unknown[] = []
    const port = await serve(({ method, url, headers }, response) => {
      seen.push([method, url, headers.host, headers['x-probe'], headers.authorization])
      response.end()
    })
    const url = `http://user:pass@localhost:${port}/health?deep=1`
    for (const method of ['GET', 'HEAD', 'POST'] as const) await ask(url, { method, headers: { 'X-Probe': '1' } })
    await ask(url, { headers: { Host: 'example.org' } })
    const authorization = `Basic ${btoa('user:pass')}`
    const host = `localhost:${port}`
    expect(seen).toEqual([
      ['GET', '/health?deep=1', host, '1', authorization],
      ['HEAD', '/health?deep=1', host, '1', authorization],
      ['POST', '/health?deep=1', host, '1', authorization],
      ['GET', '/health?deep=1', 'example.org', undefined, authorization],
    ])
  })

  it('accepts 200 to 399, or the expected statuses', async () => {
    const port = await serve((request, response) => {
      response.statusCode = Number(request.url?.slice(1))
      response.end()
    })
    const status = async (code: number, expectedStatus?: number | number[]) => {
      const some = expectedStatus === undefined ? {} : { expectedStatus }
      const { ok, detail } = await ask(`http://localhost:${port}/${code}`, some)
      return [ok, detail]
    }
    expect(await status(204)).toEqual([true, 'HTTP 204'])
    expect(await status(404)).toEqual([false, 'HTTP 404, expected 200 to 399'])
    expect(await status(503)).toEqual([false, 'HTTP 503, expected 200 to 399'])
    expect(await status(503, 503)).toEqual([true, 'HTTP 503'])
    expect(await status(200, [401, 403])).toEqual([false, 'HTTP 200, expected 401 or 403'])
  })

  it('treats a redirect as an answer and does not follow it', async () => {
    const seen: string[] = []
    const port = await serve((request, response) => {
      seen.push(request.url ?? '')
      response.writeHead(302, { location: '/elsewhere' })
      response.end()
    })
    expect(await ask(`http://localhost:${port}/`)).toMatchObject({ ok: true, detail: 'HTTP 302' })
    expect(seen).toEqual(['/'])
  })

  it('does not wait for a body, and leaves no connection behind', async () => {
    const server = createServer((_, response) => {
      response.writeHead(200)
      response.write('and then')
    })
    const port = await listen(server)
    const result = await ask(`http://localhost:${port}/`, { timeout: 60_000 })
    expect(result).toMatchObject({ ok: true, detail: 'HTTP 200' })
    await until(() => connections(server).then((count) => count === 0), { what: 'the end of the connection' })
  })

  it('gives up on a server that never answers, and tries again', async () => {
    let asked = 0
    const port = await serve(() => {
      asked++
    })
    const config = { type: 'http', url: `http://localhost:${port}/`, timeout: 50, interval: 20 } as const
    const { results, dispose } = check(config, healthTarget(folder.path))
    // An attempt may be over before it has reached the server.
    await until(() => results.length >= 3 && asked >= 3, { what: 'three results' })
    dispose()
    expect(new Set(results.map(({ ok, detail }) => `${ok} ${detail}`))).toEqual(
      new Set(['false no answer within 50 ms']),
    )
  })

  it('describes other failures', async () => {
    const garbage = await listen(createTcpServer((socket) => socket.end('SSH-2.0-OpenSSH\r\n')))
    expect((await ask(`http://localhost:${garbage}/`)).ok).toBe(false)
    const silent = await listen(createTcpServer((socket) => socket.destroy()))
    expect((await ask(`http://localhost:${silent}/`)).detail).toContain('connection closed without an answer')
    servers.pop()?.close()
    expect((await ask(`http://localhost:${silent}/`)).detail).toBe('connection refused')
  })

  it.skipIf(!hasOpenssl)('works over TLS with a self-signed certificate', async () => {
    const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(folder.path, name)) as [string, string]
    const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost']
    spawnSync('openssl', [...request, '-keyout', key, '-out', cert])
    const server = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_, response) => {
      response.end('fine')
    })
    const port = await listen(server)
    expect(await ask(`https://localhost:${port}/`)).toMatchObject({ ok: true, detail: 'HTTP 200' })
    expect(await ask(`https://127.0.0.1:${port}/`)).toMatchObject({ ok: true, detail: 'HTTP 200' })
  })

  it.skipIf(process.platform !== 'linux')('does not accept another process on the port', async () => {
    const port = await serve((_, response) => response.end('fine'))
    const tree = { id: 'f00d:web:1', leader: null, known: [], logs: [] }
    const result = await checkOnce(
      { type: 'http', url: `http://127.0.0.1:${port}/` },
      healthTarget(folder.path, { tree }),
    )
    expect(result).toMatchObject({ ok: false })
    expect(result.detail).toContain(`port ${port} is held by pid ${process.pid} `)
  })
})

function connections(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.getConnections((error, count) => (error ? reject(error) : resolve(count)))
  })
}
