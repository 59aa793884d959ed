import { existsSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { child } from '../helpers/children.ts'
import { type Project, type ProjectOptions, tempProject } from '../helpers/project.ts'
import { until } from '../helpers/until.ts'
import { WebClient } from '../helpers/web-client.ts'

let project: Project
afterEach(() => project.dispose())

const WEB = child('web', 'sleeper')

/** A project whose processes run, with its web listener. */
async function opened(config: ProjectOptions['config'] = [WEB], ...options: string[]): Promise<WebClient> {
  project = tempProject({ config: config as never })
  expect((await project.ps('start', '--all')).code).toBe(0)
  return new WebClient((await project.ps('web', '--json', ...options)).json())
}

describe('the web listener', () => {
  it('has a dashboard and the operations for whoever has the token, and says no more to others', async () => {
    const web = await opened()
    expect(statSync(project.file('.tuix/web-token')).mode & 0o777).toBe(0o600)
    expect(JSON.parse((await web.get('/v1/processes')).text)).toMatchObject([{ name: 'web', status: 'running' }])
    const { pid } = await project.state('web')
    expect((await web.post('/v1/restart', { names: ['web'] })).status).toBe(200)
    expect((await project.state('web')).pid).not.toBe(pid)
    for (const path of ['/', '/v1/processes', '/v1/nothing', '/index.html']) {
      const { status, text } = await web.get(path, { authorization: '' })
      expect([path, status]).toEqual([path, 401])
      expect(text).not.toContain('sleeper')
    }
    expect((await web.get('/nothing')).status).toBe(404)
    expect((await web.get('/../.tuix/web-token')).status).toBe(404)
  })

  it('keeps its address and its token through a SIGKILL and the end of the supervisor', async () => {
    const web = await opened()
    await project.killSupervisor()
    await project.ps('list')
    await until(async () => (await web.get('/v1/processes')).status === 200, { what: 'the listener of the next one' })
    await project.ps('supervisor', 'restart')
    await until(async () => (await web.get('/v1/processes')).status === 200, { what: 'the listener after a restart' })
    expect((await project.ps('web', '--json')).json().url).toBe(web.url)
  })

  it('is closed for good by --off', async () => {
    const web = await opened()
    expect((await project.ps('web', '--off')).stderr).toContain(`${web.url} is closed`)
    expect((await project.ps('web', '--off')).stderr).toContain('it was not open')
    await project.ps('supervisor', 'restart')
    await expect(web.get('/v1/processes')).rejects.toThrow()
    expect(existsSync(project.file('.tuix/web.json'))).toBe(false)
  })

  it('opens as the config says, and closes when an applied config says so no more', async () => {
    const token = 'a-token-of-the-config'
    const web = await opened({ web: { token }, processes: [WEB] })
    expect((await project.ps('web', '--json')).json().token).toBe(token)
    expect((await web.get('/v1/processes')).status).toBe(200)
    project.write('processes.json', [WEB])
    expect((await project.ps('apply')).code).toBe(0)
    await expect(web.get('/v1/processes')).rejects.toThrow()
  })

  it('says who has its port, and starts the processes all the same', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    try {
      const port = await until(() => (other.address() as { port: number } | null)?.port)
      project = tempProject({ config: { web: { port }, processes: [WEB] } })
      const started = await project.ps('start', '--all')
      expect(started.code).toBe(0)
      expect(started.stderr).toMatch(new RegExp(`the web listener cannot use port ${port} of 127.0.0.1: pid \\d+ `))
      expect((await project.ps('web')).code).toBe(1)
    } finally {
      other.close()
    }
  })

  it.each([
    [['--host', '0.0.0.0'], 'can be reached from other machines'],
    [['--port', 'x'], '--port must be a whole number'],
    [['--port', '0'], '`port` must be a whole number from 1 to 65535'],
    [['web'], 'takes no names'],
  ])('refuses %j: %s', async (options, words) => {
    project = tempProject({ config: [WEB] })
    const { code, stderr } = await project.ps('web', ...options)
    expect(code).toBe(2)
    expect(stderr).toContain(words)
  })
})

