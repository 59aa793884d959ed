import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { child, running } from '../helpers/children.ts'
import { type Project, tempProject } from '../helpers/project.ts'

const GOOD = child('good', 'sleeper')
const MS = 'a whole number of milliseconds from'

let project: Project
let pid: number | null
beforeAll(async () => {
  project = tempProject({ config: [GOOD] })
  expect((await project.ps('start', 'good')).code).toBe(0)
  pid = (await project.state('good')).pid
})
afterAll(() => project.dispose())

/** Puts a process with these settings beside the one that runs, and tries to restart everything. */
async function refusal(settings: object): Promise<string> {
  project.write('processes.json', { processes: [GOOD, { name: 'bad', command: 'sleep 1000', ...settings }] })
  const { code, stdout, stderr } = await project.ps('restart', '--all')
  expect([code, stdout]).toEqual([2, ''])
  expect(running(project.path, 'sleeper')).toEqual([pid])
  return stderr
}

const check = (healthCheck: object) => ({ healthCheck })

describe('a setting of supervision is refused, with its place and what would be right, and nothing is touched:', () => {
  const cases: [setting: string, settings: object, right: string][] = [
    ['autorestart', { autorestart: 'sometimes' }, 'must be true, false or "on-failure", not "sometimes"'],
    ['restartDelay', { restartDelay: -1 }, `must be ${MS} 0 to 2147483647, not -1`],
    ['maxRestarts', { maxRestarts: 2.5 }, 'must be a whole number from 0 to 1000000, or "unlimited", not 2.5'],
    ['stopExitCodes', { stopExitCodes: 3 }, 'must be a list of exit codes, not a number'],
    ['stopExitCodes[1]', { stopExitCodes: [0, 256] }, 'must be a whole number from 0 to 255, not 256'],
    ['stopSignal', { stopSignal: 'SIGSTOP' }, 'must be one of "SIGTERM", "SIGINT"'],
    ['stopTimeout', { stopTimeout: 'soon' }, `must be ${MS} 0 to 2147483647, or a time such as "5s", not "soon"`],
    ['startTimeout', { startTimeout: 0 }, `must be ${MS} 1 to 2147483647, not 0`],
    ['onUnhealthy', { onUnhealthy: 'stop' }, 'must be one of "restart", "none", not "stop"'],
    ['healthCheck', { healthCheck: 'tcp' }, 'must be an object of settings, not a string'],
    ['healthCheck.type', check({ type: 'udp' }), 'must be one of "output", "http", "tcp", "script", "exec", not "udp"'],
    ['healthCheck.url', check({ type: 'http' }), 'is missing: a health check of type "http" needs it'],
    ['healthCheck.url', check({ type: 'http', url: 'localhost:3000' }), 'must be an http:// or https:// address'],
    [
      'healthCheck.method',
      check({ type: 'http', url: 'http://a', method: 'PUT' }),
      'must be one of "GET", "POST", "HEAD"',
    ],
    [
      'healthCheck.expectedStatus',
      check({ type: 'http', url: 'http://a', expectedStatus: 99 }),
      'must be an HTTP status from 200 to 599',
    ],
    ['healthCheck.port', check({ type: 'tcp', port: 70_000 }), 'must be a whole number from 1 to 65535, not 70000'],
    ['healthCheck.outputPattern', check({ type: 'output' }), 'is missing: a health check of type "output" needs it'],
    ['healthCheck.command', check({ type: 'exec', command: '' }), 'must be a command line'],
    [
      'healthCheck.script',
      check({ type: 'tcp', port: 1, script: 'x' }),
      'belongs to a health check of type "script", not "tcp"',
    ],
    [
      'healthCheck.intervall',
      check({ type: 'tcp', port: 1, intervall: 1 }),
      'is not a setting; did you mean `interval`?',
    ],
    ['healthCheck.timeout', check({ type: 'tcp', port: 1, timeout: 0 }), `must be ${MS} 1 to 2147483647, not 0`],
    [
      'healthCheck.retries',
      check({ type: 'tcp', port: 1, retries: -1 }),
      'must be a whole number from 0 to 1000000, not -1',
    ],
    ['watch', { watch: 'src' }, 'must be true or false (what is watched is `watchPaths`), not a string'],
    ['watchPaths', { watch: true, watchPaths: [] }, 'must be a list of at least one glob'],
    ['watchPaths', { watch: true, watchPaths: 'src' }, 'must be a list of strings, not a string'],
    ['watchDebounce', { watchDebounce: -5 }, `must be ${MS} 0 to 2147483647, not -5`],
    [
      'maxMemory',
      { maxMemory: '512T' },
      'must be a whole number of MB from 1 to 1000000000, or a size such as "512M", not "512T"',
    ],
    ['maxCpu', { maxCpu: 0 }, 'must be a whole number of percent from 1 to 1000000000, not 0'],
    ['port', { port: 0 }, 'must be a whole number from 1 to 65535, not 0'],
    [
      'port',
      { port: '3000' },
      'must be a port from 1 to 65535, "auto", or an object such as { "prefer": 3000 }, not "3000"',
    ],
    ['ipc', { ipc: 1 }, 'must be true or false, not a number'],
    ['instances', { instances: 0 }, 'must be a whole number from 1 to 1000, not 0'],
    ['dependsOn', { dependsOn: 'db' }, 'must be a list of process names, or an object of names'],
    [
      'dependsOn.good',
      { dependsOn: { good: 'up' } },
      'must be one of "ready", "started", "healthy", "completed", not "up"',
    ],
    ['schedule', { schedule: 'every day' }, 'must be a cron expression of five or six fields'],
    ['schedule', { schedule: '99 * * * *' }, 'must be a cron expression of five or six fields'],
    ['hooks.onReady', { hooks: { onReady: ' ' } }, 'must be a command line, not " "'],
    ['hooks.onReedy', { hooks: { onReedy: 'true' } }, 'is not a setting; did you mean `onReady`?'],
  ]
  it.each(cases)('%s %j', async (setting, settings, right) => {
    const stderr = await refusal(settings)
    expect(stderr).toContain(`processes.json: \`processes[1].${setting}\` ${right}`)
    expect(stderr.trim()).not.toContain('\n')
  })

  it('a dependency that nobody declares, with the nearest name', async () => {
    const stderr = await refusal({ dependsOn: ['goood'] })
    expect(stderr).toContain('`bad` depends on `goood`, which is not declared; did you mean `good`?')
  })

  it('a dependency on itself', async () => {
    expect(await refusal({ dependsOn: ['bad'] })).toContain(
      '`processes[1].dependsOn` must name other processes, not "bad" itself',
    )
  })

  it('an instance whose name another process has', async () => {
    project.write('processes.json', [GOOD, { ...GOOD, name: 'bad-1' }, { ...GOOD, name: 'bad', instances: 2 }])
    const { code, stderr } = await project.ps('restart', '--all')
    expect(code).toBe(2)
    expect(stderr).toContain('bad-1')
    expect(running(project.path, 'sleeper')).toEqual([pid])
  })
})
