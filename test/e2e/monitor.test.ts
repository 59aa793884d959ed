import { execFileSync } from 'node:child_process'
import { afterEach, describe, expect, it } from 'vitest'
import { child } from '../helpers/children.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { REPOSITORY } from '../helpers/runtimes.ts'
import { TestTerminal } from '../helpers/tmux.ts'
import { until } from '../helpers/until.ts'

let project: Project
let terminal: TestTerminal | undefined
afterEach(async () => {
  terminal?.dispose()
  await project.dispose()
})

const hasTmux = (() => {
  try {
    execFileSync('tmux', ['-V'])
    return true
  } catch {
    console.log('skipped: tmux not found')
    return false
  }
})()

const jobs = ['one', 'two'].map((name) => child(name, 'counter', { group: 'jobs', args: ['50'] }))
const THREE = [child('web', 'sleeper'), ...jobs]
const MANY = Array.from({ length: 200 }, (_, index) => ({
  name: `p-${String(index).padStart(3, '0')}`,
  command: 'sleep',
  args: ['100000'],
}))

/** A terminal with the monitor open; `THREE` are `web` and the group `jobs` with two counters in it. */
async function monitor(
  columns = 100,
  rows = 24,
  env: Record<string, string> = {},
  config = THREE,
): Promise<TestTerminal> {
  project = tempProject({ config })
  expect((await project.ps('start', '--all', '--no-wait')).code).toBe(0)
  terminal = new TestTerminal({ cwd: project.path, columns, rows, env })
  terminal.run(`${REPOSITORY}/dist/tuix-ps.js`, 'monitor')
  await terminal.shows(new RegExp(`${config.length}/${config.length} running`))
  return terminal
}

const status = async (name: string) => (await project.state(name)).status

/** The shell has its screen back: no alternate one, the cursor there, and what is typed is seen. */
async function isAsBefore(screen: TestTerminal): Promise<void> {
  await until(() => !screen.state().alternate, { what: 'the screen of before' })
  // What is typed before the monitor has ended is echoed twice, and its output comes behind the prompt.
  await until(() => screen.isAtPrompt(), { what: 'the prompt' })
  expect(screen.state()).toEqual({ alternate: false, cursor: true })
  screen.keys('echo typed; stty -a', 'Enter')
  await screen.shows(/^typed$/m)
  await screen.shows(/^isig icanon iexten echo /m)
}

describe.skipIf(!hasTmux)('the monitor', () => {
  it('shows processes, moves, stops and starts them, searches, fits 60 columns, and quits', async () => {
    const screen = await monitor()
    expect(screen.state()).toEqual({ alternate: true, cursor: false })
    expect(screen.screen()).toMatch(/● web +running/)
    await screen.shows(/LOG web/)

    screen.keys('j', 'j')
    await screen.shows(/LOG one/)
    screen.keys('s')
    await screen.shows(/Stop one\? y: yes/)
    expect(await status('one')).toBe('running')
    screen.keys('y')
    await screen.shows(/○ one +stopped/)
    expect(await status('one')).toBe('stopped')
    screen.keys('s')
    await screen.shows(/● one +running/)
    expect(await status('one')).toBe('running')

    screen.keys('/')
    screen.keys('7', 'Enter')
    const found = await screen.shows(/LOG one .*\/7\//)
    expect(found).not.toMatch(/│ *6 *$/m)
    screen.keys('Escape')

    screen.resize(60, 20)
    const narrow = await screen.shows(/● one +running/)
    const lines = narrow.trimEnd().split('\n')
    expect(lines.length).toBeLessThanOrEqual(20)
    for (const line of lines) expect([...line].length).toBeLessThanOrEqual(60)
    screen.keys('g')
    await screen.shows(/▸ jobs/)
    expect(screen.screen()).not.toMatch(/● two/)

    screen.keys('q')
    await isAsBefore(screen)
    expect(await status('web')).toBe('running')
  })

  it('shows that the supervisor is lost, and continues with the next one', async () => {
    const screen = await monitor()
    const before = (await project.state('web')).pid
    const first = project.supervisor()?.identity.pid ?? 0
    process.kill(first, 'SIGSTOP')
    await screen.shows(/supervisor lost \(no answer\), reconnecting/)
    screen.keys('?')
    await screen.shows(/KEYS/)
    await project.killSupervisor()
    await screen.shows(/3\/3 running/)
    const next = await until(() => project.supervisor(), { what: 'the next supervisor' })
    expect(next.identity.pid).not.toBe(first)
    await screen.shows(new RegExp(`supervisor ${next.identity.pid}`))
    expect((await project.state('web')).pid).toBe(before)
  })

  it('scrolls through two hundred processes', async () => {
    const screen = await monitor(80, 24, {}, MANY)
    const middle = await screen.shows(/^›● p-000 +running/m)
    expect(middle).toMatch(/^PROCESS ↓190/m)
    screen.keys(...Array.from({ length: 100 }, () => 'j'))
    expect(await screen.shows(/^›● p-100 +running/m)).toMatch(/^PROCESS ↑95 ↓95/m)
    screen.keys(...Array.from({ length: 150 }, () => 'Down'))
    await screen.shows(/^›● p-199 +running/m)
    await screen.shows(/LOG p-199/)
  })

  it.each(['SIGTERM', 'SIGHUP'] as const)('leaves the terminal as it was after %s', async (signal) => {
    const screen = await monitor(80, 24, { NO_COLOR: '1' })
    process.kill(screen.foreground(), signal)
    await isAsBefore(screen)
  })

  it('is refused without a terminal', async () => {
    project = tempProject({ config: [child('web', 'sleeper')] })
    const { code, stdout, stderr } = await project.ps('monitor')
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/monitor needs a terminal/)
    terminal = new TestTerminal({ cwd: project.path, columns: 80, rows: 10, env: { TERM: 'dumb' } })
    terminal.run(`${REPOSITORY}/dist/tuix-ps.js`, 'monitor')
    await terminal.shows(/TERM=dumb/)
  })
})
