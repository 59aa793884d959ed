import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { control } from '../helpers/asking.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { REPOSITORY } from '../helpers/runtimes.ts'

let project: Project
afterEach(() => project.dispose())

const SERVER = `
import { createServer } from 'node:http'
const server = createServer((_, response) => response.end())
// The port that the README names may be taken on this machine.
server.on('error', () => setInterval(() => {}, 1000))
server.listen(process.env.PORT, '127.0.0.1')
`
const readme = readFileSync(join(REPOSITORY, 'README.md'), 'utf8')

/** The first block of the README in a language, as printed. */
const block = (language: string) => new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(readme)?.[1] ?? ''

/** Starts everything, and resolves with the state of each process. */
async function started(file: string, text: string, ...flags: string[]): Promise<string[]> {
  const files = {
    [file]: text,
    'server.mjs': SERVER,
    'worker.mjs': 'setInterval(() => {}, 1000)',
    '.env': `PORT=${await freePort()}`,
  }
  project = tempProject({ files })
  const { code, stderr } = await project.ps('start', '--all', ...flags)
  expect([code, stderr]).toEqual([0, ''])
  return (await control(project).list({})).map(({ name, status, health }) => `${name} ${health ?? status}`)
}

async function freePort(): Promise<string> {
  const { createServer } = await import('node:net')
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return String(port)
}

describe('a config of the README runs as printed:', () => {
  it('with defaults and a health check', async () => {
    expect(await started('processes.yaml', block('yaml'))).toEqual(['web healthy', 'worker running'])
  })

  it('with its profile, each instance on a port of its own', async () => {
    const four = ['web-1 healthy', 'web-2 healthy', 'web-3 healthy', 'web-4 healthy', 'worker running']
    expect((await started('processes.yaml', block('yaml'), '--profile', 'production')).sort()).toEqual(four)
    const ports = (await control(project).list({})).flatMap(({ port }) => port ?? [])
    expect(new Set(ports).size).toBe(4)
  })

  it('the list', async () => {
    expect(await started('processes.json', block('json'))).toEqual(['web running', 'worker running'])
  })
})