describe('a hostile request', () => {
  const HEAD = 'authorization: Bearer {token}\r\nconnection: close\r\n'

  it('is refused in words and changes nothing', async () => {
    const web = await opened()
    const { pid } = await project.state('web')
    const { host } = new URL(web.url)
    const stop = `content-type: application/json\r\ncontent-length: 12\r\n\r\n{"all":true}`
    for (const [request, status] of [
      [`POST /v1/stop HTTP/1.1\r\nhost: evil.com\r\n${HEAD}${stop}`, 403],
      [`POST /v1/stop HTTP/1.1\r\nhost: ${host}\r\nhost: evil.com\r\n${HEAD}${stop}`, '40[03]'],
      [`POST /v1/stop HTTP/1.1\r\n${HEAD}${stop}`, '40[03]'],
      [`POST /v1/stop HTTP/1.0\r\n${HEAD}${stop}`, '40[03]'],
      [`POST http://evil.com/v1/stop HTTP/1.1\r\nhost: evil.com\r\n${HEAD}${stop}`, 403],
      [`POST /v1/stop HTTP/1.1\r\nhost: ${host}\r\norigin: null\r\n${HEAD}${stop}`, 403],
      [`POST /v1/stop HTTP/1.1\r\nhost: ${host}\r\norigin: http://evil.com\r\n${HEAD}${stop}`, 403],
      [`POST /v1/stop HTTP/1.1\r\nhost: ${host}\r\nsec-fetch-site: cross-site\r\n${HEAD}${stop}`, 403],
      [`POST /v1/stop HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n${stop}`, 401],
      [`POST /v1/stop HTTP/1.1\r\nhost: ${host}\r\n${HEAD.replace('{token}', 'an-old-token')}${stop}`, 401],
      [`POST /v1/stop HTTP/1.1\r\nhost: ${host}\r\n${HEAD}${stop.replace('application/json', 'text/plain')}`, 415],
      [`OPTIONS /v1/stop HTTP/1.1\r\nhost: ${host}\r\n${HEAD}\r\n`, 405],
      [`GET /v1/stop HTTP/1.1\r\nhost: ${host}\r\n${HEAD}\r\n`, 404],
    ] as [string, number | string][]) {
      const answer = await web.raw(request)
      expect(answer.slice(0, 12), request).toMatch(new RegExp(`^HTTP/1.1 ${status}`))
      expect(answer.toLowerCase()).not.toContain('access-control-')
    }
    for (const body of [
      '[]',
      '{',
      '{"all":"yes"}',
      '{"__proto__":{"all":true}}',
      `{"names":["${'x'.repeat(2 ** 20)}"]}`,
    ])
      expect((await web.post('/v1/stop', body)).status, body.slice(0, 40)).toBeGreaterThanOrEqual(400)
    expect(await project.state('web')).toMatchObject({ pid, status: 'running' })
  })

  it('that opens a thousand streams gets as many as are allowed, and the others work on', async () => {
    const web = await opened()
    const end = new AbortController()
    // They are kept until the end: fetch closes the stream of a response that is garbage.
    const responses: Response[] = []
    try {
      await Promise.all(
        Array.from({ length: 300 }, async () => {
          const response = await fetch(new URL('/v1/events', web.url), {
            headers: { authorization: `Bearer ${project.read('.tuix/web-token').trim()}` },
            signal: end.signal,
          })
          responses.push(response)
          if (response.status !== 200) await response.text()
        }),
      )
      const having = (status: number) => responses.filter((response) => response.status === status)
      expect(having(200)).toHaveLength(200)
      expect(having(503)).toHaveLength(100)
      expect((await web.get('/v1/processes')).status).toBe(200)
    } finally {
      end.abort()
    }
    await until(async () => (await oneMoreStream(web)) === 200, { what: 'room for another stream' })
  })
})

