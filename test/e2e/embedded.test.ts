import { afterEach, describe, expect, it } from 'vitest'
import { child, daemons, running } from '../helpers/children.ts'
import { alive } from '../helpers/processes.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import type { Running } from '../helpers/running.ts'
import { removeInUse } from '../helpers/temp.ts'
import { until } from '../helpers/until.ts'

let project: Project
afterEach(() => project.dispose())

const WEB = child('web', 'sleeper')

/** An app that runs some code with a manager, says `up`, and lives on as long as it has a reason to. */
function app(code: string): Running {
  return project.app(`
import { createProcessManager } from 'tuix/process-manager'
const manager = await createProcessManager({ tuixDir: '.tuix' })
${code}
console.log('up')
`)
}

const starting = (...processes: object[]) =>
  processes.map((process) => `await manager.start(${JSON.stringify(process)})`).join('\n')

/** Waits until an app says `up`. */
async function comesUp(one: Running): Promise<Running> {
  await until(() => one.stdout().includes('up\n') || one.stderr() !== '', { what: 'the app to be up' })
  expect(one.stderr()).toBe('')
  return one
}

describe('what an app started', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('ends with it on %s, which still ends the app', async (signal) => {
    project = tempProject()
    const one = await comesUp(app(starting(WEB)))
    const [pid] = running(project.path, 'sleeper')
    expect(alive(pid)).toBe(true)
    one.kill(signal)
    const { code, signal: by } = await one.finished
    expect([by, code]).toContain(by ?? { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }[signal])
    expect(alive(pid)).toBe(false)
    expect(project.supervisor()).toBeNull()
    expect(daemons(project.path)).toEqual([])
    expect(await project.state('web')).toMatchObject({ status: 'stopped', wanted: 'down', pid: null })
  })

  it('ends with it on process.exit()', async () => {
    project = tempProject()
    const { code } = await app(`${starting(WEB)}\nprocess.exit(7)`).finished
    expect(code).toBe(7)
    expect(running(project.path, 'sleeper')).toEqual([])
    expect(daemons(project.path)).toEqual([])
  })

  it('ends with it on an uncaught exception, which is still told', async () => {
    project = tempProject()
    const { code, stderr } = await app(`${starting(WEB)}\nsetTimeout(() => { throw new Error('on purpose') })`).finished
    expect(code).toBe(1)
    expect(stderr).toContain('on purpose')
    expect(running(project.path, 'sleeper')).toEqual([])
    expect(daemons(project.path)).toEqual([])
  })

  it('ends with it on an unhandled rejection', async () => {
    project = tempProject()
    const { code, stderr } = await app(`${starting(WEB)}\nvoid Promise.reject(new Error('on purpose'))`).finished
    expect(code).toBe(1)
    expect(stderr).toContain('on purpose')
    expect(running(project.path, 'sleeper')).toEqual([])
  })

  it('ends with it though it ignores signals, and with all that it started', async () => {
    project = tempProject()
    const stubborn = child('stubborn', 'stubborn', { stopTimeout: 200 })
    const one = await comesUp(app(starting(stubborn, child('family', 'family', { stopTimeout: 200 }))))
    await until(() => project.read('.tuix/logs/family.out.log').includes('family complete'))
    one.kill('SIGINT')
    await one.finished
    expect(running(project.path, 'stubborn')).toEqual([])
    expect(running(project.path, 'family')).toEqual([])
    expect(running(project.path, 'sleeper')).toEqual([])
  })

  it('is left to the handlers of the app first', async () => {
    project = tempProject()
    const handler = `process.on('SIGTERM', async () => {
      await manager.stop('web')
      console.log((await manager.status('web')).status)
      process.exit(3)
    })`
    const one = await comesUp(app(`${starting(WEB)}\n${handler}`))
    one.kill('SIGTERM')
    const { code, stdout } = await one.finished
    expect(code).toBe(3)
    expect(stdout).toContain('stopped')
  })

  it('survives the SIGKILL of the app, for the next command to adopt', async () => {
    project = tempProject()
    const one = await comesUp(app(starting(WEB)))
    const [pid] = running(project.path, 'sleeper')
    one.kill('SIGKILL')
    await one.finished
    expect(await project.state('web')).toMatchObject({ status: 'running', pid, adopted: true })
  })

  it('keeps the app alive while it is up, and lets it end when it is stopped', async () => {
    project = tempProject()
    const one = await comesUp(app(starting(WEB)))
    expect((await project.ps('stop', 'web')).code).toBe(0)
    expect((await one.finished).code).toBe(0)
  })

  it('goes on without it after close()', async () => {
    project = tempProject()
    const { code } = await app(`${starting(WEB)}\nawait manager.close()`).finished
    expect(code).toBe(0)
    const [pid] = running(project.path, 'sleeper')
    expect(alive(pid)).toBe(true)
    expect(await project.state('web')).toMatchObject({ status: 'running', pid, adopted: true, owned: false })
  })
})

