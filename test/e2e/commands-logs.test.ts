import { execFileSync } from 'node:child_process'
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Finding } from '../../src/model/diagnosis/facts.ts'
import { child } from '../helpers/children.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { until } from '../helpers/until.ts'

const script = (code: string) => ({ command: process.execPath, args: ['-e', `${code}; setInterval(() => {}, 1e6)`] })

const PROCESSES = [
  {
    name: 'web',
    ...script(
      `console.log('\\x1b[32mready\\x1b[39m'); console.error('ERROR: no Timeout given'); console.log('warn - slow')`,
    ),
  },
  { name: 'worker', ...script(`console.log('\\x1b[2Jjob\\x07 1 done')`) },
  child('count', 'counter', { args: ['5'] }),
]

let project: Project
beforeEach(() => {
  project = tempProject({ config: { processes: PROCESSES } })
})
afterEach(() => project.dispose())
const ps = (...args: string[]) => project.ps(...args)
const lines = async (...args: string[]) => (await ps('logs', ...args)).stdout.split('\n').filter(Boolean)
const cursorOf = (stderr: string) => /^cursor: (\S+)$/m.exec(stderr)?.[1] ?? ''
const numbers = (texts: string[]) => texts.flatMap((text) => /^(?:line )?(\d+)$/.exec(text)?.[1] ?? []).map(Number)

describe('lines of JSON', () => {
  it('are selected by their fields, also with those of another selection', async () => {
    project.write('processes.json', {
      processes: [
        {
          name: 'api',
          ...script(
            `for (const [method, status] of [['GET', 200], ['GET', 500], ['POST', 500]]) console.log(JSON.stringify({ level: status > 400 ? 'error' : 'info', request: { method }, status })); console.log('status=500')`,
          ),
        },
      ],
    })
    await ps('start', 'api')
    await until(async () => (await lines('api', '--out')).length === 4, { what: 'all lines' })
    const statuses = async (...args: string[]) =>
      (await lines('api', ...args))
        .map((line) => JSON.parse(line))
        .map(({ request, status }) => request.method + status)
    expect(await statuses('--field', 'status=500')).toEqual(['GET500', 'POST500'])
    expect(await statuses('--field', 'status=500', '--field', 'request.method=GET')).toEqual(['GET500'])
    expect(await statuses('--field', 'request.method=GET', '--field=request.method=POST', '--level', 'error')).toEqual([
      'GET500',
      'POST500',
    ])
    expect(await lines('api', '--field', 'status=404')).toEqual([])
    const { code, stderr } = await ps('logs', '--field', 'status')
    expect([code, stderr]).toEqual([
      2,
      'error: --field must be a field and its value, such as request.method=GET, not status\n',
    ])
  })
})

