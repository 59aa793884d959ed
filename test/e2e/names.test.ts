import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { request } from 'node:http'
import { connect, createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { child } from '../helpers/children.ts'
import { freePort } from '../helpers/free-port.ts'
import { NamesUser } from '../helpers/names.ts'
import { isRoot, NOBODY } from '../helpers/nobody.ts'
import { alive } from '../helpers/processes.ts'
import { executable } from '../helpers/runtimes.ts'
import { until } from '../helpers/until.ts'

const SCRIPT = '<img src=x onerror="window.wasRun=1">'

const hasIPv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1'),
)

let user: NamesUser
const shop = (...args: string[]) => user.ps('shop', ...args)
const site = (name: string, more = {}) =>
  child(name, 'site', { port: 'auto', restartDelay: 300, env: { PROXY_PORT: user.http }, ...more })
const pidOf = async (name: string) => {
  const states: { name: string; pid: number }[] = (await shop('list', '--json')).json()
  return states.find((state) => state.name === name)?.pid ?? 0
}

/** Bytes to the proxy as they are, and what comes back until `isEnough`. */
function raw(text: string, isEnough: (answer: string) => boolean): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(user.http, '127.0.0.1', () => socket.write(text, 'latin1'))
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      answer += chunk
      if (isEnough(answer)) socket.destroy()
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(answer))
  })
}

