import { afterEach, describe, expect, it } from 'vitest'
import { freePort } from '../helpers/free-port.ts'
import type { Project } from '../helpers/project.ts'
import { until } from '../helpers/until.ts'
import { type Changes, projectWith, runExample } from './example.ts'
import { answer, killAndAwait, toldOf, upAgain } from './observe.ts'

let project: Project
afterEach(() => project.dispose())

/** Starts the example with a job for the worker to do; resolves with where the service is. */
async function customChecks(changes: Changes = {}): Promise<string> {
  project = projectWith('custom-health-checks')
  giveJob()
  const port = await freePort()
  await runExample(
    project,
    'custom-health-checks',
    { 'localhost:3000': `localhost:${port}`, ...changes },
    { PORT: String(port) },
  )
  return `http://127.0.0.1:${port}`
}

function giveJob(): void {
  project.write('jobs/one', '')
}

describe('"Custom Health Checks": a script', () => {
  it('finds the service healthy, also after it was killed', async () => {
    const url = await customChecks()
    expect(await project.state('custom-service')).toMatchObject({ status: 'running', health: 'healthy' })
    const { after } = await killAndAwait(project, 'custom-service')
    expect(after).toMatchObject({ health: 'healthy', restarts: 1 })
    expect(JSON.parse(await answer(`${url}/deep-health`))).toEqual({ status: 'healthy', database: 'connected' })
  })

  it('has the service restarted when that answers but lost its database', async () => {
    const url = await customChecks({ 'interval: 60000': 'interval: 200' })
    const before = await project.state('custom-service')
    await fetch(`${url}/disconnect`, { method: 'POST' })
    expect(await upAgain(project, before)).toMatchObject({ health: 'healthy', restarts: 1 })
    expect(toldOf(project, 'custom-service')).toContainEqual(expect.stringMatching(/^health: unhealthy: exited with 1/))
    expect(await answer(`${url}/deep-health`)).toContain('"connected"')
  })
})

describe('"Custom Health Checks": an output pattern', () => {
  it('finds the worker healthy once it has done something, in each of its runs', async () => {
    await customChecks()
    expect(await project.state('worker-service')).toMatchObject({ status: 'running', health: 'healthy' })
    const before = await project.state('worker-service')
    process.kill(before.pid ?? 0, 'SIGKILL')
    const next = await until(
      async () => {
        const state = await project.state('worker-service')
        return state.run > before.run && state.pid !== null ? state : undefined
      },
      { what: 'the next run', everyMs: 100 },
    )
    // What the run before has said does not count for this one.
    expect(next).toMatchObject({ status: 'starting', health: 'starting' })
    giveJob()
    expect(await upAgain(project, before)).toMatchObject({ run: next.run, health: 'healthy' })
  })

  it('has a worker restarted that does nothing', async () => {
    await customChecks({ 'interval: 30000': 'interval: 300' })
    const before = await project.state('worker-service')
    process.kill(before.pid ?? 0, 'SIGKILL')
    const pattern = String.raw`/Worker processed \d+ jobs successfully/`
    const message = `health: unhealthy: ${pattern} was not seen within 300 ms`
    await until(() => toldOf(project, 'worker-service').includes(message), { what: message })
    // Again and again: the run that takes a job may be the one that is just being ended.
    await until(
      async () => {
        giveJob()
        const { run, status, health } = await project.state('worker-service')
        return run > before.run + 1 && status === 'running' && health === 'healthy'
      },
      { what: 'the worker to be healthy', everyMs: 100 },
    )
  })
})