describe('log lines', () => {
  beforeEach(async () => {
    await ps('start', 'web', 'worker')
    await until(async () => (await lines('--raw', '-n', '9')).length === 4, { what: 'what both print' })
  })

  it('are selected by stream, level, pattern, time and number', async () => {
    expect((await lines('web', '--out')).sort()).toEqual(['ready', 'warn - slow'])
    expect(await lines('web', '--err')).toEqual(['ERROR: no Timeout given'])
    expect((await lines('web', '--level', 'warn')).sort()).toEqual(['ERROR: no Timeout given', 'warn - slow'])
    expect(await lines('web', '-g', '^ready$')).toEqual(['ready'])
    expect(await lines('web', '--grep', 'timeout')).toEqual([])
    expect(await lines('web', '--grep', 'timeout', '-i')).toEqual(['ERROR: no Timeout given'])
    expect((await lines('--since', '1h', '--raw')).length).toBe(4)
    expect(await lines('--until', '1h', '--raw')).toEqual([])
    expect(await lines('--tail', '1', '--out', 'worker')).toEqual(['job 1 done'])
  })

  it('have no control characters in a pipe, colours if they are on, and are unchanged with --raw', async () => {
    expect((await ps('logs', '-t')).stdout).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f]/)
    expect(await lines('-t', '--out')).toContainEqual(
      expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} worker \| job 1 done$/),
    )
    expect(await lines('web', '--out', '--color')).toContain('\x1b[32mready\x1b[39m\x1b[0m')
    expect(await lines('worker', '--raw')).toEqual(['\x1b[2Jjob\x07 1 done'])
    expect((await project.psWith({ env: { FORCE_COLOR: '1' } }, 'logs', '--no-color')).stdout).not.toContain('\x1b')
  })

  it('are shown with what all processes logged around them', async () => {
    const around = await lines('web', '--grep', 'ERROR', '-C', '10m')
    expect(around).toContain('web    | ERROR: no Timeout given')
    expect(around).toContain('web    : ready')
    expect(around).toContain('worker : job 1 done')
    const json = (await lines('web', '--grep', 'ERROR', '-C', '10m', '--json')).map((line) => JSON.parse(line))
    expect(json.filter(({ match }) => match).map(({ message }) => message)).toEqual(['ERROR: no Timeout given'])
    expect(json.some(({ name, match }) => name === 'worker' && match === false)).toBe(true)
  })
})

describe('a cursor', () => {
  it('is printed on stderr and leads to new lines', async () => {
    await ps('start', 'count')
    const seen: number[] = []
    let read = await ps('logs', 'count', '--raw', '--cursor', 'start')
    for (let round = 0; round < 5; round++) {
      seen.push(...numbers(read.stdout.split('\n')))
      const cursor = cursorOf(read.stderr)
      const before = seen.length
      await until(
        async () => {
          read = await ps('logs', 'count', '--raw', '--cursor', cursor)
          return numbers(read.stdout.split('\n')).length > 0
        },
        { what: `lines after the first ${before}` },
      )
    }
    expect(seen.length).toBeGreaterThan(4)
    expect(seen).toEqual(seen.map((_, index) => (seen[0] ?? 0) + index))
    expect(await ps('logs', 'count', '--cursor', 'end')).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringMatching(/^cursor: [\w-]+\n$/),
    })
    expect((await ps('logs', 'count', '--cursor', 'nonsense')).code).toBe(2)
  })
})

describe('flush', () => {
  it('empties the logs of a writing process, and followers neither lose nor repeat a line', async () => {
    await ps('start', 'count', 'web')
    const following = project.startPs({}, 'logs', 'count', '-f', '--raw', '-n', '0')
    const seen = () => numbers(following.stdout().split('\n'))
    await until(() => seen().length > 20, { what: 'lines before' })
    const flushed = await ps('flush', 'count')
    expect(flushed).toMatchObject({ code: 0, stderr: '' })
    expect(flushed.stdout).toMatch(/^count: emptied, \d+ bytes\n$/)
    const before = seen().length
    await until(() => seen().length > before + 20, { what: 'lines after' })
    following.kill('SIGINT')
    expect((await following.finished).code).toBe(130)
    // A line that is written in the instant of the flush goes with the rest.
    const steps = seen().map((number, index, all) => number - (all[index - 1] ?? number - 1))
    expect(steps.every((step) => step >= 1)).toBe(true)
    expect(steps.filter((step) => step > 1).length).toBeLessThanOrEqual(1)

    const kept = numbers(await lines('count', '--raw', '-n', '100000'))
    expect(kept[0]).toBeGreaterThan(1)
    expect(kept).toEqual(kept.map((_, index) => (kept[0] ?? 0) + index))
    expect((await lines('count'))[0]).not.toContain('started with pid')
    expect(await lines('web', '--grep', 'ready')).toEqual(['ready'])

    expect((await ps('flush')).stdout).toMatch(/^web: emptied, .*\nworker: already empty\ncount: emptied, .*\n$/)
    expect(await lines('web')).toEqual(['-- log emptied --'])
    expect((await ps('flush', 'nobody')).code).toBe(4)
  })
})

