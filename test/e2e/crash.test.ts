import { afterEach, describe, expect, it } from 'vitest'
import { child, running } from '../helpers/children.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { until } from '../helpers/until.ts'

let project: Project

/** So that on a busy machine, too, it dies before it counts as up. */
const minUptime = 20_000
afterEach(() => project.dispose())

describe('a process that dies before it is up', () => {
  it('makes its start fail, with the exit code and the last lines', async () => {
    project = tempProject({ config: [child('web', 'crash', { args: ['3'], minUptime })] })
    const start = await project.ps('start', 'web')
    expect(start.code).toBe(1)
    expect(start.stdout).toBe('')
    expect(start.stderr).toMatch(/web: .*\b3\b/)
    expect(start.stderr).toContain('about to crash')
    expect(start.stderr).toContain('something is wrong')
    expect((await project.ps('status', 'web')).code).toBe(3)
    expect(await project.state('web')).toMatchObject({ exitCode: 3 })
    expect((await project.state('web')).status).not.toBe('running')
  })

  it('shows the lines of this run, never those of one before', async () => {
    project = tempProject({
      config: [
        child('web', 'greeter', { args: ['first words', '1'], minUptime, autorestart: false }),
        child('db', 'crash', { minUptime, autorestart: false }),
      ],
    })
    expect((await project.ps('start', 'web')).stderr).toContain('first words')
    project.write('processes.json', [
      child('web', 'greeter', { args: ['second words', '1'], minUptime, autorestart: false }),
      child('db', 'crash', { minUptime, autorestart: false }),
    ])
    const again = await project.ps('start', 'web')
    expect(again.stderr).toContain('second words')
    expect(again.stderr).not.toContain('first words')
    // A run that never began has no lines.
    project.write('processes.json', [
      child('web', 'greeter', { dependsOn: ['db'] }),
      child('db', 'crash', { minUptime, autorestart: false }),
    ])
    const held = (await project.ps('start', 'web', '--json')).json()
    expect(held.find(({ name }: { name: string }) => name === 'web')).not.toHaveProperty('lastLines')
    expect(held.find(({ name }: { name: string }) => name === 'db').lastLines).toContain('about to crash')
  })

  it('makes an app that starts it fail in the same way', async () => {
    project = tempProject()
    const app = await project.app(`
import { createProcessManager } from 'tuix/process-manager'
const manager = await createProcessManager({ tuixDir: '.tuix' })
await manager.start(${JSON.stringify(child('web', 'crash', { args: ['3'], autorestart: false, minUptime }))}).catch((error) => {
  console.log(JSON.stringify({ code: error.code, message: error.message, lastLines: error.lastLines }))
})
`).finished
    const error = app.json()
    expect(error.code).toBe('start-failed')
    expect(error.message).toMatch(/web: .*\b3\b/)
    expect(error.lastLines.sort()).toEqual(['about to crash', 'something is wrong'])
  })

  it('does not hold up or fail those that are started with it', async () => {
    project = tempProject({ config: [child('bad', 'crash', { minUptime }), child('good', 'server')] })
    expect((await project.ps('start', '--all')).code).toBe(1)
    const good = await project.state('good')
    expect(good.status).toBe('running')
    expect(running(project.path, 'server')).toEqual([good.pid])
  })
})

describe('a crash', () => {
  it('is followed by a restart only after all that the dead leader left behind is gone', async () => {
    project = tempProject({ config: [child('heir', 'heir', { restartDelay: 0 })] })
    await project.ps('start', 'heir')
    for (let restarts = 1; restarts <= 3; restarts++) {
      await until(() => project.read('.tuix/logs/heir.out.log').split('\n').length > restarts, { what: 'the heir' })
      const isNoted = () => running(project.path, 'sleeper').join() === project.read('heir.pid')
      await until(isNoted, { what: 'its child, and the note of it' })
      process.kill((await project.state('heir')).pid ?? 0, 'SIGKILL')
      await until(async () => (await project.state('heir')).restarts === restarts, { what: `restart ${restarts}` })
    }
    await until(() => project.read('.tuix/logs/heir.out.log').split('\n').length > 4, { what: 'four heirs' })
    const said = project.read('.tuix/logs/heir.out.log').trim().split('\n')
    expect(said).toEqual(['first', 'predecessor is gone', 'predecessor is gone', 'predecessor is gone'])
  })

  it('loses no last words, printed without a newline just before', async () => {
    project = tempProject({
      config: [child('greeter', 'greeter', { args: ['goodbye', '1'], minUptime: 1, restartDelay: 0, maxRestarts: 30 })],
    })
    await project.ps('start', 'greeter', '--no-wait')
    await until(async () => (await project.state('greeter')).status === 'error', { timeoutMs: 50_000, what: 'the end' })
    const runs = (await project.state('greeter')).run
    expect(runs).toBeGreaterThan(30)
    expect(project.read('.tuix/logs/greeter.out.log')).toBe(Array(runs).fill('goodbye').join('\n'))
    expect((await project.ps('logs', 'greeter', '-n', '1000')).stdout.match(/goodbye/g)).toHaveLength(runs)
  })
})
