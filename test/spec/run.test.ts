import { transform } from 'esbuild'
import { afterEach, describe, expect, it } from 'vitest'
import { alive, processesOf } from '../helpers/processes.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { runtimeUnderTest } from '../helpers/runtimes.ts'
import { until } from '../helpers/until.ts'
import { blockNamed, moduleOf } from './blocks.ts'

const SERVER = `import { createServer } from 'node:http'
console.log('serving on ' + process.env.PORT)
createServer().listen(0, '127.0.0.1')
`

let project: Project
afterEach(() => project.dispose())

/** Writes a block as an app: untouched where the runtime knows TypeScript, with its types stripped where it does not. */
async function app(part: string): Promise<string> {
  const source = moduleOf(blockNamed(part))
  project.install()
  if (runtimeUnderTest === 'bun') return project.write('app.ts', source)
  return project.write('app.mjs', (await transform(source, { loader: 'ts', format: 'esm' })).code)
}

describe('the documentation, run', () => {
  it('does what "Quick Start" says and ends by itself', async () => {
    project = tempProject({ files: { 'server.ts': SERVER } })
    const quickStart = await project.run([await app('quick-start')]).finished

    expect(quickStart.stderr).toBe('')
    expect(quickStart.stdout).toMatch(/^Process status: running\nPID: \d+\nRestarts: 0\n$/)
    expect(quickStart.code).toBe(0)
    const pid = Number(/PID: (\d+)/.exec(quickStart.stdout)?.[1])
    expect(alive(pid)).toBe(false)
    await until(() => processesOf(project.path).length === 0, { what: 'an empty project' })
  })

  it('gives an app the commands of "CLI Integration"', async () => {
    const command = 'bun run server.ts'
    project = tempProject({
      config: { processes: [{ name: 'web', command, env: { PORT: '3000' } }] },
      files: { 'server.ts': SERVER },
    })
    const file = await app('cli-integration')
    const myapp = (...args: string[]) => project.run([file, ...args]).finished

    const help = await myapp('ps', '--help')
    for (const name of ['list', 'start', 'stop', 'restart', 'logs', 'status']) expect(help.stdout).toContain(name)

    const start = await myapp('ps', 'start', 'web')
    expect(start.stderr + start.code).toBe('0')
    const [web] = (await myapp('ps', 'list', '--json')).json()
    expect(web).toMatchObject({ name: 'web', status: 'running', restarts: 0, command })
    expect(alive(web.pid)).toBe(true)

    expect((await myapp('ps', 'logs', 'web')).stdout).toContain('serving on 3000')
    expect((await myapp('ps', 'status', 'web')).stdout).toContain(String(web.pid))
    expect((await myapp('ps', 'restart', 'web')).code).toBe(0)
    const [again] = (await myapp('ps', 'list', '--json')).json()
    expect(again.status).toBe('running')
    expect(again.pid).not.toBe(web.pid)

    expect((await myapp('ps', 'stop', 'web')).code).toBe(0)
    expect(alive(again.pid)).toBe(false)
    expect((await myapp('ps', 'list', '--json')).json()[0].status).toBe('stopped')
  })
})
