import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { child, running } from '../helpers/children.ts'
import { alive } from '../helpers/processes.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import type { Running } from '../helpers/running.ts'
import { REPOSITORY } from '../helpers/runtimes.ts'
import { until } from '../helpers/until.ts'

let project: Project
afterEach(() => project.dispose())

const SERVER = `import { createServer } from 'node:http'
createServer().listen(0, '127.0.0.1', () => console.log('serving'))
`

/** The first example below a heading, as printed. */
function example(page: string, heading: string): string {
  const text = readFileSync(join(REPOSITORY, page), 'utf8')
  const [, section = ''] = text.split(`\n## ${heading}\n`)
  const [, code] = /```ts\n([\s\S]*?)```/.exec(section) ?? []
  if (!code) throw new Error(`${page} has no example below "${heading}"`)
  return code
}

/** The example with the name of the package under which tests find it. */
const runnable = (code: string) => code.replace("from 'tuix-process-manager'", "from 'tuix'")

const README = runnable(example('README.md', 'As a library'))
const LIBRARY = runnable(example('docs/embedding.md', 'The library'))
const EVENTS = runnable(example('docs/embedding.md', 'Events'))
const CREATE = `import { createProcessManager } from 'tuix'
const manager = await createProcessManager({ tuixDir: '.tuix' })
`

/** Runs a module in a worker thread. At a message from it the main thread does `then`. */
const inWorker = (module: string, then = '') => `
import { Worker } from 'node:worker_threads'
const worker = new Worker(new URL('./${module}', import.meta.url))
worker.on('error', (error) => console.error('worker: ' + error))
worker.on('message', async (message) => {
  console.log(message)
  ${then}
})
`

/** A project in which a daemon keeps a process of somebody else running. */
async function withDaemon(): Promise<void> {
  project = tempProject({ config: [child('other', 'counter')], files: { 'server.mjs': SERVER } })
  expect((await project.ps('start', 'other')).code).toBe(0)
}

describe('an example of the documentation', () => {
  it('of the README ends by itself, with nothing left running', async () => {
    project = tempProject({ files: { 'server.mjs': SERVER } })
    const { code, stderr } = await project.app(README).finished
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect((await project.state('web')).status).toBe('stopped')
  })

  it('of the README ends by itself while a daemon lives on', async () => {
    await withDaemon()
    const { code, stderr } = await project.app(README).finished
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect((await project.state('web')).status).toBe('stopped')
    expect((await project.state('other')).status).toBe('running')
  })

  it('of the README ends by itself in a worker thread', async () => {
    project = tempProject({ files: { 'server.mjs': SERVER, 'example.mjs': README } })
    const { code, stderr } = await project.app(inWorker('example.mjs')).finished
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect((await project.state('web')).status).toBe('stopped')
  })

  it.each([
    ['alone', false],
    ['beside a daemon', true],
  ])('of "The library", %s, keeps its process until it is interrupted', async (_, daemon) => {
    if (daemon) await withDaemon()
    else project = tempProject({ files: { 'server.mjs': SERVER } })
    const one = project.app(`${LIBRARY}\nconsole.log('up')`)
    await until(() => one.stdout().includes('up\n'), { what: 'the app to be up' })
    const { pid } = await project.state('web')
    expect(alive(one.pid)).toBe(true)
    one.kill('SIGINT')
    expect((await one.finished).stderr).toBe('')
    await until(() => !alive(pid ?? 0), { what: 'the end of what it started' })
  })

  it.each([
    ['alone', false],
    ['beside a daemon', true],
  ])('of "Events", %s, goes on printing what happens', async (_, daemon) => {
    if (daemon) await withDaemon()
    else project = tempProject({ config: [child('other', 'counter')] })
    const one = project.app(`${CREATE}${EVENTS}`)
    await until(
      async () => {
        await project.ps('restart', 'other')
        return one.stdout().includes('other restart')
      },
      { what: 'an event' },
    )
    await until(() => /^other \d+$/m.test(one.stdout()), { what: 'a line of the process' })
    expect(alive(one.pid)).toBe(true)
    one.kill('SIGTERM')
    expect((await one.finished).stderr).toBe('')
  })
})

describe('another example of the documentation', () => {
  const IMPORT = `import { createProcessManager } from 'tuix'\n`
  const PINO = {
    'node_modules/pino/package.json': { name: 'pino', type: 'module', exports: './index.mjs' },
    'node_modules/pino/index.mjs': `export default () => ({
  ...Object.fromEntries(['debug', 'info', 'warn', 'error'].map((level) => [level, (...parts) => console.log(JSON.stringify([level, ...parts]))])),
})`,
  }

  it('of "A logger" logs every event and line, and ends', async () => {
    project = tempProject({ files: { 'server.mjs': SERVER, ...PINO } })
    const web = `await manager.start({ name: 'web', command: 'node server.mjs' })\nawait manager.cleanup()`
    const { code, stdout, stderr } = await project.app(
      `${IMPORT}${runnable(example('docs/embedding.md', 'A logger'))}${web}`,
    ).finished
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    for (const event of ['start', 'ready', 'stop']) expect(stdout).toContain(`"event":"${event}"`)
  })

  it('of "Commands in your app" adds the commands', async () => {
    project = tempProject({ config: [child('web', 'sleeper')] })
    project.install()
    project.write('app.mjs', runnable(example('docs/embedding.md', 'Commands in your app')))
    const { code, stdout } = await project.run(['app.mjs', 'ps', 'start', 'web']).finished
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^web: started/) })
  })

  it('of "Bundled apps" makes a manager that does not keep the app alive', async () => {
    await withDaemon()
    const { code, stderr } = await project.app(`${IMPORT}${runnable(example('docs/embedding.md', 'Bundled apps'))}`)
      .finished
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })

  it('of the monitor prints the processes, and ends', async () => {
    project = tempProject({ config: [child('web', 'counter'), child('worker', 'counter')] })
    await project.ps('start', '--all')
    const { code, stdout } = await project.app(runnable(example('docs/monitor.md', 'In your app'))).finished
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/web +running[\s\S]*worker +running/) })
  })
})

