/* What users do most, with the built command on the runtime that SMOKE_RUNTIME names; run.mjs runs this, the suite does not. */
import { execFileSync } from 'node:child_process'
import { existsSync, lstatSync, readdirSync, readlinkSync, realpathSync } from 'node:fs'
import { delimiter, dirname } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { ProcessState } from '../../src/model/views/state.ts'
import { child, daemons, running } from '../helpers/children.ts'
import { freePort } from '../helpers/free-port.ts'
import { alive } from '../helpers/processes.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import type { Finished } from '../helpers/running.ts'
import { executable, pathWithRuntimes, REPOSITORY } from '../helpers/runtimes.ts'
import { TestTerminal } from '../helpers/tmux.ts'
import { until } from '../helpers/until.ts'

const program = process.env.SMOKE_RUNTIME ?? executable()
const env = { PATH: [dirname(program), pathWithRuntimes()].join(delimiter) }
const hasTmux = ['/usr/bin', ...(process.env.PATH ?? '').split(delimiter)].some((folder) =>
  existsSync(`${folder}/tmux`),
)
if (!hasTmux) console.log('skipped: the monitor, tmux not found')
const hasCompileCache =
  execFileSync(program, [
    '-p',
    'process.versions.bun ? "" : typeof process.getBuiltinModule("module").enableCompileCache',
  ])
    .toString()
    .trim() === 'function'

let project: Project
let terminal: TestTerminal | undefined
afterEach(async () => {
  terminal?.dispose()
  await project.dispose()
})

const ps = (...args: string[]): Promise<Finished> => project.psWith({ program, env }, ...args)

/** The same of a command that is to succeed and to warn of nothing. */
async function done(...args: string[]): Promise<Finished> {
  const finished = await ps(...args)
  expect({ args, code: finished.code, stderr: finished.stderr }).toEqual({ args, code: 0, stderr: '' })
  return finished
}

const state = async (name: string): Promise<ProcessState> =>
  (await done('list', '--json')).json().find((each: ProcessState) => each.name === name)

