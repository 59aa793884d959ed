import { afterEach, beforeEach, describe, expect, it } from 'vitest'
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

describe('which lines', () => {
  beforeEach(async () => {
    await ps('start', 'web', 'worker')
    await until(async () => (await lines('--raw', '-n', '9')).length === 4, { what: 'what both print' })
  })

  it('are chosen by stream, level, pattern, time and number', async () => {
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

  it('come without a control character in a pipe, with colours where they are wanted, and raw as they are', async () => {
    expect((await ps('logs', '-t')).stdout).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f]/)
    expect(await lines('-t', '--out')).toContainEqual(
      expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} worker \| job 1 done$/),
    )
    expect(await lines('web', '--out', '--color')).toContain('\x1b[32mready\x1b[39m\x1b[0m')
    expect(await lines('worker', '--raw')).toEqual(['\x1b[2Jjob\x07 1 done'])
    expect((await project.psWith({ env: { FORCE_COLOR: '1' } }, 'logs', '--no-color')).stdout).not.toContain('\x1b')
  })

  it('come with what every process said around them', async () => {
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
  it('is printed beside the lines and leads to those that are new', async () => {
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
  it('empties logs under a process that writes, and followers neither lose nor double a line', async () => {
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

describe('the library', () => {
  it('reads by query and by cursor, and iterates over what comes', async () => {
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