describe('a follower', () => {
  const saying = (text: string) => `console.log(${JSON.stringify(text)})`

  it.each([
    ['all processes', [], true],
    ['a glob', ['h*'], false],
    ['a group', ['--group', 'jobs'], false],
    ['a declared name', ['h'], false],
  ])('of %s takes in what matches later', async (_, words, isAll) => {
    const hello = { name: 'h', group: 'jobs', instances: 2, ...script(saying('hello')) }
    project.write('processes.json', { processes: [hello] })
    await ps('start', '--all')
    const following = project.startPs({}, 'logs', ...words, '-f', '-n', '1', '--out')
    const lines = () => following.stdout().split('\n').filter(Boolean)
    await until(() => lines().length === 1, { what: 'the last line' })
    await ps('scale', 'h=3')
    await ps('run', 'other', '--', process.execPath, ...script(saying('other')).args)
    await ps('remove', 'h-3')
    await ps('scale', 'h=3')
    const expected = [/^h-[12] \| hello$/, /^h-3 \| hello$/, ...(isAll ? [/^other \| other$/] : []), /^h-3 +\| hello$/]
    await until(() => lines().length === expected.length, { what: `${expected.length} lines` })
    for (const [index, line] of expected.entries()) expect(lines()[index]).toMatch(line)
    following.kill('SIGINT')
    expect((await following.finished).code).toBe(130)
  })

  it('waits for the first process, and shows a name as soon as there are two', async () => {
    const following = project.startPs({}, 'logs', '-f', '--out')
    await until(() => following.stderr().includes('no processes yet'))
    await ps('start', 'worker')
    await until(() => following.stdout() !== '', { what: 'a line' })
    await ps('start', 'web')
    await until(() => following.stdout().includes('ready'), { what: 'a line of another process' })
    following.kill('SIGINT')
    expect((await following.finished).stdout).toMatch(/^job 1 done\n(?:web {4}\| .*\n)+$/)
  })

  it('of a group that nobody is in, or with names beside a group, is refused', async () => {
    await ps('start', 'web')
    expect(await ps('logs', '--group', 'none')).toMatchObject({
      code: 4,
      stderr: 'error: no process is in group `none`\n',
    })
    expect((await ps('logs', 'web', '--group', 'none')).code).toBe(2)
  })
})

describe.skipIf(!existsSync('/proc/self/fd'))('a log that the process does not write any more', () => {
  const beat = (changes: object) => ({
    name: 'p',
    ...script(`setInterval(() => console.log('beat'), 20)`),
    ...changes,
  })
  const findings = async () => {
    const found: Finding[] = (await ps('doctor', '--json')).json().findings
    return found.filter(({ check }) => check === 'logs')
  }

  it.each([
    ['was deleted', 'deleted', (log: string) => rmSync(log)],
    ['was renamed', 'renamed', (log: string) => renameSync(log, `${log}.1`)],
    ['was replaced', 'renamed', (log: string) => [renameSync(log, `${log}-2031`), writeFileSync(log, '')]],
  ])('since it %s is reported by logs, status and doctor, until a restart', async (_, what, harm) => {
    project.write('processes.json', { processes: [beat({ logFile: 'p.log' })] })
    await ps('start', 'p')
    expect((await ps('logs', 'p')).stderr).toBe('')
    expect(await findings()).toEqual([])
    harm(project.file('p.log'))
    const { pid } = await project.state('p')
    const sentence = `p writes to a ${what} file, /proc/${pid}/fd/1, instead of ${project.file('p.log')}`
    for (const command of ['logs', 'status']) {
      expect((await ps(command, 'p')).stderr).toBe(`warning: ${sentence} (restart it)\n`)
    }
    expect(await findings()).toMatchObject([{ level: 'problem', message: sentence, advice: 'restart p' }])
    await ps('restart', 'p')
    expect((await ps('logs', 'p')).stderr).toBe('')
    expect(await findings()).toEqual([])
  })

  it('since it redirected its output itself is no problem', async () => {
    const command = 'exec >other.log; echo ready >&2; exec sleep 1000'
    project.write('processes.json', { processes: [{ name: 'p', command, shell: true }] })
    await ps('start', 'p')
    await until(async () => (await ps('logs', 'p')).stdout.includes('ready'))
    expect((await ps('logs', 'p')).stderr).toBe('')
  })
})

