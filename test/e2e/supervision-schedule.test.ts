import { afterEach, describe, expect, it } from 'vitest'
import { control, eventsOf, untilState } from '../helpers/asking.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { until } from '../helpers/until.ts'

let project: Project
afterEach(() => project.dispose())

const EVERY_SECOND = '* * * * * *'

/** When something happened to the job, epoch ms. */
const times = (type: string) => eventsOf(project, 'job').flatMap((event) => (event.type === type ? [event.time] : []))

describe('a scheduled process', () => {
  it('runs by the clock, at the beginning of a second, again and again', async () => {
    project = tempProject({ config: [{ name: 'job', command: 'true', schedule: EVERY_SECOND }] })
    const start = await project.ps('start', 'job')
    expect([start.code, start.stdout]).toEqual([0, expect.stringContaining('scheduled')])
    await until(() => times('exit').length >= 3, { what: 'three runs' })
    const seconds = times('start').map((time) => Math.floor(time / 1000))
    expect(new Set(seconds).size).toBe(seconds.length)
    const waiting = await untilState(project, 'job', ({ status }) => status === 'restarting')
    expect(waiting).toMatchObject({ reason: 'scheduled', exitCode: 0, restarts: 0, wanted: 'up' })
    expect((waiting.retryAt ?? 0) % 1000).toBe(0)

    expect((await project.ps('stop', 'job')).code).toBe(0)
    const { run } = await project.state('job')
    const stopped = Date.now()
    await until(() => Date.now() > stopped + 1500, { what: 'more than a second to pass' })
    expect(await project.state('job')).toMatchObject({ status: 'stopped', run })
  })

  it('never overlaps: while one runs its time passes', async () => {
    const work = 'echo begun >> work; sleep 1.3; echo ended >> work'
    project = tempProject({ config: [{ name: 'job', command: 'sh', args: ['-c', work], schedule: EVERY_SECOND }] })
    expect((await project.ps('start', 'job')).code).toBe(0)
    await until(() => times('exit').length >= 3, { what: 'three runs', timeoutMs: 20_000 })
    const lines = project.read('work').trim().split('\n')
    expect(lines.filter((line, i) => line !== (i % 2 === 0 ? 'begun' : 'ended'))).toEqual([])
    const starts = times('start')
    expect(starts.every((start, i) => i === 0 || start >= (times('exit')[i - 1] ?? 0))).toBe(true)
  })

  it('goes on after failures, without giving up', async () => {
    const job = { name: 'job', command: 'false', schedule: EVERY_SECOND, maxRestarts: 1 }
    project = tempProject({ config: [job] })
    expect((await project.ps('start', 'job')).code).toBe(0)
    await until(() => times('crash').length >= 3, { what: 'three failures' })
    expect((await control(project).status({ name: 'job' })).wanted).toBe('up')
    expect(times('error')).toEqual([])
  })

  it('goes on after the death of the supervisor', async () => {
    project = tempProject({ config: [{ name: 'job', command: 'true', schedule: EVERY_SECOND }] })
    expect((await project.ps('start', 'job')).code).toBe(0)
    await until(() => times('exit').length >= 1, { what: 'a run' })
    await project.killSupervisor()
    const { run } = await project.state('job')
    await untilState(project, 'job', (state) => state.run > run + 1)
  })
})
