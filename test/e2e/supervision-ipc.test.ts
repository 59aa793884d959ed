import { afterEach, describe, expect, it } from 'vitest'
import { control, untilState } from '../helpers/asking.ts'
import { child, running } from '../helpers/children.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { until } from '../helpers/until.ts'

let project: Project
afterEach(() => project.dispose())

const said = () => project.read('.tuix/logs/talker.out.log')

/** Starts a talker and lets it say that it is ready. */
async function talking(runtime: 'node' | 'bun'): Promise<void> {
  project = tempProject({ config: [child('talker', 'talker', { runtime, ipc: true, stopTimeout: 10_000 })] })
  const start = project.ps('start', 'talker')
  await until(() => said().includes('talker '), { what: 'the talker' })
  expect((await control(project).status({ name: 'talker' })).status).toBe('starting')
  await control(project).send({ name: 'talker', message: { type: 'go', jobs: 7 } })
  expect((await start).code).toBe(0)
}

describe.each(['node', 'bun'] as const)('a channel to a child on %s', (runtime) => {
  it('tells when it is ready and what it measures, and takes messages', async () => {
    await talking(runtime)
    const state = await control(project).status({ name: 'talker' })
    expect(state).toMatchObject({ status: 'running', channel: 'open', metrics: { jobs: 7 } })
    await control(project).send({ name: 'talker', message: { any: ['thing', 1] } })
    await until(() => said().includes('got {"any":["thing",1]}'), { what: 'the message' })
    expect((await project.ps('status', 'talker')).stdout).toMatch(/jobs\s+7/)
  })

  it('asks it to shut down before any signal', async () => {
    await talking(runtime)
    expect((await project.ps('stop', 'talker')).code).toBe(0)
    expect(said()).toContain('got {"type":"shutdown"}')
    expect(said()).not.toContain('got SIGTERM')
    expect(await project.state('talker')).toMatchObject({ status: 'stopped', exitCode: 0, exitSignal: null })
  })

  it('is gone after an adoption: the status says so, messages are refused, a stop still works', async () => {
    await talking(runtime)
    const { pid } = await project.state('talker')
    await project.killSupervisor()
    expect(await project.state('talker')).toMatchObject({ pid, adopted: true, status: 'running' })
    expect(await control(project).status({ name: 'talker' })).toMatchObject({ channel: 'gone', metrics: {} })
    expect((await project.ps('status', 'talker')).stdout).toContain('lost when the process was adopted')
    await expect(control(project).send({ name: 'talker', message: 'hello' })).rejects.toThrow(
      /channel ended with the supervisor/,
    )

    expect((await project.ps('restart', 'talker', '--no-wait')).code).toBe(0)
    await untilState(project, 'talker', (state) => state.status === 'starting' && state.channel === 'open')
    await control(project).send({ name: 'talker', message: { type: 'go', jobs: 8 } })
    await untilState(project, 'talker', (state) => state.status === 'running' && state.metrics.jobs === 8)
    expect(running(project.path, 'talker')).toHaveLength(1)
  })
})

describe('a process without a channel', () => {
  it('is not ready by words, and a message to it is refused with what to do', async () => {
    project = tempProject({ config: [child('web', 'sleeper')] })
    expect((await project.ps('start', 'web')).code).toBe(0)
    expect((await control(project).status({ name: 'web' })).channel).toBe(null)
    await expect(control(project).send({ name: 'web', message: 'hello' })).rejects.toThrow(/does not have `ipc: true`/)
  })
})
