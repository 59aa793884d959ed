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

/** A terminal with the monitor open, over `web` and the group `jobs` with two counters in it. */
async function monitor(columns = 100, rows = 24, env: Record<string, string> = {}): Promise<TestTerminal> {
  const jobs = ['one', 'two'].map((name) => child(name, 'counter', { group: 'jobs', args: ['50'] }))
  project = tempProject({ config: [child('web', 'sleeper'), ...jobs] })
  expect((await project.ps('start', '--all')).code).toBe(0)
  terminal = new TestTerminal({ cwd: project.path, columns, rows, env })
  terminal.run(`${REPOSITORY}/dist/tuix-ps.js`, 'monitor')
  await terminal.shows(/3\/3 running/)
  return terminal
}

const status = async (name: string) => (await project.state(name)).status

/** The shell has its screen back: no alternate one, the cursor there, and what is typed is seen. */
async function isAsBefore(screen: TestTerminal): Promise<void> {
  await until(() => !screen.state().alternate, { what: 'the screen of before' })
  expect(screen.state()).toEqual({ alternate: false, cursor: true })
  screen.keys('echo typed', 'Enter')
  await screen.shows(/^typed$/m)
}

describe.skipIf(!hasTmux)('the monitor', () => {
  it('shows what runs, moves, stops and starts, searches, fits 60 columns, and leaves', async () => {
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

  it('tells that the supervisor is gone, and goes on with the next one', async () => {
    const screen = await monitor()
    const before = (await project.state('web')).pid
    await project.killSupervisor()
    await screen.shows(/3\/3 running +supervisor \d+|the supervisor is gone/)
    await until(() => project.supervisor(), { what: 'the next supervisor' })
    await screen.shows(/3\/3 running/)
    expect((await project.state('web')).pid).toBe(before)
    screen.keys('?')
    await screen.shows(/KEYS/)
  })

  it.each(['SIGTERM', 'SIGHUP'] as const)('leaves the terminal as it was after %s', async (signal) => {
    const screen = await monitor(80, 24, { NO_COLOR: '1' })
    process.kill(screen.foreground(), signal)
    await isAsBefore(screen)
  })

  it('refuses where there is no terminal', async () => {
    project = tempProject({ config: [child('web', 'sleeper')] })
    const { code, stdout, stderr } = await project.ps('monitor')
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/monitor needs a terminal/)
  })
})