describe('a daemon takes over from an app that ends', () => {
  it('what was to persist, and nothing else', async () => {
    project = tempProject()
    const one = await comesUp(app(starting(WEB, child('kept', 'counter', { persist: true }))))
    const [kept] = running(project.path, 'counter')
    one.kill('SIGINT')
    await one.finished
    expect(running(project.path, 'sleeper')).toEqual([])
    await until(() => project.supervisor()?.mode === 'daemon', { what: 'the daemon' })
    expect(await project.state('kept')).toMatchObject({ status: 'running', pid: kept, adopted: true })
    expect((await project.state('web')).status).toBe('stopped')
  })

  it('what others started through it', async () => {
    project = tempProject({ config: [child('other', 'counter')] })
    const one = await comesUp(app(starting(WEB)))
    expect((await project.ps('start', 'other')).code).toBe(0)
    const [other] = running(project.path, 'counter')
    one.kill('SIGTERM')
    await one.finished
    expect(running(project.path, 'sleeper')).toEqual([])
    await until(() => project.supervisor()?.mode === 'daemon', { what: 'the daemon' })
    expect(await project.state('other')).toMatchObject({ status: 'running', pid: other })
  })
})

describe('an app that is connected to a daemon', () => {
  /** A daemon with `other`, and an app that started `web` through it. */
  async function connected(): Promise<{ one: Running; web: number; other: number }> {
    project = tempProject({ config: [child('other', 'counter')] })
    expect((await project.ps('start', 'other')).code).toBe(0)
    const one = await comesUp(app(starting(WEB)))
    expect(project.supervisor()?.mode).toBe('daemon')
    return { one, web: running(project.path, 'sleeper')[0] ?? 0, other: running(project.path, 'counter')[0] ?? 0 }
  }

  it.each(['SIGINT', 'SIGKILL'] as const)('takes what it started with it on %s, and nothing else', async (signal) => {
    const { one, web, other } = await connected()
    one.kill(signal)
    await one.finished
    await until(() => !alive(web), { what: 'the end of what the app started' })
    await until(async () => (await project.state('web'))?.status === 'stopped', { what: 'the end of the stop' })
    expect(await project.state('other')).toMatchObject({ status: 'running', pid: other })
  })

  it('lives until what it started is stopped by somebody else', async () => {
    const { one, web } = await connected()
    expect(alive(one.pid)).toBe(true)
    expect((await project.ps('stop', 'web')).code).toBe(0)
    expect(alive(web)).toBe(false)
    expect((await one.finished).code).toBe(0)
  })

  it('takes the place of a daemon that is killed', async () => {
    const { one, web, other } = await connected()
    await project.killSupervisor()
    await until(() => project.supervisor()?.identity.pid === one.pid, { what: 'the app to supervise' })
    expect(await project.state('web')).toMatchObject({ status: 'running', pid: web, adopted: true })
    expect(await project.state('other')).toMatchObject({ status: 'running', pid: other, adopted: true })
    one.kill('SIGINT')
    await one.finished
    expect(alive(web)).toBe(false)
    expect(alive(other)).toBe(true)
  })
})

