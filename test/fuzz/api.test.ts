import { readdirSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { send } from '../../src/client/transport.ts'
import { VERSION } from '../../src/version.ts'
import { control } from '../helpers/asking.ts'
import { child } from '../helpers/children.ts'
import { alive, read } from '../helpers/processes.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { until } from '../helpers/until.ts'
import { damaged, mutated } from './damage.ts'
import { runs } from './runs.ts'

/* Whatever comes over the control socket, to a supervisor on the runtime of the tests: it answers in words and goes on. */

let project: Project
let socket: string
let supervisor: number
let web: number | null

beforeAll(async () => {
  project = tempProject({ config: [child('web', 'sleeper')] })
  await project.ps('start', 'web')
  const info = project.supervisor()
  socket = info?.socket ?? ''
  supervisor = info?.identity.pid ?? 0
  web = (await project.state('web')).pid
})
afterAll(() => project.dispose())

/** It is the same one, and has done nothing to the process that runs. */
async function expectUnmoved(): Promise<void> {
  const [state] = await control(project).list({})
  expect(state).toMatchObject({ name: 'web', status: 'running', pid: web })
  expect(alive(supervisor)).toBe(true)
  expect(read(project.file('.tuix/supervisor.log'))).toBe('')
}

const descriptors = () => readdirSync(`/proc/${supervisor}/fd`).length

/** As many as it has while nobody comes or goes. */
async function descriptorsAtRest(): Promise<number> {
  let count = 0
  let looks = 0
  const isUnchanged = () => {
    const now = descriptors()
    looks = now === count ? looks + 1 : 0
    count = now
    return looks === 5
  }
  await until(isUnchanged, { what: 'no connection to come or go' })
  return count
}

/** Sends bytes as they are; resolves with all that comes until the supervisor closes the connection, as it does when we end. */
function raw(bytes: string | Buffer): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    const connection = connect({ path: socket, allowHalfOpen: false })
    connection.setEncoding('latin1').on('data', (chunk) => (text += chunk))
    // Closed in the middle of what we say.
    connection.on('error', () => {})
    connection.once('close', () => resolve(text))
    connection.end(bytes)
  })
}

function request(method: string, path: string, body = '', headers = ''): string {
  return `${method} ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${headers}\r\n${body}`
}

/** An answer of ours, whatever it says. */
function expectAnswer({ status, body }: { status: number; body: string }): void {
  expect([200, 400, 404, 409, 413]).toContain(status)
  const answer = JSON.parse(body)
  if (status === 200) return
  expect(Object.keys(answer)).toEqual(['error'])
  expect(answer.error.code).not.toBe('internal')
  expect(answer.error.message).toMatch(/\S/)
  expect(answer.error.message).not.toMatch(/\n\s+at |\[object |undefined is not|Cannot read/)
  expect(answer.error.message.length).toBeLessThan(3000)
}

const STARTS = ['start', 'restart', 'reload', 'apply', 'scale'].map((name) => `/v1/${name}`)
const OTHERS = ['stop', 'remove', 'flush'].map((name) => `/v1/${name}`)

describe('requests', () => {
  it('that are no HTTP, or not quite, are refused', async () => {
    const whole = request('POST', '/v1/stop', '{"names":["nobody"]}', 'content-type: application/json\r\n')
    const texts = fc.oneof(damaged(whole), damaged(request('GET', '/v1/processes')), fc.string({ unit: 'binary' }))
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        expect(await raw(text)).not.toMatch(/\n\s+at /)
      }),
      runs(25),
    )
    await expectUnmoved()
  })

  it('for what there is not are refused', async () => {
    const methods = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']
    const paths = [
      '/',
      '/v1',
      '/v1/start',
      '/v1/processes/web',
      '/v1/processes/nobody',
      '/v2/processes',
      '//v1/processes',
      '/v1/release/x',
    ]
    const names = [
      '%00',
      '..%2f..%2fetc%2fpasswd',
      '%E0%A4%A',
      '%',
      '__proto__',
      'constructor',
      'x'.repeat(5000),
      '%0a%1b[31m',
    ]
    for (const path of [...paths, ...names.flatMap((name) => [`/v1/processes/${name}`, `/v1/processes/${name}/tree`])])
      for (const method of methods) {
        // A start without names is refused, so that no request here does anything.
        const [head = '', body = ''] = (await raw(request(method, path))).split('\r\n\r\n')
        const status = Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1])
        expectAnswer({ status, body: /^\w+\r\n/.test(body) ? body.replace(/^\w+\r\n|\r\n0$/g, '') : body })
      }
    await expectUnmoved()
  })

  it('with bodies of any kind are answered', async () => {
    const selection = { names: ['nobody'] }
    const start = {
      ...selection,
      environment: { PATH: '/usr/bin' },
      processes: [
        { name: 'other', command: '/nonexistent/program', autorestart: false, env: { A: '1' }, dependsOn: [] },
      ],
      origins: { other: 'processes.json' },
      source: '/nonexistent/processes.json',
      defaults: { maxRestarts: 1 },
      scale: { other: 1 },
      owner: { pid: 1, startTime: 1, bootId: 'x' },
      timeout: 1000,
      wait: false,
    }
    const bodyOf = (path: string): object => {
      if (path.endsWith('/messages')) return { message: {} }
      if (STARTS.includes(path)) return start
      return path === '/v1/flush' ? selection : { ...selection, timeout: 1000 }
    }
    const requests = fc
      .constantFrom(...STARTS, ...OTHERS, '/v1/processes/web/messages')
      .chain((path) => fc.tuple(fc.constant(path), mutated(bodyOf(path))))
      .filter(([, value]) => (value as { all?: unknown } | null)?.all !== true)
    await fc.assert(
      fc.asyncProperty(requests, async ([path, value]) => {
        expectAnswer(await send(socket, 'POST', path, value ?? null))
      }),
      runs(75),
    )
    const { status } = await control(project).status({ name: 'web' })
    expect(status).toBe('running')
    expect(alive(supervisor)).toBe(true)
  })

  it('that claim to be checked are not believed further than their shape', async () => {
    const process = {
      name: 'other',
      command: '/nonexistent/program',
      args: ['x'],
      cwd: '/',
      env: { A: '1' },
      autorestart: false,
      dependsOn: { another: 'healthy' },
      healthCheck: { type: 'http', url: 'http://localhost/' },
      watchPaths: ['x'],
      hooks: { onReady: 'true' },
      stopExitCodes: [1],
      instances: 2,
      port: 'auto',
    }
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...STARTS), mutated([process]), async (path, processes) => {
        const body = { names: ['nobody'], environment: {}, checkedBy: VERSION, processes }
        expectAnswer(await send(socket, 'POST', path, body))
      }),
      runs(75),
    )
    expect((await control(project).status({ name: 'web' })).status).toBe('running')
    expect(alive(supervisor)).toBe(true)
  })

  it('about a process with the name of what every object has are about no more than that', async () => {
    const processes = [{ name: 'toString', command: 5 }]
    const { body } = await send(socket, 'POST', '/v1/start', {
      processes,
      origins: {},
      scale: { x: 1 },
      environment: {},
    })
    expect(JSON.parse(body).error.message).toMatch(/^`processes\[0\].command` must be /)
  })

  it('that are no JSON, or nested without end, are refused', async () => {
    const deep = `{"names":["nobody"],"processes":[{"name":"a","command":"x","env":${'['.repeat(50_000)}${']'.repeat(50_000)}}],"environment":{}}`
    for (const path of [...STARTS, ...OTHERS])
      for (const body of ['', '{', 'null', '[]', '1', '"x"', '{"names":', '\0', deep]) {
        const [head = ''] = (await raw(request('POST', path, body))).split('\r\n\r\n')
        expect(head).toMatch(/^HTTP\/1\.1 40[04] /)
      }
    await expectUnmoved()
  })
})

