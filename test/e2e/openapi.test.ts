import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { OPERATIONS, type Operation } from '../../src/protocol/operations.ts'
import { child } from '../helpers/children.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { executable, REPOSITORY } from '../helpers/runtimes.ts'
import { WebClient } from '../helpers/web-client.ts'
import { ANSWERS } from '../protocol/samples.ts'

interface Documented {
  operationId: Operation
  parameters?: { name: string; in: 'path' | 'query' }[]
  requestBody?: { content: { 'application/json': { schema: { properties: object } } } }
  responses: Record<string, { content: Record<string, { schema: object; 'x-item'?: object }> }>
}

const document = JSON.parse(readFileSync(join(REPOSITORY, 'docs/openapi.json'), 'utf8'))
const documented: [string, string, Documented][] = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods as Record<string, Documented>).map(([method, operation]): [string, string, Documented] => [
    method.toUpperCase(),
    path,
    operation,
  ]),
)

const ajv = new Ajv2020({ strict: false })
ajv.addSchema({ $id: 'document', ...document })

/** A check by a schema of the document. */
function checkOf(schema: object) {
  return ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"document#/components')))
}

/** What each operation is asked. The others get `{ names: ['web'] }`. */
const BODIES: Partial<Record<Operation, object>> = {
  start: { names: ['web'] },
  apply: { all: true },
  scale: { scale: { pool: 3 } },
  flush: { all: true },
  signal: { names: ['web'], signal: 'SIGCONT' },
  send: { message: 'hello' },
  remove: { names: ['other'] },
}
const QUERIES: Partial<Record<Operation, string>> = {
  logs: '?names=web,talker&lines=5&level=info&streams=stdout,system&since=0',
  followLogs: '?names=web&lines=5&streams=system',
}

let project: Project
let web: WebClient
beforeAll(async () => {
  const source = "process.on('message', () => {}); process.send({ type: 'ready' })"
  const talker = { name: 'talker', command: executable(), args: ['-e', source], ipc: true }
  const others = ['web', 'other'].map((name) => child(name, 'sleeper'))
  const files = { '.tuix/crashes/web-1/report.json': ANSWERS.crash }
  project = tempProject({ config: [...others, talker, child('pool', 'sleeper', { instances: 2 })], files })
  expect((await project.ps('start', '--all')).code).toBe(0)
  web = new WebClient((await project.ps('web', '--json')).json())
})
afterAll(() => project.dispose())

describe('the document of the API', () => {
  it('has every operation that is possible over the network', () => {
    const open = (Object.keys(OPERATIONS) as Operation[]).filter((name) => !OPERATIONS[name].isLocal)
    expect(documented.map(([, , { operationId }]) => operationId).sort()).toEqual(open.sort())
  })

  it.each(documented)('describes the answer to %s %s', async (method, path, { operationId, responses, parameters }) => {
    const name = operationId === 'send' ? 'talker' : operationId === 'crash' ? 'web-1' : 'web'
    const url = path.replace(/\{\w+\}/g, name) + (QUERIES[operationId] ?? '')
    const { schema, 'x-item': item } = Object.values(responses['200']?.content ?? {})[0] ?? {}
    const check = checkOf(item ?? schema ?? {})
    for (const [key] of new URLSearchParams(QUERIES[operationId]?.slice(1)))
      expect(parameters?.map((parameter) => parameter.name)).toContain(key)
    if (item) {
      const end = new AbortController()
      const items = web.stream(url, end.signal)
      const first = items.next()
      if (operationId === 'events') await project.ps('restart', 'web')
      const { value } = await first
      expect(check(value?.item), JSON.stringify(check.errors)).toBe(true)
      end.abort()
      return
    }
    const answer =
      method === 'GET' ? await web.get(url) : await web.post(url, BODIES[operationId] ?? { names: ['web'] })
    expect(answer.status, answer.text).toBe(200)
    expect(check(JSON.parse(answer.text)), JSON.stringify(check.errors)).toBe(true)
  })

  it('describes every failure', async () => {
    const check = checkOf({ $ref: '#/components/schemas/Failure' })
    for (const { text } of [
      await web.get('/v1/processes/none'),
      await web.get('/v1/none'),
      await web.get('/v1/processes', { authorization: '' }),
      await web.get('/v1/processes', { origin: 'null' }),
      await web.post('/v1/stop', { names: 1 }),
      await web.post('/v1/start', { names: ['x'], processes: [] }),
    ])
      expect(check(JSON.parse(text)), text).toBe(true)
  })
})
