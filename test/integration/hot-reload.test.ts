import { afterEach, describe, expect, it } from 'vitest'
import { freePort } from '../helpers/free-port.ts'
import type { Project } from '../helpers/project.ts'
import type { Running } from '../helpers/running.ts'
import { until } from '../helpers/until.ts'
import { projectWith, runExample } from './example.ts'
import { answer, toldOf, upAgain } from './observe.ts'

let project: Project
afterEach(() => project.dispose())

/** Starts the example, its port given to the app as a developer's shell would. */
async function development(): Promise<{ app: Running; url: string }> {
  project = projectWith('hot-reload')
  const port = await freePort()
  const app = await runExample(project, 'development-with-hot-reload', {}, { PORT: String(port) })
  return { app, url: `http://127.0.0.1:${port}` }
}

/** Saves the server's source with another text in its answer. */
function save(version: string): void {
  const source = project.read('src/index.ts').replace(/new Response\('.*'\)/, `new Response('${version}')`)
  project.write('src/index.ts', source)
}

const restarts = () => toldOf(project, 'dev-server').filter((event) => event.startsWith('restart'))

describe('"Development with Hot Reload"', () => {
  it('serves each saved version, and shows the log as it grows', async () => {
    const { app, url } = await development()
    expect(await answer(url)).toBe('first version')
    const first = await project.state('dev-server')
    expect(first).toMatchObject({ status: 'running', health: 'healthy', watch: true })
    save('second version')
    expect(await answer(url, (body) => body === 'second version')).toBe('second version')
    const second = await upAgain(project, first)
    await until(() => /^\[\d{4}-\d\d-\d\dT[\d:.]+Z\] INFO: Server listening on /m.test(app.stdout()), {
      what: 'the new line in the followed log',
    })
    project.write('config/app.json', { title: 'new' })
    expect(await upAgain(project, second)).toMatchObject({ health: 'healthy', restarts: 2 })
    expect(restarts()).toEqual([
      'restart: restarting: src/index.ts changed',
      'restart: restarting: config/app.json changed',
    ])
  })

  it('is restarted once for a burst of changes, and not for what is ignored', async () => {
    const { url } = await development()
    const before = await project.state('dev-server')
    project.write('dist/bundle.js', '// built')
    project.write('src/debug.log', 'a line')
    project.write('logs/app.json', {})
    for (let i = 0; i < 200; i++) project.write(`src/pages/page-${i}.ts`, `export const page = ${i}\n`)
    expect(await upAgain(project, before)).toMatchObject({ restarts: 1, run: before.run + 1 })
    expect(restarts()).toEqual([
      expect.stringMatching(/^restart: restarting: src\/pages\/page-\d+\.ts and 199 more changed$/),
    ])
    expect(await answer(url)).toBe('first version')
  })

  it('is not healthy with a mistake in its source, and is again when that is mended', async () => {
    const { url } = await development()
    const source = project.read('src/index.ts')
    const before = await project.state('dev-server')
    project.write('src/index.ts', `${source}\nthis is no TypeScript\n`)
    await until(
      async () => {
        const { run, health } = await project.state('dev-server')
        return run > before.run && health !== 'healthy'
      },
      { what: 'the run with the mistake', everyMs: 100 },
    )
    await until(() => project.read('.tuix/logs/dev-server.err.log').includes('error'), { what: 'the message of bun' })
    const broken = await project.state('dev-server')
    expect(broken.status).not.toBe('running')
    project.write('src/index.ts', source)
    expect(await upAgain(project, broken)).toMatchObject({ status: 'running', health: 'healthy' })
    expect(await answer(url)).toBe('first version')
  })

  it('comes back after a kill', async () => {
    const { url } = await development()
    const before = await project.state('dev-server')
    process.kill(before.pid ?? 0, 'SIGKILL')
    expect(await upAgain(project, before)).toMatchObject({ health: 'healthy', restarts: 1 })
    expect(await answer(url)).toBe('first version')
  })
})
