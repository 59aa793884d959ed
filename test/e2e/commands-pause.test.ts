import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { control, eventsOf, untilState } from '../helpers/asking.ts'
import { child, running } from '../helpers/children.ts'
import { freePort } from '../helpers/free-port.ts'
import { alive, isStopped } from '../helpers/processes.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { until } from '../helpers/until.ts'

const ready = (outputPattern: string) => ({ healthCheck: { type: 'output', outputPattern } as const })

/** A server whose health check fails as soon as it is stopped for longer than a moment. */
async function server(name: string, script: 'server' | 'web', config: Parameters<typeof child>[2] = {}) {
  const port = await freePort()
  const times = { interval: 100, timeout: 1000, retries: 2, startPeriod: 60_000 }
  const check = { type: 'http', url: `http://127.0.0.1:${port}/`, ...times } as const
  return child(name, script, { ...config, env: { PORT: String(port) }, healthCheck: check, restartDelay: 10 })
}

const answers = ({ env }: { env?: unknown }, timeout: number) =>
  fetch(`http://127.0.0.1:${(env as { PORT: string }).PORT}/`, { signal: AbortSignal.timeout(timeout) }).then(
    ({ ok }) => ok,
    () => false,
  )

let project: Project
afterEach(() => project.dispose())
const ps = (...args: string[]) => project.ps(...args)

async function membersOf(name: string): Promise<number[]> {
  const { members } = await control(project).tree({ name })
  return members.map(({ pid }) => pid)
}

describe('a pause', () => {
  it('stops the whole tree, on every runtime, and nothing judges it until it is resumed', async () => {
    const servers = [
      await server('on-node', 'web', { runtime: 'node' }),
      await server('on-bun', 'web', { runtime: 'bun' }),
      await server('judged', 'server'),
    ]
    const [onNode, onBun] = servers
    project = tempProject({ config: [child('family', 'family', ready('complete')), ...servers] })
    expect(await ps('start', '--all')).toMatchObject({ code: 0 })
    const tree = await membersOf('family')
    expect(tree.length).toBeGreaterThan(3)

    const paused = await ps('pause', 'family', 'on-*')
    expect(paused).toMatchObject({ code: 0, stderr: '' })
    expect(paused.stdout).toMatch(
      /^family: paused \(pid \d+\)\non-node: paused \(pid \d+\)\non-bun: paused \(pid \d+\)\n$/,
    )
    const all = [...tree, ...(await membersOf('on-node')), ...(await membersOf('on-bun'))]
    await until(() => all.every(isStopped), { what: 'trees that rest' })
    // One that somebody else has stopped is judged: its health check fails.
    expect((await ps('signal', 'judged', 'STOP')).code).toBe(0)
    await untilState(project, 'judged', ({ run, status }) => run > 1 && status === 'running')
    expect(await Promise.all([onNode, onBun].map((one) => one && answers(one, 300)))).toEqual([false, false])
    for (const name of ['on-node', 'on-bun']) {
      const state = await project.state(name)
      expect(state).toMatchObject({ status: 'running', phase: 'paused', reason: 'paused', wanted: 'up', run: 1 })
    }
    expect(all.every(isStopped)).toBe(true)
    expect((await ps('list')).stdout).toMatch(/^family +- +paused +\d+/m)

    expect(await ps('resume', '--all')).toMatchObject({ code: 0, stderr: '' })
    await until(() => !all.some(isStopped), { what: 'trees that go on' })
    for (const one of [onNode, onBun]) expect(one && (await answers(one, 10_000))).toBe(true)
    expect(eventsOf(project, 'on-bun').map(({ type }) => type)).toEqual(['start', 'health', 'ready', 'pause', 'resume'])
    // It is judged again.
    process.kill(all.at(-1) ?? 0, 'SIGSTOP')
    await untilState(project, 'on-bun', ({ run }) => run > 1)
  })

  it('ends with a stop, which what is paused can handle as ever', async () => {
    project = tempProject({
      config: [child('web', 'farewell', ready('up')), child('talker', 'talker', { ipc: true, ...ready('talker') })],
    })
    expect((await ps('start', '--all')).code).toBe(0)
    const pids = [...running(project.path, 'farewell'), ...running(project.path, 'talker')]
    expect((await ps('pause', '--all')).code).toBe(0)
    await until(() => pids.every(isStopped), { what: 'two that rest' })
    expect((await ps('stop', '--all')).code).toBe(0)
    expect(pids.filter(alive)).toEqual([])
    expect(project.read('.tuix/logs/web.out.log')).toMatch(/^asked \d+\ngone \d+$/m)
    expect(project.read('.tuix/logs/talker.out.log')).toContain('got {"type":"shutdown"}')
    for (const name of ['web', 'talker']) {
      expect(await project.state(name)).toMatchObject({ status: 'stopped', exitCode: 0, exitSignal: null })
    }
  })

  it('ends with the app that embeds the supervisor, in the same way', async () => {
    project = tempProject()
    const web = child('web', 'farewell', ready('up'))
    const app = project.app(`
      import { createProcessManager } from 'tuix/process-manager'
      const manager = await createProcessManager({ processes: [${JSON.stringify(web)}] })
      await manager.start('web')
      const [{ message, state }] = await manager.pause({ names: ['web'] })
      console.log(message, state.phase)
      process.exit(0)
    `)
    expect(await app.finished).toMatchObject({ code: 0, stdout: 'paused paused\n' })
    expect(running(project.path, 'farewell')).toEqual([])
    expect(project.read('.tuix/logs/web.out.log')).toMatch(/^asked \d+\ngone \d+$/m)
  })

  it('outlives its supervisor, and an end of what is paused is one as any other', async () => {
    const web = await server('web', 'server')
    project = tempProject({ config: [web, child('family', 'family', ready('complete'))] })
    expect((await ps('start', '--all')).code).toBe(0)
    const { pid } = await project.state('web')
    const tree = await membersOf('family')
    expect((await ps('pause', '--all')).code).toBe(0)
    await project.killSupervisor()
    // What should be stopped and is not, such as what the supervisor had not come to yet, is stopped by the next one.
    for (const member of tree) process.kill(member, 'SIGCONT')
    expect(await project.state('web')).toMatchObject({ phase: 'paused', adopted: true, pid, run: 1 })
    await until(() => tree.every(isStopped), { what: 'a tree that rests again' })
    expect(await answers(web, 500)).toBe(false)
    expect(await project.state('web')).toMatchObject({ phase: 'paused', run: 1 })

    expect((await ps('resume', 'web')).stdout).toBe(`web: resumed (pid ${pid})\n`)
    expect(await answers(web, 10_000)).toBe(true)
    expect((await ps('pause', 'web')).code).toBe(0)
    process.kill(pid ?? 0, 'SIGKILL')
    await untilState(project, 'web', ({ run, phase }) => run > 1 && phase === 'running')
    expect((await ps('why', 'web')).stdout).toMatch(/ended, exit code unknown[\s\S]*before that: paused/)
  })
})

