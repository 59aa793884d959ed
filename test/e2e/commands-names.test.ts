import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { child } from '../helpers/children.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { until } from '../helpers/until.ts'

/** Never healthy. */
const healthCheck = { type: 'exec' as const, command: 'false', interval: 200, retries: 1000 }

const PROCESSES = [
  child('web-a', 'sleeper'),
  child('web-b', 'sleeper'),
  child('db', 'sleeper'),
  child('ill', 'sleeper', { healthCheck }),
  child('late', 'sleeper', { dependsOn: ['ill'] }),
]

let project: Project
beforeEach(() => {
  project = tempProject({ config: { processes: PROCESSES } })
})
afterEach(() => project.dispose())
const ps = (...args: string[]) => project.ps(...args)

describe('globs', () => {
  it('select declared or known processes, and are refused if they match nothing', async () => {
    // Whichever is ready first is told first.
    const lines = (await ps('start', 'web-*')).stdout.trimEnd().split('\n').sort()
    expect(lines).toEqual([expect.stringMatching(/^web-a: started /), expect.stringMatching(/^web-b: started /)])
    const nothing = await ps('start', 'api-*')
    expect(nothing).toMatchObject({ code: 4, stdout: '' })
    expect(nothing.stderr).toBe('error: no process matches api-*; available: web-a, web-b, db, ill, late\n')
    await ps('start', 'db')
    expect(await ps('stop', '!web-*')).toMatchObject({ code: 0 })
    expect((await ps('wait', 'web-[ab]', '--for', 'running')).stdout).toBe('web-a: running\nweb-b: running\n')
    expect((await ps('status', 'web-*')).stdout).toMatch(/^NAME .*\nweb-a .*\nweb-b .*\n$/)
    expect((await ps('flush', '{web-a,db}')).stdout).toMatch(/^web-a: .*\ndb: .*\n$/)
    expect((await ps('down', 'web-b')).stdout).toBe('web-b: stopped\n')
    expect((await ps('down')).stdout).toMatch(/^web-a: stopped$/m)
  })
})

describe('--timeout', () => {
  it('ends a start or stop with 124 and a report, while the supervisor carries on', async () => {
    const late = await ps('start', 'late', 'db', '--timeout', '1s')
    expect(late.code).toBe(124)
    expect(late.stdout).toMatch(/^db: started/)
    expect(late.stderr).toMatch(/^ill: not up in time: not healthy yet: .*; the start goes on$/m)
    expect(late.stderr).toMatch(/^late: not up in time: waiting for ill; the start goes on$/m)
    expect((await project.state('ill')).status).toBe('starting')

    project.write('processes.json', [child('stubborn', 'stubborn', { stopTimeout: 3000 })])
    await ps('start', 'stubborn')
    await until(async () => (await ps('logs', 'stubborn')).stdout.includes('stubborn '), { what: 'its handler' })
    const stopped = await ps('stop', 'stubborn', '--timeout', '50ms')
    expect(stopped).toMatchObject({ code: 124, stderr: 'stubborn: not stopped in time; it goes on\n' })
    expect(await ps('wait', 'stubborn', '--for', 'stopped', '--timeout', '20s')).toMatchObject({ code: 0 })
  })
})

describe('all', () => {
  it('means what the config declares now, and what no config declares; the rest is named', async () => {
    const config = {
      processes: [child('a', 'sleeper'), child('b', 'sleeper'), child('tool', 'sleeper', { startWithAll: false })],
    }
    project.write('processes.json', config)
    expect(
      (await ps('start', '--all')).stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.split(':')[0])
        .sort(),
    ).toEqual(['a', 'b'])
    await ps('run', 'own', '--', 'sleep', '1000')
    await ps('stop', '--all')
    project.write('processes.json', { processes: config.processes.filter(({ name }) => name !== 'b') })
    const left = 'warning: no longer declared, so left out: b; remove with: tuix-ps apply\n'
    expect(await ps('start', '--all', '--dry-run')).toMatchObject({
      stdout: 'a: would be started\nown: would be started\n',
      stderr: left,
    })
    const started = await ps('start', '--all')
    expect(started.stderr).toContain(left)
    expect(started.stdout).not.toMatch(/^(b|tool):/m)
    for (const words of [
      ['restart', '--all'],
      ['restart', '*'],
    ]) {
      const { stdout, stderr } = await ps(...words)
      expect(stderr).toContain(left)
      expect(stdout).not.toMatch(/^b:/m)
    }
    expect((await project.state('b')).status).toBe('stopped')
    // By its name it may still start.
    expect((await ps('start', 'b', 'tool')).stdout).toMatch(/^b: started.*\ntool: already running/)
  })
})
