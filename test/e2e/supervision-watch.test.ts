import { execFileSync } from 'node:child_process'
import { renameSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { ProcessState } from '../../src/index.ts'
import type { ProcessConfig } from '../../src/model/config/config.ts'
import { control, eventsOf, untilState } from '../helpers/asking.ts'
import { child, running } from '../helpers/children.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { until } from '../helpers/until.ts'

let project: Project
afterEach(() => project.dispose())

const DEBOUNCE = 200
const watching = (config: Partial<ProcessConfig> = {}) => ({ watch: true, watchDebounce: DEBOUNCE, ...config })

/** Waits until files have been quiet for long enough that a restart would have come, by causing one that is expected. */
async function restartsAfterAnother(name: string, file: string): Promise<number> {
  const { run } = await control(project).status({ name })
  project.write(file, `last ${Math.random()}`)
  await untilState(project, name, (state) => state.run > run && state.status === 'running')
  return eventsOf(project, name).filter(({ type }) => type === 'restart').length
}

/** A repository in the project with 5,000 files, all of them different on its branches `first` and `second`. */
function makeRepository(): void {
  const commit = (branch: string) => {
    const files = Array.from({ length: 5000 }, (_, i) => {
      const content = `${branch} ${i}`
      return `M 100644 inline src/${i % 50}/${i}.txt\ndata ${content.length}\n${content}\n`
    })
    return `commit refs/heads/${branch}\ncommitter test <test@localhost> 0 +0000\ndata 0\n${files.join('')}`
  }
  git(['init'])
  git(['fast-import', '--quiet'], `${commit('first')}${commit('second')}`)
  git(['checkout', 'second'])
}

function git(args: string[], input = ''): void {
  execFileSync('git', args, {
    cwd: project.path,
    input,
    stdio: ['pipe', 'ignore', 'pipe'],
    env: { PATH: process.env.PATH },
  })
}

describe('changed files', () => {
  it('are one restart when git checks out another branch of 5,000', { timeout: 180_000 }, async () => {
    project = tempProject({ config: [child('web', 'sleeper', watching({ watchPaths: ['src/**'] }))] })
    makeRepository()
    expect((await project.ps('start', 'web')).code).toBe(0)
    // Once a new file is seen everything is watched.
    expect(await restartsAfterAnother('web', 'src/seen.txt')).toBe(1)
    git(['checkout', 'first'])
    const isBack = ({ run, status }: ProcessState) => run === 3 && status === 'running'
    const after = await untilState(project, 'web', isBack, 60_000)
    expect(running(project.path, 'sleeper')).toEqual([after.pid])
    const restarts = eventsOf(project, 'web').filter(({ type }) => type === 'restart')
    expect(restarts[1]?.message).toMatch(/^restarting: src\/\d+\/\d+\.txt and 4999 more changed$/)
    expect(await restartsAfterAnother('web', 'src/seen.txt')).toBe(3)
  })

  it('restart each of four instances once, and four remain', async () => {
    project = tempProject({
      config: [child('web', 'sleeper', watching({ instances: 4, watchPaths: ['*.ts'] }))],
      files: { 'server.ts': 'first' },
    })
    expect((await project.ps('start', 'web')).code).toBe(0)
    const names = ['web-1', 'web-2', 'web-3', 'web-4']
    const before = (await control(project).list({})).map(({ pid }) => pid)
    project.write('server.ts', 'second')
    for (const name of names) await untilState(project, name, ({ run, status }) => run === 2 && status === 'running')
    project.write('server.ts', 'third')
    for (const name of names) await untilState(project, name, ({ run, status }) => run === 3 && status === 'running')

    const after = await control(project).list({})
    expect(after.map(({ name, restarts }) => `${name} ${restarts}`)).toEqual(names.map((name) => `${name} 2`))
    expect(after.some(({ pid }) => before.includes(pid))).toBe(false)
    expect(running(project.path, 'sleeper').sort()).toEqual(after.map(({ pid }) => pid).sort())
    for (const name of names) {
      const messages = eventsOf(project, name).flatMap(({ type, message }) => (type === 'restart' ? [message] : []))
      expect(messages).toEqual(Array(2).fill('restarting: server.ts changed'))
    }
  })

  it("are none of the supervisor's or the process's own: state, logs, archives, dependencies", async () => {
    const own = { logFile: 'app.log', errorFile: 'logs/app.err', maxLogSize: 1 }
    project = tempProject({
      config: [child('web', 'counter', { args: ['1'], ...watching(own) })],
      files: { 'node_modules/a/index.js': '1', '.git/HEAD': '1' },
    })
    expect((await project.ps('start', 'web')).code).toBe(0)
    const lines = () => project.read('app.log').split('\n').length
    await until(() => lines() > 500, { what: 'a log that grows' })
    project.write('node_modules/a/index.js', '2')
    project.write('.git/HEAD', '2')
    for (let request = 0; request < 5; request++) expect((await project.ps('start', 'web')).code).toBe(0)
    const seen = lines()
    await until(() => lines() > seen + 500, { what: 'a log that has grown while files were watched' })
    expect(await restartsAfterAnother('web', 'server.ts')).toBe(1)
    expect(eventsOf(project, 'web').find(({ type }) => type === 'restart')?.message).toBe(
      'restarting: server.ts changed',
    )
  })

  it('are none when a file is touched or written as it was', async () => {
    project = tempProject({ config: [child('web', 'sleeper', watching())], files: { 'a.ts': 'same', 'b.ts': 'first' } })
    expect((await project.ps('start', 'web')).code).toBe(0)
    expect(await restartsAfterAnother('web', 'b.ts')).toBe(1)
    project.write('a.ts', 'same')
    expect(await restartsAfterAnother('web', 'b.ts')).toBe(2)
    const messages = eventsOf(project, 'web').flatMap(({ type, message }) => (type === 'restart' ? [message] : []))
    expect(messages).toEqual(Array(2).fill('restarting: b.ts changed'))
  })
})

describe('a release that is deployed by switching a link', () => {
  it.each([
    ['its working directory', { cwd: 'current' }, 'current'],
    ['a watched path', { watchPaths: ['current'] }, 'current'],
  ])('restarts a process, and again when it is changed: %s', async (_, config, name) => {
    project = tempProject({
      config: [child('web', 'sleeper', watching(config))],
      files: { 'releases/1/app.js': 'first', 'releases/2/app.js': 'second' },
    })
    symlinkSync('releases/1', join(project.path, 'current'))
    expect((await project.ps('start', 'web')).code).toBe(0)
    await restartsAfterAnother('web', 'releases/1/app.js')
    const { run } = await control(project).status({ name: 'web' })
    symlinkSync('releases/2', join(project.path, 'next'))
    renameSync(join(project.path, 'next'), join(project.path, 'current'))
    await untilState(project, 'web', (state) => state.run > run && state.status === 'running')
    const messages = eventsOf(project, 'web').flatMap(({ type, message }) => (type === 'restart' ? [message] : []))
    expect(messages.at(-1)).toMatch(new RegExp(`^restarting: ${name} (and \\d more )?changed$`))
    await restartsAfterAnother('web', 'releases/2/app.js')
  })
})

describe('watchPolling', () => {
  it('restarts a process when a look at its files finds another', async () => {
    const config = watching({ watchPolling: 100, watchPaths: ['src', 'current'] })
    project = tempProject({
      config: [child('web', 'sleeper', config)],
      files: { 'src/a.ts': 'first', 'releases/1/b.ts': 'first', 'releases/2/b.ts': 'second' },
    })
    symlinkSync('releases/1', join(project.path, 'current'))
    expect((await project.ps('start', 'web')).code).toBe(0)
    expect(await restartsAfterAnother('web', 'src/a.ts')).toBe(1)
    symlinkSync('releases/2', join(project.path, 'next'))
    renameSync(join(project.path, 'next'), join(project.path, 'current'))
    await untilState(project, 'web', ({ run, status }) => run === 3 && status === 'running')
    const messages = eventsOf(project, 'web').flatMap(({ type, message }) => (type === 'restart' ? [message] : []))
    expect(messages[0]).toBe('restarting: src/a.ts changed')
    expect(messages[1]).toMatch(/^restarting: current(\/b\.ts)?( and 1 more)? changed$/)
    expect(eventsOf(project, 'web').filter(({ type }) => type === 'warning')).toEqual([])
  })
})

describe('a process that rewrites a watched file', () => {
  it('is restarted a few times, then that file is ignored, until a restart by hand; others count', async () => {
    const config = watching({ watchDebounce: 50, ignoreWatch: ['processes.json'] })
    project = tempProject({ config: [child('web', 'rewriter', { args: ['generated.txt'], ...config })] })
    expect((await project.ps('start', 'web')).code).toBe(0)
    const suspended = await untilState(project, 'web', ({ suspendedBy }) => suspendedBy !== null)
    expect(suspended).toMatchObject({ suspendedBy: 'generated.txt', watch: true, restarts: 9 })
    expect(eventsOf(project, 'web').find(({ type }) => type === 'warning')?.message).toContain('generated.txt')
    expect((await project.ps('status', 'web')).stdout).toContain('suspended for generated.txt')
    expect((await project.ps('list')).stdout).toMatch(/suspended/)

    project.write('server.ts', 'changed')
    await untilState(project, 'web', ({ run, status }) => run === suspended.run + 1 && status === 'running')
    expect((await project.ps('restart', 'web')).code).toBe(0)
    expect((await project.state('web')).suspendedBy).toBe(null)
  })

  it('is no person who saves the same file several times', async () => {
    project = tempProject({ config: [child('web', 'sleeper', watching({ watchDebounce: 50 }))] })
    expect((await project.ps('start', 'web')).code).toBe(0)
    for (let run = 2; run <= 8; run++) {
      project.write('a.ts', `version ${run}`)
      await untilState(project, 'web', (state) => state.run === run && state.status === 'running')
    }
    expect((await project.state('web')).suspendedBy).toBe(null)
  })
})
