import { afterEach, describe, expect, it } from 'vitest'
import type { ProcessConfig } from '../../src/model/config/config.ts'
import type { ProcessDetail } from '../../src/model/views/state.ts'
import { control, eventsOf, untilState } from '../helpers/asking.ts'
import { child, running } from '../helpers/children.ts'
import { type Project, tempProject } from '../helpers/project.ts'

let project: Project
afterEach(() => project.dispose())

const exitsWith = (code: number, config: Partial<ProcessConfig>): ProcessConfig => ({
  name: 'app',
  command: 'sh',
  args: ['-c', `exit ${code}`],
  minUptime: 0,
  restartDelay: 0,
  maxRestarts: 2,
  ...config,
})

describe('what follows an exit', () => {
  const cases: [what: string, config: ProcessConfig, end: Partial<ProcessDetail>][] = [
    ['autorestart true: again, also after 0', exitsWith(0, {}), { status: 'error', restarts: 2, run: 3 }],
    [
      'autorestart false, 0: completed',
      exitsWith(0, { autorestart: false }),
      { status: 'stopped', reason: 'completed' },
    ],
    ['autorestart false, 3: crashed', exitsWith(3, { autorestart: false }), { status: 'crashed', exitCode: 3, run: 1 }],
    ["'on-failure', 0: completed", exitsWith(0, { autorestart: 'on-failure' }), { status: 'stopped', restarts: 0 }],
    ["'on-failure', 3: again", exitsWith(3, { autorestart: 'on-failure' }), { status: 'error', restarts: 2, run: 3 }],
    [
      'one of stopExitCodes: completed',
      exitsWith(3, { stopExitCodes: [3, 4] }),
      { status: 'stopped', reason: 'completed with 3', restarts: 0, wanted: 'down' },
    ],
    [
      'too many: error, with why',
      exitsWith(3, { maxRestarts: 1 }),
      { status: 'error', restarts: 1, wanted: 'up', retryAt: null, pid: null },
    ],
  ]
  it.each(cases)('%s', async (_, config, end) => {
    project = tempProject({ config: [config] })
    await project.ps('start', 'app', '--no-wait')
    // `crashed` is also what it is for a moment, until all that it left behind is gone.
    const isAtEnd = (state: ProcessDetail) =>
      state.run > 0 && Object.entries(end).every(([key, value]) => state[key as keyof ProcessDetail] === value)
    const state = await untilState(project, 'app', isAtEnd)
    if (end.status !== 'error') return
    expect(state.reason).toMatch(/^gave up after \d restarts?: exited with \d after \d/)
    expect(eventsOf(project, 'app').at(-1)).toMatchObject({ type: 'error', message: state.reason })
  })
})

describe('a restart that waits', () => {
  it('comes when its time has come, each later than the one before', async () => {
    project = tempProject({ config: [exitsWith(3, { restartDelay: 300, maxRestarts: 3 })] })
    await project.ps('start', 'app', '--no-wait')
    await untilState(project, 'app', ({ status, restarts }) => status === 'error' && restarts === 3)
    const told = eventsOf(project, 'app')
    const starts = told.filter(({ type }) => type === 'start')
    const crashes = told.filter(({ type }) => type === 'crash')
    expect(starts.map(({ run }) => run)).toEqual([1, 2, 3, 4])
    const delays = crashes.flatMap(({ delay }) => delay ?? [])
    expect(delays).toHaveLength(3)
    delays.forEach((delay, index) => {
      expect(starts[index + 1]?.time).toBeGreaterThanOrEqual((crashes[index]?.time ?? Infinity) + delay)
    })
    // Doubled each time, a tenth at most taken off.
    expect(delays[0]).toBe(300)
    expect(delays[1]).toBeGreaterThanOrEqual(540)
    expect(delays[2]).toBeGreaterThanOrEqual(1080)
  })

  it('is over with a start by hand, which clears the slate', async () => {
    project = tempProject({ config: [exitsWith(3, { maxRestarts: 1 })] })
    await project.ps('start', 'app', '--no-wait')
    await untilState(project, 'app', ({ status }) => status === 'error')
    project.write('processes.json', [exitsWith(3, { restartDelay: 60_000, maxRestarts: 1 })])
    await project.ps('start', 'app', '--no-wait')
    const again = await untilState(project, 'app', ({ status, run }) => status === 'restarting' && run === 3)
    expect(again).toMatchObject({ restarts: 0, failures: 1 })
    expect((await project.ps('list')).stdout).toMatch(/restarting in (1m|59s) \(1\/1\)/)

    project.write('processes.json', [child('app', 'sleeper')])
    expect((await project.ps('start', 'app')).code).toBe(0)
    expect(await project.state('app')).toMatchObject({ status: 'running', restarts: 0, retryAt: null, reason: '' })
  })
})

describe('a stop', () => {
  it('sends the signal that the config names', async () => {
    const trap =
      'trap "echo got INT; exit 0" INT; trap "echo got TERM; exit 0" TERM; echo up; while :; do sleep 0.05; done'
    const healthCheck = { type: 'output', outputPattern: 'up' } as const
    project = tempProject({
      config: [{ name: 'app', command: 'sh', args: ['-c', trap], stopSignal: 'SIGINT', healthCheck }],
    })
    expect((await project.ps('start', 'app')).code).toBe(0)
    expect((await project.ps('stop', 'app')).code).toBe(0)
    expect(project.read('.tuix/logs/app.out.log')).toBe('up\ngot INT\n')
  })

  it('kills after stopTimeout, not before', async () => {
    const healthCheck = { type: 'output', outputPattern: 'stubborn' } as const
    project = tempProject({ config: [child('app', 'stubborn', { stopTimeout: 700, healthCheck })] })
    expect((await project.ps('start', 'app')).code).toBe(0)
    const begun = performance.now()
    await control(project).stop({ names: ['app'] })
    expect(performance.now() - begun).toBeGreaterThan(700)
    expect(await project.state('app')).toMatchObject({ status: 'stopped', exitSignal: 'SIGKILL' })
    expect(project.read('.tuix/logs/app.out.log')).toContain('ignored SIGTERM')
    expect(running(project.path, 'stubborn')).toEqual([])
  })
})
