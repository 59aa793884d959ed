import { afterEach, beforeEach, expect, it } from 'vitest'
import { control, untilState } from '../helpers/asking.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { SetClock } from '../helpers/set-clock.ts'

let project: Project
let clock: SetClock
beforeEach(() => {
  clock = new SetClock()
  const healthCheck = { type: 'exec', command: 'false', interval: 200, startPeriod: 300_000, retries: 1 } as const
  project = tempProject({
    config: [
      { name: 'steady', command: 'sleep 1000', minUptime: 0, restartDelay: 10 },
      { name: 'slow', command: 'sleep 1000', healthCheck },
    ],
  })
})
afterEach(async () => {
  await project.dispose()
  clock.remove()
})

const ps = (...args: string[]) => project.psWith({ env: clock.env }, ...args)

/** s that a test may take on a busy machine. Clocks are set by hours. */
const WHILE = 300

it.each([5, -5])('tells how long a run lasts, and lasted, after the time of day was set by %d h', async (hours) => {
  expect((await ps('start', 'steady')).code).toBe(0)
  const { pid } = await untilState(project, 'steady', ({ uptime }) => uptime >= 1)
  clock.set(hours)
  for (const { uptime } of [
    await control(project).status({ name: 'steady' }),
    await control(project).stats({ name: 'steady' }),
  ]) {
    expect(uptime).toBeGreaterThanOrEqual(1)
    expect(uptime).toBeLessThan(WHILE)
  }
  process.kill(pid as number, 'SIGKILL')
  const { lastExit } = await untilState(project, 'steady', ({ run, status }) => run === 2 && status === 'running')
  expect(lastExit?.lasted).toBeGreaterThanOrEqual(1000)
  expect(lastExit?.lasted).toBeLessThan(WHILE * 1000)
})

it.each([5, -5])('tells how long a run lasts that began %d h away, under another supervisor', async (hours) => {
  expect((await ps('start', 'steady')).code).toBe(0)
  await untilState(project, 'steady', ({ uptime }) => uptime >= 1)
  await project.killSupervisor()
  clock.set(hours)
  const [state] = (await ps('list', '--json')).json()
  expect(state).toMatchObject({ name: 'steady', adopted: true })
  expect(state.uptime).toBeGreaterThanOrEqual(1)
  expect(state.uptime).toBeLessThan(WHILE)
})

it('lets a process start slowly although the time of day is set forward meanwhile', async () => {
  expect((await ps('start', 'slow', '--no-wait')).code).toBe(0)
  await untilState(project, 'slow', ({ healthHistory }) => healthHistory.length > 0)
  clock.set(5)
  const since = clock.now()
  const { status, run } = await untilState(
    project,
    'slow',
    (state) => state.run > 1 || state.healthHistory.filter(({ at }) => at >= since).length > 2,
  )
  expect({ status, run }).toEqual({ status: 'starting', run: 1 })
})
