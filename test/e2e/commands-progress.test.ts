import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { child } from '../helpers/children.ts'
import { invoke } from '../helpers/invocation.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { until } from '../helpers/until.ts'

/** Ready when there is a file with this name. */
const fileCheck = (file: string) => ({
  type: 'exec' as const,
  command: `test -f ${file}`,
  interval: 100,
  retries: 1000,
})

let project: Project
beforeEach(() => {
  const late = child('late', 'sleeper', { healthCheck: fileCheck('late.ok'), startTimeout: 60_000 })
  project = tempProject({ config: { processes: [child('quick', 'sleeper'), late] } })
})
afterEach(() => project.dispose())

/** A terminal, and what was written to it. */
function screenOf(columns: number) {
  const screen = { out: '', err: '' }
  const terminal = (stream: keyof typeof screen) => ({
    isTTY: true,
    columns,
    rows: 24,
    write(text: string) {
      screen[stream] += text
    },
  })
  return { screen, terminal }
}

describe('a start of several', () => {
  it('reports each process in a pipe as soon as it is up, and only once', async () => {
    const starting = project.startPs({}, 'start', '--all')
    await until(() => /^quick: started \(pid \d+\)\n$/.test(starting.stdout()), { what: 'the line of the quick one' })
    project.write('late.ok', '')
    const { code, stdout, stderr } = await starting.finished
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^quick: started \(pid \d+\)\nlate: started \(pid \d+\)\n$/)
  })

  it('can be interrupted with Ctrl-C, while the supervisor carries on', async () => {
    const starting = project.startPs({}, 'start', '--all')
    await until(() => starting.stdout().startsWith('quick: started'), { what: 'the line of the quick one' })
    starting.kill('SIGINT')
    const { code, stderr } = await starting.finished
    expect(code).toBe(130)
    expect(stderr).toBe('interrupted; the supervisor carries on, see: tuix-ps list\n')
    project.write('late.ok', '')
    await until(async () => (await project.state('late')).status === 'running', { what: 'the late one' })
  })

  it('repaints lines in place on a terminal, and leaves the outcomes', async () => {
    project.write('late.ok', '')
    // The built command brings the supervisor; the command in this process then asks it.
    await project.ps('start', '--all')
    const { screen, terminal } = screenOf(80)
    const { code } = await invoke(['restart', '--all'], {
      cwd: project.path,
      stdout: terminal('out'),
      stderr: terminal('err'),
    })
    expect(code).toBe(0)
    expect(screen.err).toMatch(/Restarting all processes · \d of 2/)
    // Cleared at last: nothing of it stays.
    expect(screen.err).toMatch(/\x1b\[\d+A\r\x1b\[J$/)
    expect(screen.out).toMatch(/✔.* .*quick.*restarted in .*\n.*✔.* .*late.*restarted in .*\n$/)
  })

  it('counts those that are meant and what they depend on, and no other that happens to start', async () => {
    const late = child('late', 'sleeper', { healthCheck: fileCheck('late.ok'), startTimeout: 60_000 })
    project.write('processes.json', [
      late,
      child('quick', 'sleeper'),
      child('web', 'sleeper', { dependsOn: ['quick'] }),
    ])
    await project.ps('start', 'late', '--no-wait')
    const { screen, terminal } = screenOf(80)
    const streams = { cwd: project.path, stdout: terminal('out'), stderr: terminal('err') }
    expect(await invoke(['start', 'web'], streams)).toMatchObject({ code: 0 })
    expect(screen.err).toMatch(/Starting web · \d of 2/)
    expect(screen.err).not.toContain('late')
    screen.err = ''
    expect(await invoke(['restart', 'web'], streams)).toMatchObject({ code: 0 })
    expect(screen.err).toMatch(/Restarting web · 0 of 1/)
    expect(screen.err).not.toContain('late')
  })

  it('wraps long messages between words', async () => {
    project.write('processes.json', [
      { name: 'web', command: 'true', cwd: 'a-folder-that-there-is-not/and-another-one-in-it' },
      child('quick', 'sleeper'),
    ])
    await project.ps('start', 'quick')
    const { screen, terminal } = screenOf(60)
    await invoke(['start', '--all'], { cwd: project.path, stdout: terminal('out'), stderr: terminal('err'), env: {} })
    const plain = screen.err.replace(/\x1b\[[\dA-Z]*m?/g, '')
    // A word that is longer than a line is broken where the line ends.
    expect(plain).toMatch(/✖ web {4}processes\.json: \[0\]: cwd\n {9}\S+\n {9}\S+ is not a folder\n/)
  })
})

describe('apply, scale and wait', () => {
  it('report each process in a pipe as soon as it is done', async () => {
    const applying = project.startPs({}, 'apply')
    await until(() => /^quick: started \(pid \d+\)\n$/.test(applying.stdout()), { what: 'the line of the quick one' })
    const waiting = project.startPs({}, 'wait', 'quick', 'late')
    await until(() => waiting.stdout() === 'quick: healthy\n', { what: 'what is waited for first' })
    project.write('late.ok', '')
    expect((await waiting.finished).stdout).toBe('quick: healthy\nlate: healthy\n')
    expect((await applying.finished).stdout).toMatch(/^quick: started \(pid \d+\)\nlate: started \(pid \d+\)\n$/)
    const scaled = (await project.ps('scale', 'quick=2')).stdout.replace(/ \(pid \d+\)/g, '')
    expect(scaled.trim().split('\n').sort()).toEqual(['quick-1: started', 'quick-2: started', 'quick: removed'])
  })
})