/** The status of one more stream. */
async function oneMoreStream(web: WebClient): Promise<number> {
  const end = new AbortController()
  const response = await fetch(new URL('/v1/events', web.url), {
    headers: { authorization: `Bearer ${project.read('.tuix/web-token').trim()}` },
    signal: end.signal,
  })
  end.abort()
  return response.status
}

describe('logs over HTTP', () => {
  it('are read page by page, each line once, and filtered', async () => {
    const lines = Array.from({ length: 250 }, (_, i) => (i % 50 === 0 ? `ERROR no ${i} (a+b)` : `line ${i}`))
    const web = await opened(
      [{ name: 'talker', command: 'sh', args: ['-c', 'cat lines; exec sleep 1000'] }],
      '--allow-run',
    )
    writeFileSync(project.file('lines'), lines.map((line) => `${line}\n`).join(''))
    await project.ps('restart', 'talker')
    const page = async (query: string) =>
      JSON.parse((await web.get(`/v1/logs?names=talker&streams=stdout&${query}`)).text)
    await until(async () => (await page('lines=1')).logs[0]?.message === 'line 249', { what: 'the last line' })
    const seen: string[] = []
    for (let cursor = 'start', more = true; more; ) {
      const next = await page(`lines=100&cursor=${cursor}`)
      seen.push(...next.logs.map(({ message }: { message: string }) => message))
      cursor = next.cursor
      more = next.more
    }
    expect(seen).toEqual(lines)
    expect((await page('grep=(A%2BB)')).logs.length).toBe(5)
    expect((await page('level=error&lines=2')).logs.map(({ message }: { message: string }) => message)).toEqual([
      'ERROR no 150 (a+b)',
      'ERROR no 200 (a+b)',
    ])
    expect((await web.get('/v1/logs?names=none')).status).toBe(404)
    expect((await web.get('/v1/logs?lines=99999999')).status).toBe(400)
    expect((await web.get('/v1/logs?cursor=broken')).status).toBe(400)
    expect((await web.get('/v1/logs?level=loud')).status).toBe(400)
  })

  it('are followed with every line once, through rotations and SIGKILLs of the supervisor, also of what starts later', async () => {
    // Long lines: the log is cut every two seconds.
    const source = (name: string) =>
      `for ($i = 1; ; $i++) { syswrite STDOUT, "${name} $i " . 'x' x 10000 . "\\n"; select undef, undef, undef, 0.02 }`
    const count = (name: string) => {
      return { name, command: 'perl', args: ['-e', source(name)], maxLogSize: 1, maxLogFiles: 1000 }
    }
    const web = await opened({ processes: [count('a')] })
    const end = new AbortController()
    const seen: Record<string, number[]> = { a: [], b: [] }
    let last: string | undefined
    const follow = async () => {
      while (!end.signal.aborted) {
        try {
          for await (const { id, item } of web.stream(
            '/v1/logs/follow?cursor=start&streams=stdout',
            end.signal,
            last,
          )) {
            for (const { message } of item.logs) {
              const [name = '', number] = message.split(' ')
              seen[name]?.push(Number(number))
            }
            last = id
          }
        } catch {
          // The supervisor is gone; the next one goes on.
        }
        if (!end.signal.aborted) await new Promise((resolve) => setTimeout(resolve, 50))
      }
    }
    const following = follow()
    const reaches = (name: string, more: number) => {
      const target = (seen[name]?.at(-1) ?? 0) + more
      return until(() => (seen[name]?.at(-1) ?? 0) >= target, { what: `${name} ${target}`, timeoutMs: 30_000 })
    }
    await reaches('a', 100)
    for (let round = 0; round < 3; round++) {
      await project.killSupervisor()
      await project.ps('list')
      await reaches('a', 50)
    }
    project.write('processes.json', { processes: [count('a'), count('b')] })
    expect((await project.ps('start', 'b')).code).toBe(0)
    await reaches('b', 50)
    end.abort()
    await following
    for (const numbers of Object.values(seen)) expect(numbers).toEqual(numbers.map((_, i) => i + 1))
  })
})