describe('the runtime does', () => {
  it('start, list, logs, status and stop', async () => {
    project = tempProject({ config: [child('web', 'counter', { args: ['10'] }), child('job', 'family')] })
    expect((await done('start', '--all')).stdout).toMatch(/web.*started/)
    const supervisor = project.supervisor()?.identity.pid
    expect(readlinkSync(`/proc/${supervisor}/exe`)).toBe(realpathSync(program))
    expect((await done('list')).stdout).toMatch(/^web .* running/m)
    expect(await state('web')).toMatchObject({ status: 'running', restarts: 0 })
    await until(async () => /^7$/m.test((await done('logs', 'web', '-n', '1000')).stdout), { what: 'line 7' })
    expect((await done('status', 'web')).stdout).toMatch(/running/)

    await done('stop', '--all')
    expect([...running(project.path, 'counter'), ...running(project.path, 'family')]).toEqual([])
    await done('supervisor', 'stop')
    await until(() => daemons(project.path).length === 0, { what: 'the end of the supervisor' })
  })

  it('restarts after a crash, and gives up in the end', async () => {
    project = tempProject({ config: [child('job', 'crash', { args: ['3'], restartDelay: 10, maxRestarts: 2 })] })
    await ps('start', 'job', '--no-wait')
    const job = await until(async () => {
      const found = await state('job')
      return found.status === 'error' ? found : undefined
    })
    expect(job).toMatchObject({ restarts: 2, pid: null, lastExit: { code: 3 } })
    expect((await done('why', 'job')).stdout).toContain('something is wrong')
  })

  it('an http health check, and the restart of what does not answer any more', async () => {
    const port = await freePort()
    const healthCheck = {
      type: 'http',
      url: `http://127.0.0.1:${port}/`,
      interval: 50,
      timeout: 500,
      retries: 2,
    } as const
    project = tempProject({
      config: [child('web', 'server', { port, healthCheck, restartDelay: 10, stopTimeout: 500 })],
    })
    await done('start', 'web')
    const before = await state('web')
    expect(before).toMatchObject({ status: 'running', health: 'healthy' })
    // It holds its port, and answers nobody.
    process.kill(before.pid ?? 0, 'SIGSTOP')
    const after = await until(async () => {
      const now = await state('web')
      return now.run > before.run && now.status === 'running' ? now : undefined
    })
    expect(after).toMatchObject({ restarts: 1, health: 'healthy' })
    expect(alive(before.pid)).toBe(false)
  })

  it('the restart of what watches its files', async () => {
    const config = child('web', 'sleeper', { watch: true, watchPaths: ['src'], watchDebounce: 100 })
    project = tempProject({ config: [config], files: { 'src/a.txt': 'before' } })
    await done('start', 'web')
    const { run } = await state('web')
    let writes = 0
    await until(
      async () => {
        project.write('src/a.txt', `change ${++writes}`)
        return (await state('web')).run > run
      },
      { everyMs: 300, what: 'a restart after a change' },
    )
    expect((await done('events', 'web')).stdout).toContain('src/a.txt')
  })

  it('adopts what a killed supervisor has left', async () => {
    project = tempProject({ config: [child('web', 'counter', { args: ['10'] })] })
    await done('start', 'web')
    const before = await state('web')
    const killed = await project.killSupervisor()
    expect(alive(before.pid)).toBe(true)
    expect(await state('web')).toMatchObject({ pid: before.pid, status: 'running', adopted: true, restarts: 0 })
    expect(project.supervisor()?.identity.pid).not.toBe(killed)
    await done('restart', 'web')
    expect(alive(before.pid)).toBe(false)
    expect(running(project.path, 'counter')).toEqual([(await state('web')).pid])
  })

  it.skipIf(!hasTmux)('the monitor', async () => {
    project = tempProject({ config: [child('web', 'counter', { args: ['50'] })] })
    await done('start', 'web')
    terminal = new TestTerminal({ cwd: project.path, columns: 80, rows: 20 })
    terminal.keys(`${program} ${REPOSITORY}/dist/tuix-ps.js monitor`, 'Enter')
    expect(await terminal.shows(/● web +running/)).toContain('1/1 running')
    await terminal.shows(/LOG web/)
    terminal.keys('s', 'y')
    await terminal.shows(/○ web +stopped/)
    terminal.keys('q')
    await until(() => !terminal?.state().alternate && terminal?.isAtPrompt(), { what: 'the prompt' })
  })

  it('an app that supervises, and leaves what others have started to a daemon', async () => {
    project = tempProject({ config: [child('web', 'sleeper')] })
    const source = `
      import { createProcessManager } from 'tuix/process-manager'
      const manager = await createProcessManager({ tuixDir: '.tuix' })
      await manager.start(${JSON.stringify(child('own', 'counter'))})
      console.log('up')`
    const app = project.app(source, { program, env })
    await until(() => app.stdout() + app.stderr(), { what: 'the app to be up' })
    await done('start', 'web')
    expect(project.supervisor()).toMatchObject({ mode: 'embedded', identity: { pid: app.pid } })
    const before = await state('web')

    app.kill('SIGTERM')
    expect(await app.finished).toMatchObject({ stdout: 'up\n', stderr: '' })
    expect(await state('web')).toMatchObject({ pid: before.pid, status: 'running', restarts: 0 })
    expect(await state('own')).toMatchObject({ status: 'stopped' })
    expect(project.supervisor()).toMatchObject({ mode: 'daemon' })
  })

  it.skipIf(!hasCompileCache)('with a compile cache that is private, of commands and daemons', async () => {
    project = tempProject({ config: [child('web', 'sleeper')] })
    const cache = project.file('.cache/tuix-process-manager')
    const off = { program, env: { ...env, NODE_DISABLE_COMPILE_CACHE: '1' } }
    expect((await project.psWith(off, 'list')).code).toBe(0)
    expect(existsSync(cache)).toBe(false)

    await done('start', 'web')
    await done('stop', 'web')
    await done('supervisor', 'stop')
    // A daemon has other flags than a command, and so a folder of its own.
    await until(() => readdirSync(cache).length === 2, { what: 'the compiled modules of a command and of a daemon' })
    expect(lstatSync(cache).mode & 0o777).toBe(0o700)
  })
})
