import { afterEach, describe, expect, it } from 'vitest'
import type { ProcessConfig } from '../../src/model/config/config.ts'
import { control, eventsOf, untilState } from '../helpers/asking.ts'
import { child, running } from '../helpers/children.ts'
import { type Project, tempProject } from '../helpers/project.ts'

let project: Project
afterEach(() => project.dispose())

const NEVER = { type: 'output', outputPattern: 'never said', interval: 60_000 } as const

/** Whether a process was ever told to run: what "started" would have to mean. */
const wasReady = (name: string) => eventsOf(project, name).some(({ type }) => type === 'ready')

describe('a start that fails', () => {
  const cases: [what: string, config: ProcessConfig, says: RegExp, last: string][] = [
    [
      'a crash before it is healthy',
      child('web', 'crash', { args: ['7', '300'], healthCheck: NEVER, autorestart: false }),
      /web: exited with 7 after .*, before it was ready/,
      'something is wrong',
    ],
    [
      'a crash of each of its tries',
      child('web', 'crash', { args: ['7'], minUptime: 20_000, restartDelay: 10, maxRestarts: 2 }),
      /web: .*exited with 7/,
      'something is wrong',
    ],
    [
      'too long a time until it is healthy',
      child('web', 'sleeper', { healthCheck: NEVER, startTimeout: 700, maxRestarts: 0 }),
      /web: .*not healthy within 700 ms/,
      'sleeper ',
    ],
    [
      'too long a time until it says that it is ready',
      child('web', 'sleeper', { ipc: true, startTimeout: 700, maxRestarts: 0 }),
      /web: .*not ready within 700 ms/,
      'sleeper ',
    ],
    [
      'a health check that fails all the time',
      child('web', 'sleeper', {
        healthCheck: { type: 'exec', command: 'echo no database; exit 4', interval: 100, retries: 2 },
        maxRestarts: 0,
      }),
      /web: .*exited with 4/,
      'sleeper ',
    ],
  ]
  it.each(cases)(
    'for %s: exit code 1, the reason, the last lines, and never "running"',
    async (_, config, says, last) => {
      project = tempProject({ config: [config] })
      const start = await project.ps('start', 'web')
      expect(start.code).toBe(1)
      expect(start.stdout).toBe('')
      expect(start.stderr).toMatch(says)
      expect(start.stderr).toContain(last)
      expect(wasReady('web')).toBe(false)
      const end = await untilState(project, 'web', ({ status }) => status === 'error' || status === 'crashed')
      expect(end).toMatchObject({ pid: null, health: null })
      expect((await project.ps('status', 'web')).code).toBe(3)
      expect(running(project.path, 'sleeper')).toEqual([])
    },
  )

  it('does not hold up those that are started with it', async () => {
    project = tempProject({
      config: [
        child('bad', 'sleeper', { healthCheck: NEVER, startTimeout: 1000, maxRestarts: 0 }),
        child('good', 'server'),
      ],
    })
    const start = project.ps('start', '--all')
    await untilState(project, 'good', ({ status }) => status === 'running')
    expect((await control(project).status({ name: 'bad' })).status).toBe('starting')
    expect((await start).code).toBe(1)
    expect(running(project.path, 'server')).toHaveLength(1)
  })
})

describe('a start that is given up by who asked', () => {
  it('goes on: the supervisor has it, and says so', async () => {
    project = tempProject({ config: [child('web', 'sleeper', { healthCheck: NEVER })] })
    const start = project.startPs({}, 'start', 'web')
    const starting = await untilState(project, 'web', ({ pid }) => pid !== null)
    start.kill('SIGINT')
    expect((await start.finished).code).toBe(130)
    expect(await project.state('web')).toMatchObject({ status: 'starting', health: 'starting', pid: starting.pid })
  })
})
