import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { send, stream } from '../../src/client/transport.ts'
import type { Outcome } from '../../src/model/views/outcome.ts'
import { OPERATIONS } from '../../src/protocol/operations.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { executable, REPOSITORY } from '../helpers/runtimes.ts'
import { ANSWERS } from '../protocol/samples.ts'

const page = readFileSync(join(REPOSITORY, 'docs/api.md'), 'utf8')

/** What the `curl` lines of the page send. */
const examples = [...page.matchAll(/^ {4}curl (.*)--unix-socket \S+ http:\/\/localhost(\S+)(?: -d '(.*)')?$/gm)].map(
  ([, options = '', path = '', body]) => {
    const method = body === undefined && !options.includes('-X POST') ? 'GET' : 'POST'
    return { method, path, body }
  },
)

const SERVER = `
process.on('SIGHUP', () => {})
process.on('message', ({ type }) => type === 'shutdown' && process.exit(0))
process.send({ type: 'ready' })
setInterval(() => {}, 1000)`
const web = { name: 'web', command: executable(), args: ['server.mjs'], ipc: true, group: 'api' }

let project: Project
beforeAll(() => {
  const files = { 'server.mjs': SERVER, '.tuix/crashes/web-1/report.json': ANSWERS.crash }
  project = tempProject({ config: [web], files })
})
afterAll(() => project.dispose())
// An example before may have stopped or removed it, or ended the supervisor.
beforeEach(() => project.ps('start', '--all'))

/** The body with a program and an environment that there are on this machine. */
function adapted(body: string): object {
  const { environment, processes, ...request } = JSON.parse(body)
  return {
    ...request,
    ...(processes && { processes: [{ ...web, cwd: project.path }] }),
    ...(environment && { environment: { PATH: process.env.PATH ?? '' } }),
  }
}

describe('the examples of the API', () => {
  it('there is one for each operation', () => {
    expect(examples).toHaveLength(Object.keys(OPERATIONS).length)
  })

  it.each(examples)('$method $path $body is answered', async ({ method, path, body }) => {
    const socket = project.supervisor()?.socket ?? ''
    if (path === '/v1/events' || path === '/v1/events/follow' || path === '/v1/logs/follow') {
      const end = new AbortController()
      const first = await stream(socket, path, end.signal).next()
      expect(first.value).toMatch(/^: listening\n\n/)
      return end.abort()
    }
    const answer = await send(socket, method, path, body === undefined ? undefined : adapted(body))
    expect(answer).toMatchObject({ status: 200 })
    const value = JSON.parse(answer.body)
    const outcomes: Outcome[] = method === 'POST' && Array.isArray(value) ? value : []
    expect(outcomes.filter(({ ok }) => ok === false)).toEqual([])
  })
})
