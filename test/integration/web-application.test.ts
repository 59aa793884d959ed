import { afterEach, describe, expect, it } from 'vitest'
import { freePort } from '../helpers/free-port.ts'
import { alive } from '../helpers/processes.ts'
import type { Project } from '../helpers/project.ts'
import { until } from '../helpers/until.ts'
import { type Changes, projectWith, runExample } from './example.ts'
import { answer, killAndAwait, toldOf, upAgain } from './observe.ts'

let project: Project
afterEach(() => project.dispose())

/** Starts the example; resolves with where it serves. */
async function webApplication(changes: Changes = {}): Promise<{ url: string; stop(): Promise<void> }> {
  project = projectWith('web-application')
  const port = String(await freePort())
  const app = await runExample(project, 'web-application-server', {
    '3000/': `${port}/`,
    "'3000'": `'${port}'`,
    ...changes,
  })
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      app.kill('SIGTERM')
      await app.finished
    },
  }
}

const post = (url: string) => fetch(url, { method: 'POST' })

describe('"Web Application Server"', () => {
  it('serves, logs into its own files, comes back after a kill and ends with its app', async () => {
    const { url, stop } = await webApplication()
    expect(await answer(url)).toContain('<h1>Hello</h1>')
    expect(await project.state('web-server')).toMatchObject({ status: 'running', health: 'healthy', restarts: 0 })

    const { after } = await killAndAwait(project, 'web-server')
    expect(after).toMatchObject({ restarts: 1, lastExit: { signal: 'SIGKILL' } })
    expect(toldOf(project, 'web-server')).toContainEqual(expect.stringMatching(/SIGKILL.*next try in 2 s \(1\/10\)/))
    expect(await answer(url)).toContain('<h1>Hello</h1>')

    await post(`${url}/fail`)
    await until(() => project.read('logs/server.error.log').includes('something went wrong'))
    expect(project.read('logs/server.log').match(/^listening on/gm)).toHaveLength(2)
    await stop()
    expect(alive(after.pid)).toBe(false)
  })

  it('is restarted for a change of its code or of its pages, and not for its logs', async () => {
    const { url } = await webApplication()
    const first = await project.state('web-server')
    project.write('logs/other.log', 'a line')
    project.write('tmp/cache.json', {})
    project.write('src/greeting.ts', "export const greeting = 'Welcome'\n")
    await answer(url, (body) => body.includes('<h1>Welcome</h1>'))
    const second = await upAgain(project, first)
    project.write('public/index.html', '<h2>{greeting}</h2>')
    await answer(url, (body) => body.includes('<h2>Welcome</h2>'))
    expect(await upAgain(project, second)).toMatchObject({ restarts: 2 })
    const restarts = toldOf(project, 'web-server').filter((event) => event.startsWith('restart'))
    expect(restarts).toEqual([
      'restart: restarting: src/greeting.ts changed',
      'restart: restarting: public/index.html changed',
    ])
  })

  it('is restarted when it answers that it is unhealthy', async () => {
    const { url } = await webApplication({ 'interval: 30000': 'interval: 200' })
    const before = await project.state('web-server')
    await post(`${url}/fail`)
    expect(await upAgain(project, before)).toMatchObject({ restarts: 1, health: 'healthy' })
    expect(toldOf(project, 'web-server')).toContainEqual(
      expect.stringMatching(/^health: unhealthy: http:.*\/\S* HTTP 503, expected 200 to 399$/),
    )
    expect((await fetch(`${url}/health`)).status).toBe(200)
  })

  it('is restarted when it grows beyond its memory limit', async () => {
    const { url } = await webApplication()
    const before = await project.state('web-server')
    // Its answer may be lost: it may be ended while it still grows.
    await post(`${url}/grow?mb=600`).catch(() => undefined)
    const after = await upAgain(project, before)
    expect(after.memory).toBeLessThan(512)
    expect(toldOf(project, 'web-server')).toContainEqual(
      expect.stringMatching(/^crash: memory \d+ MB over the limit of 512 MB.*next try in 2 s/),
    )
    expect(await answer(url)).toContain('Hello')
  })
})