describe('a process by name', () => {
  beforeAll(async () => {
    user = new NamesUser()
    await user.startProxy()
    user.home.write('shop/processes.json', {
      processes: [
        site('web'),
        site('late', { env: { LATE: 1500 } }),
        site('Api_v1', { instances: 2 }),
        { name: 'hostile', command: 'sh hostile.sh', port: 'auto', autorestart: false },
        { name: 'worker', command: 'sleep 1000' },
      ],
    })
    user.home.write(
      'shop/hostile.sh',
      `echo '${SCRIPT}'; printf '\\033[31mred\\033[0m\\n'; echo password=hunter2hunter2; exit 3\n`,
    )
    await shop('start', 'web', 'Api_v1')
  }, 120_000)
  afterAll(() => user.dispose())

  const json = async (host: string, options = {}) => JSON.parse((await user.ask(host, options)).body)

  it('gets requests with their method, path, body and headers, and is told who asked', async () => {
    const host = 'web.shop.localhost'
    const found = await json(host, {
      path: '/a?b=%20c',
      method: 'PUT',
      body: 'x'.repeat(3_000_000),
      headers: { 'x-forwarded-for': '8.8.8.8', cookie: 'a=1', connection: 'x-private', 'x-private': '1' },
    })
    expect(found).toMatchObject({ url: '/a?b=%20c', method: 'PUT', size: 3_000_000 })
    expect(found.headers).toMatchObject({
      host: `${host}:${user.http}`,
      cookie: 'a=1',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': `${host}:${user.http}`,
    })
    expect(found.headers).not.toHaveProperty('x-private')
    const chunked = await json(host, { method: 'DELETE', body: 'abc', headers: { 'transfer-encoding': 'chunked' } })
    expect(chunked).toMatchObject({ method: 'DELETE', size: 3 })
  })

  it.skipIf(!hasIPv6)('is found at both addresses of the machine itself', async () => {
    const found = await json('web.shop.localhost', { address: '::1' })
    expect(found.headers['x-forwarded-for']).toBe('::1')
    expect((await user.ask('localhost', { address: '::1' })).body).toContain('http://web.shop.localhost')
  })

  it('answers as it does without the proxy', async () => {
    const answer = await user.ask('web.shop.localhost', { path: '/cookies' })
    expect(answer).toMatchObject({ status: 201, body: '' })
    expect(answer.headers).toMatchObject({ 'set-cookie': ['a=1', 'b=2'], 'x-own': 'yes' })
    expect(await user.ask('web.shop.localhost', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' })
  })

  it('is told its address', async () => {
    const { TUIX_URL } = await json('web.shop.localhost')
    expect(TUIX_URL).toBe(`http://web.shop.localhost:${user.http}`)
    const { stdout } = await shop('env', 'web')
    expect(stdout).toContain(TUIX_URL)
  })

  it('is shown with its address by list, status and start', async () => {
    const url = `http://web.shop.localhost:${user.http}`
    expect((await shop('list')).stdout).toContain(url)
    expect((await shop('status', 'web')).stdout).toContain(url)
    expect((await shop('restart', 'web')).stdout).toContain(url)
    const states: { name: string; url?: string }[] = (await shop('list', '--json')).json()
    expect(states.find(({ name }) => name === 'web')?.url).toBe(url)
    const proxy = await shop('proxy')
    expect(proxy.code).toBe(0)
    expect(proxy.stdout).toContain(`http://PROCESS.shop.localhost:${user.http}`)
    expect((await shop('proxy', '--json')).json()).toMatchObject({ running: true, http: user.http })
  })

  it('is one of its instances, or one alone by its number', async () => {
    const pids = new Set<number>()
    await until(async () => pids.add((await json('api-v1.shop.localhost')).pid).size === 2 || openOne())
    // An open request makes the other instance the one with the fewest.
    function openOne() {
      const asked = request({ port: user.http, path: '/events', headers: { host: 'api-v1.shop.localhost' } })
      asked.on('error', () => {}).end()
      return false
    }
    const one = await json('api-v1-1.shop.localhost')
    expect([...pids]).toContain(one.pid)
  })

  it('sends events as they happen, and notices that the reader is gone', async () => {
    const text = 'GET /events HTTP/1.1\r\nHost: web.shop.localhost\r\n\r\n'
    const answer = await raw(text, (received) => received.includes('data: 3'))
    expect(answer).toMatch(/^HTTP\/1\.1 200 .*text\/event-stream.*data: 1\n/s)
    await until(async () => (await shop('logs', 'web')).stdout.includes('reader is gone'))
  })

  it('talks by WebSocket', async () => {
    const head = [
      'GET /chat HTTP/1.1',
      'Host: web.shop.localhost',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ]
    // A frame with the text "hi", under a mask of zeros, right behind the head.
    const frame = '\x81\x82\0\0\0\0hi'
    const answer = await raw(`${head.join('\r\n')}\r\n\r\n${frame}`, (received) => received.endsWith('echo hi'))
    expect(answer).toMatch(/^HTTP\/1\.1 101 /)
    expect(answer).toContain('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=')
    const refused = await raw(`${head.join('\r\n').replace('web.', 'none.')}\r\n\r\n`, () => false)
    expect(refused).toMatch(/^HTTP\/1\.1 404 /)
  })

  it('is waited for while it restarts', async () => {
    await shop('restart', 'late', '--no-wait')
    expect((await user.ask('late.shop.localhost')).status).toBe(200)
    const pid = await pidOf('web')
    process.kill(pid, 'SIGKILL')
    const answers = await Promise.all(Array.from({ length: 20 }, () => json('web.shop.localhost')))
    expect(answers.every((answer) => answer.pid !== pid)).toBe(true)
  })

  it('is asked again if it ends without an answer, unless the request changes something', async () => {
    const before = await pidOf('web')
    const changed = await user.ask('web.shop.localhost', { path: '/exit', method: 'POST' })
    expect(changed).toMatchObject({ status: 502, headers: { 'x-tuix-proxy': 'broken' } })
    await until(async () => ![0, before].includes((await json('web.shop.localhost')).pid))
    expect((await user.ask('web.shop.localhost', { path: '/closed' })).status).toBe(502)
    await expect(user.ask('web.shop.localhost', { path: '/broken' })).rejects.toThrow()
  })

  it('that is down is a page with its last lines, in which nothing runs', async () => {
    await shop('start', 'hostile')
    await until(async () => (await shop('status', 'hostile')).stdout.includes('crashed'))
    const page = await user.ask('hostile.shop.localhost', { headers: { accept: 'text/html,*/*' } })
    expect(page).toMatchObject({ status: 503, headers: { 'x-tuix-proxy': 'down', 'retry-after': '2' } })
    expect(page.headers['content-security-policy']).toContain("default-src 'none'")
    expect(page.body).toContain('hostile is crashed')
    expect(page.body).toContain('&#60;img src=x')
    expect(page.body).not.toContain('<img')
    expect(page.body).not.toContain('\u001b')
    expect(page.body).not.toContain('hunter2')
    const text = await user.ask('hostile.shop.localhost')
    expect(text.headers['content-type']).toContain('text/plain')
    expect(text.body).toContain('exited with 3')
    await shop('stop', 'web')
    expect((await user.ask('web.shop.localhost')).body).toContain('web is stopped')
    await shop('start', 'web')
    expect((await user.ask('web.shop.localhost')).status).toBe(200)
  })

  it.skipIf(!isRoot)('shows other users of the machine neither lines nor names', async () => {
    const asNobody = (host: string) => {
      const words = ['--reuid', String(NOBODY), '--regid', String(NOBODY), '--clear-groups']
      const code = `require('http').get({port:${user.http},headers:{host:'${host}'}},(a)=>a.pipe(process.stdout))`
      return execFileSync('setpriv', [...words, executable(), '-e', code], { encoding: 'utf8', cwd: '/' })
    }
    await until(async () => (await user.ask('hostile.shop.localhost')).body.includes('exited with 3'))
    expect(asNobody('hostile.shop.localhost')).not.toContain('img')
    expect(asNobody('localhost')).not.toContain('shop')
    expect(asNobody('none.shop.localhost')).not.toContain('web')
    expect((await user.ask('localhost')).body).toContain(`http://web.shop.localhost:${user.http}`)
  })

  it('is no other name, and the proxy is none for other addresses', async () => {
    const kinds = async (host: string, options = {}) => {
      const { status, headers } = await user.ask(host, options)
      return [status, headers['x-tuix-proxy']]
    }
    expect(await kinds('none.shop.localhost')).toEqual([404, 'unknown'])
    expect(await kinds('worker.shop.localhost')).toEqual([404, 'unknown'])
    expect(await kinds('web.other.localhost')).toEqual([404, 'unknown'])
    expect(await kinds('main.web.shop.localhost')).toEqual([404, 'unknown'])
    expect(await kinds('127.0.0.1')).toEqual([421, 'foreign'])
    expect(await kinds('evil.example')).toEqual([421, 'foreign'])
    expect(await kinds('web.shop.localhost', { path: 'http://example.com/' })).toEqual([400, 'bad-request'])
    expect(await kinds('shop.localhost')).toEqual([200, 'names'])
  })

  it('that passes its requests back to the proxy gets one of them a few times', async () => {
    const answer = await user.ask('web.shop.localhost', { path: '/circle' })
    expect(answer).toMatchObject({ status: 508, headers: { 'x-tuix-proxy': 'loop' } })
    expect(answer.body).toContain('changeOrigin')
  })

  it('is there again after a SIGKILL of the proxy, and of the supervisor', async () => {
    const { pid } = (await shop('proxy', '--json')).json()
    process.kill(pid, 'SIGKILL')
    await until(() => !alive(pid))
    await until(async () => (await user.ask('web.shop.localhost')).status === 200)
    const supervisor = JSON.parse(readFileSync(user.home.file('shop/.tuix/supervisor.json'), 'utf8'))
    process.kill(supervisor.identity.pid, 'SIGKILL')
    expect((await user.ask('web.shop.localhost')).status).toBe(200)
  })
})

describe('the proxy', () => {
  beforeAll(() => {
    user = new NamesUser()
  })
  afterEach(() => user.ps('.', 'proxy', 'stop'))
  afterAll(() => user.dispose())

  it('says that it does not run, and is stopped twice without an error', async () => {
    const { code, stderr } = await user.ps('.', 'proxy')
    expect([code, stderr]).toEqual([3, 'the proxy is not running; start it with: tuix-ps proxy start\n'])
    expect(await user.ps('.', 'proxy', 'stop')).toMatchObject({ code: 0, stdout: 'the proxy was not running\n' })
    await user.startProxy()
    expect(await user.ps('.', 'proxy', 'stop')).toMatchObject({ code: 0, stdout: 'the proxy has stopped\n' })
    expect(existsSync(user.home.file('state/tuix/proxy/names.json'))).toBe(false)
    expect((await user.ps('.', 'proxy')).code).toBe(3)
  })

  it('is started once, and moves to other ports', async () => {
    expect((await user.startProxy()).stdout).toContain('the proxy has started')
    expect((await user.ps('.', 'proxy', 'start')).stdout).toContain('the proxy is running')
    const before = user.http
    user.http = 0
    await user.startProxy()
    expect(user.http).not.toBe(before)
    expect((await user.ask('localhost')).status).toBe(200)
    expect((await user.ps('.', 'proxy', '--json')).json()).toMatchObject({ http: user.http })
  })

  it('says who has its port', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await until(() => server.listening)
    const { port } = server.address() as { port: number }
    const { code, stderr } = await user.ps('.', 'proxy', 'start', '--port', String(port))
    expect(code).toBe(1)
    expect(stderr).toMatch(new RegExp(`port ${port} .*pid ${process.pid}`))
    server.close()
  })

  it('is started by a config that wants it, before the processes', async () => {
    const port = await freePort()
    await user.ps('.', 'proxy', 'start', '--port', String(port), '--https', 'off')
    await user.ps('.', 'proxy', 'stop')
    user.home.write('blog/processes.json', { proxy: true, processes: [child('web', 'site', { port: 'auto' })] })
    const { stdout, stderr } = await user.ps('blog', 'start', 'web')
    expect([stdout, stderr]).toEqual([expect.stringContaining(`http://web.blog.localhost:${port}`), ''])
    user.http = port
    expect(JSON.parse((await user.ask('web.blog.localhost')).body).TUIX_URL).toBe(`http://web.blog.localhost:${port}`)
    await user.ps('blog', 'stop', '--all')
  })

  it('refuses wrong ports and words with one sentence', async () => {
    for (const args of [
      ['start', '--port', '0'],
      ['start', '--port', '70000'],
      ['start', '--https', 'x'],
      ['begin'],
      ['stop', '--port', '1'],
    ]) {
      const { code, stderr } = await user.ps('.', 'proxy', ...args)
      expect([code, stderr.trim().split('\n').length]).toEqual([2, 1])
    }
  })
})