describe('a worker thread', () => {
  const STARTS = `
import { parentPort } from 'node:worker_threads'
${CREATE}
await manager.start({ name: 'web', command: 'perl ${REPOSITORY}/test/fixtures/sleeper.pl' })
await manager.start({ name: 'kept', command: 'perl ${REPOSITORY}/test/fixtures/counter.pl', persist: true })
parentPort.postMessage('up')
`

  async function comesUp(then?: string): Promise<{ one: Running; pid: number }> {
    project = tempProject({ files: { 'worker.mjs': STARTS } })
    const one = project.app(inWorker('worker.mjs', then))
    await until(() => one.stdout().includes('up\n') || one.stderr(), { what: 'the worker to be up' })
    expect(one.stderr()).toBe('')
    return { one, pid: running(project.path, 'sleeper')[0] ?? 0 }
  }

  async function expectEnd(): Promise<void> {
    await until(() => running(project.path, 'sleeper').length === 0, { what: 'the end of what the thread started' })
    expect(running(project.path, 'counter')).toHaveLength(1)
    expect(project.supervisor()?.mode).toBe('daemon')
    await until(async () => (await project.state('web')).status === 'stopped', { what: 'the end of the stop' })
  }

  it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
    'takes what it started with it when the app gets %s',
    async (signal) => {
      const { one, pid } = await comesUp()
      expect(alive(pid)).toBe(true)
      one.kill(signal)
      await one.finished
      await expectEnd()
    },
  )

  it('takes what it started with it when the main thread exits', async () => {
    const { one } = await comesUp('process.exit(7)')
    expect((await one.finished).code).toBe(7)
    await expectEnd()
  })

  it('takes what it started with it when it is terminated, while the app lives on', async () => {
    const { one } = await comesUp('await worker.terminate()\nsetInterval(() => {}, 1000)')
    await expectEnd()
    expect(alive(one.pid)).toBe(true)
    one.kill('SIGKILL')
    await one.finished
  })

  it('is a part of the main thread that supervises, and still takes only its own', async () => {
    project = tempProject({ files: { 'worker.mjs': STARTS } })
    const main = `${CREATE}
await manager.start({ name: 'mine', command: 'perl ${REPOSITORY}/test/fixtures/silent.pl' })
${inWorker('worker.mjs', 'await worker.terminate()')}`
    const one = project.app(main)
    await until(() => one.stdout().includes('up\n') || one.stderr(), { what: 'the worker to be up' })
    expect(project.supervisor()?.mode).toBe('embedded')
    await until(() => running(project.path, 'sleeper').length === 0, { what: 'the end of what the thread started' })
    expect(running(project.path, 'silent')).toHaveLength(1)
    one.kill('SIGINT')
    await one.finished
    expect(running(project.path, 'silent')).toEqual([])
  })

  it('cannot supervise in the foreground, and says so', async () => {
    const code = `
import { ProcessManager } from 'tuix'
const manager = new ProcessManager({ tuixDir: '.tuix', supervisor: 'foreground' })
await manager.supervise().catch(({ code, message }) => console.log(code + ': ' + message))
`
    project = tempProject({ files: { 'worker.mjs': code } })
    const { stdout } = await project.app(inWorker('worker.mjs')).finished
    expect(stdout).toBe('usage: a worker thread cannot supervise in the foreground\n')
  })
})

describe('a listener', () => {
  it.each(['crash', 'log', 'stats', 'warning'])('of %s never keeps an app alive', async (type) => {
    await withDaemon()
    const { code, stderr } = await project.app(`${CREATE}manager.on('${type}', () => {})`).finished
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })

  it('of a logger never keeps an app alive', async () => {
    await withDaemon()
    const source = `import { createProcessManager } from 'tuix'
await createProcessManager({ tuixDir: '.tuix', logger: console, logOutput: true })`
    expect((await project.app(source).finished).code).toBe(0)
  })
})

describe('a loop over events()', () => {
  it.each([
    ['alone', false],
    ['beside a daemon', true],
  ])('keeps an app alive, %s, until its signal aborts', async (_, daemon) => {
    if (daemon) await withDaemon()
    else project = tempProject()
    const one = project.app(`${CREATE}
const end = new AbortController()
process.once('SIGUSR2', () => end.abort())
console.log('up')
for await (const _ of manager.events({ signal: end.signal })) {}
console.log('over')
await manager.close()`)
    await until(() => one.stdout().includes('up\n'), { what: 'the app to be up' })
    await project.ps('list')
    expect(alive(one.pid)).toBe(true)
    one.kill('SIGUSR2')
    expect(await one.finished).toMatchObject({ code: 0, stdout: 'up\nover\n', stderr: '' })
  })
})
