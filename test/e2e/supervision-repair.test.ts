import { chmodSync, renameSync, rmSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import type { ProcessConfig } from '../../src/model/config/config.ts'
import { eventsOf, untilState } from '../helpers/asking.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { executable } from '../helpers/runtimes.ts'

let project: Project
afterEach(() => project.dispose())

const PROGRAM = '#!/bin/sh\nexec sleep 1000\n'

async function start(config: Partial<ProcessConfig>, files: Record<string, string> = {}): Promise<number> {
  const app = { name: 'app', command: 'bin/app', restartDelay: 100, maxRestartDelay: 200, ...config }
  project = tempProject({ config: [{ ...app, maxRestarts: 'unlimited' }], files: { 'bin/app': PROGRAM, ...files } })
  chmodSync(project.file('bin/app'), 0o755)
  const { code, stderr } = await project.ps('start', 'app')
  expect([code, stderr]).toEqual([0, ''])
  return (await project.state('app')).pid ?? 0
}

function build(): void {
  project.write('bin/app', PROGRAM)
  chmodSync(project.file('bin/app'), 0o755)
}

describe('what is missing when a process has crashed is waited for:', () => {
  it.each<[string, Partial<ProcessConfig>, () => void, RegExp, () => void]>([
    ['its program', {}, () => rmSync(project.file('bin/app')), /`bin\/app` was not found/, build],
    [
      'the right to run it',
      {},
      () => chmodSync(project.file('bin/app'), 0o644),
      /`bin\/app` may not be executed/,
      () => chmodSync(project.file('bin/app'), 0o755),
    ],
    [
      'its folder',
      { command: 'sleep 1000', cwd: 'work' },
      () => renameSync(project.file('work'), project.file('away')),
      /cwd \S+\/work is not a folder/,
      () => renameSync(project.file('away'), project.file('work')),
    ],
  ])('%s', async (_, config, damage, reason, repair) => {
    const pid = await start(config, { 'work/file': '' })
    damage()
    process.kill(pid, 'SIGKILL')
    const waiting = await untilState(project, 'app', (state) => state.status === 'restarting' && state.failures > 2)
    expect(waiting.reason).toMatch(reason)
    repair()
    const again = await untilState(project, 'app', ({ status }) => status === 'running')
    expect(again.pid).not.toBe(pid)
    expect(eventsOf(project, 'app').filter(({ type }) => type === 'error')).toEqual([])
  })

  it('but an order for it fails at once', async () => {
    const pid = await start({})
    rmSync(project.file('bin/app'))
    const refused = await project.ps('restart', 'app')
    expect(refused.code).toBe(2)
    expect(refused.stderr + refused.stdout).toContain('was not found')
    expect(await project.state('app')).toMatchObject({ status: 'running', pid })
  })
})

describe('the change that repairs a watched process', () => {
  const BROKEN = 'syntax error('
  const GOOD = 'setInterval(() => {}, 1000)'

  it.each<[string, Partial<ProcessConfig>, string]>([
    ['one that was given up', { maxRestarts: 0 }, 'error'],
    ['one that waits to be restarted', { restartDelay: 600_000 }, 'restarting'],
    ['one that is not restarted', { autorestart: false }, 'crashed'],
  ])('starts it at once: %s', async (_, config, status) => {
    const app = { name: 'app', command: executable(), args: ['a.mjs'], watch: true, watchPaths: ['*.mjs'], ...config }
    project = tempProject({ config: [app], files: { 'a.mjs': GOOD } })
    expect((await project.ps('start', 'app')).code).toBe(0)
    project.write('a.mjs', BROKEN)
    await untilState(project, 'app', (state) => state.run === 2 && state.status === status && state.pid === null)
    // Also if another supervisor watches by then.
    if (status === 'error') {
      await project.killSupervisor()
      expect((await project.ps('supervisor', 'restart')).code).toBe(0)
      await untilState(project, 'app', (state) => state.status === status)
    }
    project.write('a.mjs', `${GOOD} // repaired`)
    const repaired = await untilState(project, 'app', (state) => state.status === 'running')
    expect(repaired).toMatchObject({ failures: 0, wanted: 'up' })
    expect(eventsOf(project, 'app').some(({ message }) => message === 'restarting: a.mjs changed')).toBe(true)
  })

  it('does not start one that was stopped', async () => {
    const config = { watch: true, watchDebounce: 50, restartDelay: 600_000 }
    project = tempProject({
      config: [
        { name: 'app', command: 'sleep 1000', ...config },
        { name: 'other', command: 'sleep 1000', ...config },
      ],
    })
    expect((await project.ps('start', '--all')).code).toBe(0)
    process.kill((await project.state('app')).pid ?? 0, 'SIGKILL')
    await untilState(project, 'app', ({ status }) => status === 'restarting')
    expect((await project.ps('stop', 'app')).code).toBe(0)
    project.write('a.ts', 'changed')
    await untilState(project, 'other', ({ run, status }) => run === 2 && status === 'running')
    expect(await project.state('app')).toMatchObject({ status: 'stopped', run: 1 })
  })
})