describe('bodies that are too large', () => {
  it('are refused without being kept', async () => {
    const before = await descriptorsAtRest()
    const peak = () => Number(/VmHWM:\s+(\d+)/.exec(read(`/proc/${supervisor}/status`))?.[1]) / 1024
    await control(project).list({})
    const memory = peak()
    const announced = await raw(`POST /v1/start HTTP/1.1\r\nhost: x\r\ncontent-length: ${2 ** 40}\r\n\r\n{`)
    expect(announced).toMatch(/^HTTP\/1\.1 413 /)
    expect(await flood()).toMatch(/^HTTP\/1\.1 413 |^$/)
    await expectUnmoved()
    expect(peak() - memory).toBeLessThan(150)
    await until(() => descriptors() <= before, { what: 'the connections to be closed' })
  })

  /** A body of 200 MB in chunks, as far as somebody takes it. */
  function flood(): Promise<string> {
    return new Promise((resolve) => {
      let text = ''
      const connection = connect(socket)
      const chunk = `${(2 ** 20).toString(16)}\r\n${'x'.repeat(2 ** 20)}\r\n`
      let left = 200
      const more = () => {
        while (left-- > 0) if (!connection.write(chunk)) return
        connection.end('0\r\n\r\n')
      }
      connection.on('drain', more)
      connection.setEncoding('latin1').on('data', (data) => {
        text += data
        // It has said what it thinks of this.
        connection.destroy()
      })
      connection.on('error', () => {})
      connection.once('close', () => resolve(text))
      connection.write('POST /v1/start HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n')
      more()
    })
  }
})

describe('clients', () => {
  const open = (text: string) =>
    new Promise<Socket>((resolve, reject) => {
      const connection = connect(socket, () => connection.write(text, () => resolve(connection)))
      connection.on('error', reject)
      connection.resume()
    })

  it('that do not end their requests keep nobody waiting, and are forgotten', async () => {
    const before = await descriptorsAtRest()
    const halves = [
      'GET /v1/proc',
      'GET /v1/processes HTTP/1.1\r\nhost: x\r\n',
      'POST /v1/stop HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{',
    ]
    const connections = await Promise.all(Array.from({ length: 60 }, (_, i) => open(halves[i % 3] ?? '')))
    await until(() => descriptors() >= before + 60, { what: 'the connections to be accepted' })
    await expectUnmoved()
    for (const connection of connections) connection.destroy()
    await until(() => descriptors() <= before, { what: 'the connections to be closed' })
  })

  it('that hear events by the thousand and leave all at once leave nothing behind', async () => {
    await control(project).list({})
    const before = await descriptorsAtRest()
    let count = 0
    const connections: Socket[] = []
    const listen = async () => {
      const connection = await open('GET /v1/events HTTP/1.1\r\nhost: x\r\n\r\n')
      connection.setEncoding('latin1').on('data', (text) => {
        if (text.includes(': listening')) count++
      })
      connections.push(connection)
    }
    // The system keeps some 500 waiting, and turns away who comes then.
    for (const sum of [250, 500, 750, 1000]) {
      await Promise.all(Array.from({ length: 250 }, listen))
      await until(() => count === sum, { what: `${sum} streams` })
    }
    await expectUnmoved()
    for (const connection of connections) connection.destroy()
    await until(() => descriptors() <= before, { what: 'the streams to be closed' })
    await expectUnmoved()
  })
})