describe('a daemon', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('that is ended by %s leaves everything running', async (signal) => {
    project = tempProject({ config: [WEB] })
    await project.ps('start', 'web')
    const [pid] = running(project.path, 'sleeper')
    const daemon = project.supervisor()?.identity.pid ?? 0
    process.kill(daemon, signal)
    await until(() => !alive(daemon), { what: 'the end of the daemon' })
    expect(project.supervisor()).toBeNull()
    expect(alive(pid)).toBe(true)
    expect(await project.state('web')).toMatchObject({ status: 'running', pid, adopted: true })
  })

  it('does not end with a terminal that closes', async () => {
    project = tempProject({ config: [WEB] })
    await project.ps('start', 'web')
    const daemon = project.supervisor()?.identity.pid ?? 0
    process.kill(daemon, 'SIGHUP')
    expect((await project.state('web')).status).toBe('running')
    expect(project.supervisor()?.identity.pid).toBe(daemon)
  })
})

describe('a folder that is deleted under its supervisor', () => {
  it('comes back, with the same processes and the same app', async () => {
    project = tempProject()
    const one = await comesUp(app(starting(WEB)))
    const [pid] = running(project.path, 'sleeper')
    for (let round = 0; round < 3; round++) {
      await removeInUse(project.file('.tuix'))
      await until(() => project.supervisor()?.identity.pid === one.pid, { what: 'the folder to be back' })
    }
    expect(await project.state('web')).toMatchObject({ status: 'running', pid, adopted: false })
    expect(daemons(project.path)).toEqual([])
    one.kill('SIGINT')
    expect((await one.finished).stderr).toBe('')
    expect(alive(pid)).toBe(false)
  })
})

describe('events()', () => {
  it.each([
    ['embedded', false],
    ['connected', true],
  ])('of an %s manager end with return(), though nothing happens', async (_, daemon) => {
    project = tempProject({ config: [WEB] })
    if (daemon) await project.ps('start', 'web')
    const { code, stdout } = await app(`
      const events = manager.events()
      const next = events.next()
      await manager.list()
      console.log(JSON.stringify([await events.return(), await next]))
      await manager.close()
    `).finished
    expect(stdout).toContain('[{"done":true},{"done":true}]')
    expect(code).toBe(0)
  })

  it('go on when another supervisor takes over', async () => {
    project = tempProject({ config: [child('other', 'counter')] })
    await project.ps('start', 'other')
    const one = await comesUp(
      app(`
      manager.on('stop', ({ name }) => console.log('stopped ' + name))
      const events = manager.events()
      void (async () => {
        for await (const { type, name } of events) console.log(type + ' ' + name)
      })()
      process.on('SIGUSR2', async () => {
        await events.return()
        await manager.close()
      })
    `),
    )
    await project.killSupervisor()
    await until(() => project.supervisor()?.identity.pid === one.pid, { what: 'the app to supervise' })
    // It supervises before both listen again: what they hear is what happens from then on.
    await until(
      async () => {
        await project.ps('start', 'other')
        await project.ps('stop', 'other')
        return one.stdout().includes('stop other') && one.stdout().includes('stopped other')
      },
      { what: 'both to hear of it' },
    )
    one.kill('SIGUSR2')
    expect((await one.finished).stderr).toBe('')
  })

  it('tell what happens to a process from its start to its stop', async () => {
    project = tempProject()
    const { stdout } = await app(`
      const seen = []
      const all = (async () => {
        for await (const { type } of manager.events()) {
          seen.push(type)
          if (type === 'stop') break
        }
      })()
      await manager.list()
      ${starting(WEB)}
      await manager.stop('web')
      await all
      console.log(seen.join(' '))
    `).finished
    expect(stdout).toContain('start ready stop')
  })
})