describe('a log that is no file', () => {
  it('fails its own process, and no reading of the logs of all', async () => {
    execFileSync('mkfifo', [project.file('fifo')])
    project.write('processes.json', { processes: [PROCESSES[1], { ...PROCESSES[0], logFile: 'fifo' }] })
    await ps('start', 'worker')
    expect(await ps('start', 'web')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('is a FIFO, not a file'),
    })
    await until(async () => (await ps('logs')).stdout.includes('job 1 done'))
    const { code, stderr } = await ps('logs')
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: `warning: web has no log: ${project.file('fifo')} is a FIFO, not a file\n`,
    })
    expect((await ps('logs', '--cursor', 'start')).code).toBe(0)
    const following = project.startPs({}, 'logs', '-f', '--out', '-n', '1')
    await until(() => following.stdout().includes('job 1 done'))
    following.kill('SIGINT')
    expect((await following.finished).code).toBe(130)
  })

  it('but a stream of the supervisor is refused with the config', async () => {
    for (const logFile of ['/dev/stdout', '/dev/fd/2', '/proc/self/fd/1']) {
      project.write('processes.json', { processes: [{ ...PROCESSES[0], logFile }] })
      const { code, stderr } = await ps('start', 'web')
      expect(code).toBe(2)
      expect(stderr).toContain('`processes[0].logFile` must not be a stream of the supervisor')
    }
    project.write('processes.json', { processes: [{ ...PROCESSES[0], logFile: '/dev/null' }] })
    expect((await ps('start', 'web')).code).toBe(0)
    expect((await ps('flush', 'web')).code).toBe(0)
    expect(await lines('web', '--out')).toEqual([])
  })
})

describe('the library', () => {
  it('reads lines by query and by cursor, and iterates over new ones', async () => {
    const app = project.app(`
      import { createProcessManager } from 'tuix/process-manager'
      const manager = await createProcessManager({ tuixDir: '.tuix' })
      await manager.start(${JSON.stringify({ ...PROCESSES[0], instances: 2 })})
      const { cursor } = await manager.logsAfter('web', 'end')
      const lines = []
      for await (const { name, message } of manager.logLines('web', { lines: 10, grep: /ready/ })) {
        lines.push(name)
        if (lines.length === 2) break
      }
      const errors = await manager.logs(['web-1'], { level: 'error', since: new Date(0), until: Date.now() })
      const around = await manager.logsAround('web-1', { grep: /ERROR/ }, 60_000)
      const later = await manager.logsAfter('web', cursor)
      const [outcome] = await manager.flush({ names: ['web'] })
      const rest = await manager.logs('web', 1)
      await manager.cleanup()
      console.log(JSON.stringify({
        lines: lines.sort(),
        errors: errors.map(({ message }) => message),
        around: around.flat().some(({ log, isMatch }) => log.name === 'web-2' && !isMatch),
        later: later.logs.length,
        flushed: outcome.ok,
        rest: rest.map(({ source, message }) => source + ' ' + message),
      }))
    `)
    const { code, stdout, stderr } = await app.finished
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(JSON.parse(stdout)).toEqual({
      lines: ['web-1', 'web-2'],
      errors: ['ERROR: no Timeout given'],
      around: true,
      later: expect.any(Number),
      flushed: true,
      rest: ['system log emptied'],
    })
  })
})