describe('what is paused', () => {
  const watch = { watch: true, watchDebounce: 100, watchPaths: ['src/**'] }

  beforeEach(() => {
    project = tempProject({
      config: [
        child('web', 'sleeper', watch),
        child('other', 'sleeper', watch),
        child('slow', 'sleeper', { ...ready('never'), group: 'slow' }),
      ],
    })
  })

  it('is told from what runs, starts and rests, and a restart ends it', async () => {
    await ps('start', 'web')
    expect(await ps('pause', 'wbe')).toMatchObject({ code: 4 })
    await ps('start', 'slow', '--no-wait')
    await untilState(project, 'slow', ({ phase }) => phase === 'starting')
    const some = await ps('pause', 'web', 'other', 'slow')
    expect(some).toMatchObject({
      code: 3,
      stderr: 'other: not running\nslow: still starting; pause it when it is ready\n',
    })
    expect(some.stdout).toContain('web: paused')
    expect((await ps('pause', 'web')).stdout).toContain('web: already paused')
    expect(await ps('start', 'web')).toMatchObject({ code: 0 })
    expect((await ps('start', 'web')).stdout).toContain('web: already running (paused); resume it')
    expect(await ps('wait', 'web', '--timeout', '1')).toMatchObject({ code: 124 })
    expect((await ps('wait', 'web', '--timeout', '1')).stderr).toContain('it is paused')
    expect((await ps('status', 'web')).stdout).toMatch(/web.*paused/)
    expect((await ps('why', 'web')).stdout).toMatch(/^web is paused\n.* paused\n.*before that: started\n$/)
    expect((await ps('restart', 'web')).code).toBe(0)
    expect(await project.state('web')).toMatchObject({ phase: 'running', run: 2, reason: '' })
    expect((await ps('resume', 'web')).stdout).toContain('web: not paused')
    expect(await ps('resume', 'other')).toMatchObject({ code: 3, stderr: 'other: not running\n' })
  })

  it('is restarted for a file that changed meanwhile when it is resumed, and not before', async () => {
    project.write('src/a.txt', 'first')
    await ps('start', 'web', 'other')
    await ps('pause', 'web')
    project.write('src/a.txt', 'second')
    await untilState(project, 'other', ({ run, phase }) => run > 1 && phase === 'running')
    expect(await project.state('web')).toMatchObject({ phase: 'paused', run: 1 })
    await ps('resume', 'web')
    await untilState(project, 'web', ({ run, phase }) => run > 1 && phase === 'running')
    expect(eventsOf(project, 'web').find(({ type }) => type === 'restart')).toMatchObject({
      cause: { type: 'change', file: 'src/a.txt' },
    })
  })
})

it('what depends on a paused process waits until that is resumed, and its start is answered at once', async () => {
  const [db, web] = [child('db', 'server'), child('web', 'server', { dependsOn: ['db'] })]
  project = tempProject({ config: [db, web, child('log', 'server', { dependsOn: { db: 'started' } })] })
  await ps('start', 'db')
  await ps('pause', 'db')
  expect(await ps('start', 'log')).toMatchObject({ code: 0 })
  const { code, stderr } = await ps('start', 'web')
  expect([code, stderr]).toEqual([124, 'web: waiting for db, which is paused; resume it, and the start goes on\n'])
  expect(await project.state('web')).toMatchObject({ phase: 'waiting', waitingFor: { process: 'db' } })
  await ps('resume', 'db')
  await untilState(project, 'web', ({ status }) => status === 'running')
})
