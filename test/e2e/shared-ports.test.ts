import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { control, eventsOf, untilState } from '../helpers/asking.ts'
import { clients, type Served } from '../helpers/clients.mjs'
import { freePort } from '../helpers/free-port.ts'
import { alive } from '../helpers/processes.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { executable } from '../helpers/runtimes.ts'
import { until } from '../helpers/until.ts'

const SERVER = fileURLToPath(new URL('../fixtures/served.mjs', import.meta.url))

let project: Project
afterEach(() => project.dispose())

/** A project with instances of a server behind one port. */
async function shared(settings: object = {}, program = executable()) {
  const port = await freePort()
  project = tempProject()
  const declare = (changed: object = {}) =>
    project.write('processes.json', [
      { name: 'web', command: program, args: [SERVER], instances: 3, port, minUptime: 50, ...settings, ...changed },
    ])
  declare()
  return {
    port,
    declare,
    ask: (path = '/') => fetch(`http://127.0.0.1:${port}${path}`).then((answer) => answer.text()),
  }
}

async function state(name: string) {
  return control(project).status({ name })
}

function list() {
  return control(project).list({})
}

/** Runs `during` while clients ask without a pause, and resolves with what has become of their requests. */
async function underLoad(port: number, during: (state: Served) => Promise<void>): Promise<Served> {
  const load = clients(port, { keepAlive: 8, closing: 4, sockets: 3 })
  try {
    await until(() => load.state.requests > 50 && load.state.messages > 3, { what: 'answers' })
    await during(load.state)
    const { requests } = load.state
    await until(() => load.state.requests > requests + 50, { what: 'answers afterwards' })
  } finally {
    await load.end()
  }
  return load.state
}

describe.each(['node', 'bun'] as const)('a reload of instances on %s that share a port', (runtime) => {
  it('loses no request, whether connections are kept, new, slow or WebSockets', async () => {
    const { port } = await shared({}, executable(runtime))
    expect((await project.ps('start', 'web')).code).toBe(0)
    const before = await state('web-1')
    const { failures } = await underLoad(port, async () => {
      for (let i = 0; i < 2; i++) {
        const { code, stdout } = await project.ps('reload', 'web')
        expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('web-3: restarted') })
      }
    })
    expect(failures).toEqual([])
    expect((await state('web-1')).run).toBe(before.run + 2)
    // The additional instance is gone, and the forwarder was left alone.
    expect((await list()).map(({ name, run }) => [name, run])).toEqual([
      ['web-1', 3],
      ['web-2', 3],
      ['web-3', 3],
      ['web-proxy', 1],
    ])
  })

  it('keeps the old version, and loses no request, where the new one crashes at its start', async () => {
    const { port, declare } = await shared({}, executable(runtime))
    expect((await project.ps('start', 'web')).code).toBe(0)
    const pids = (await list()).map(({ pid }) => pid)
    const { failures, versions } = await underLoad(port, async () => {
      declare({ env: { VERSION: 'broken' } })
      const { code, stderr } = await project.ps('reload', 'web')
      expect(code).toBe(1)
      expect(stderr).toMatch(
        /^web-4: the new version does not come up: .+; it was removed, and web-1, web-2, web-3 still run as before$/m,
      )
      expect(stderr).toContain('this version is broken')
    })
    expect(failures).toEqual([])
    expect([...versions.keys()]).toEqual(['1'])
    expect((await list()).map(({ pid }) => pid)).toEqual(pids)
  })
})

describe('a shared port', () => {
  it('gives each instance a port of its own, and spreads connections over those that are ready', async () => {
    const { port, ask } = await shared()
    const { code, stdout } = await project.ps('start', 'web')
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('web-proxy: started') })
    const listed = await list()
    expect(listed.map(({ name, port: own }) => [name, own === port])).toEqual([
      ['web-1', false],
      ['web-2', false],
      ['web-3', false],
      ['web-proxy', true],
    ])
    const answers = await Promise.all(Array.from({ length: 9 }, () => ask('/slow')))
    expect(new Set(answers).size).toBe(3)
    const signalled = await project.ps('signal', 'web', 'SIGURG')
    expect(signalled.stdout).not.toContain('web-proxy')
    expect((await project.ps('pause', 'web-2')).code).toBe(0)
    const others = await Promise.all(Array.from({ length: 6 }, () => ask('/slow')))
    expect(new Set(others).size).toBe(2)
  })

  it('is held while all instances are restarted', async () => {
    const { ask } = await shared({ instances: 1, share: 'proxy' })
    expect((await project.ps('start', 'web')).code).toBe(0)
    const before = await ask()
    const restart = project.ps('restart', 'web')
    // As early as this test can see it: what comes between may be over before the next look.
    await untilState(project, 'web-1', ({ run, status }) => run === 2 || status !== 'running')
    expect(await ask()).not.toBe(before)
    expect((await restart).code).toBe(0)
    expect((await state('web-proxy')).run).toBe(1)
  })

  it('loses nothing when the supervisor is killed, and a new one reloads on', async () => {
    const { port } = await shared()
    expect((await project.ps('start', 'web')).code).toBe(0)
    const { failures } = await underLoad(port, async ({ requests }) => {
      const supervisor = project.supervisor()?.identity.pid ?? 0
      process.kill(supervisor, 'SIGKILL')
      await until(() => !alive(supervisor), { what: 'the supervisor to be dead' })
      const load = requests
      await until(() => load >= requests, { what: 'requests' })
      expect((await project.ps('reload', 'web')).code).toBe(0)
    })
    expect(failures).toEqual([])
    expect((await state('web-proxy')).adopted).toBe(true)
  })

  it('gives an instance its former settings back when it alone fails with the new ones', async () => {
    const { port, declare } = await shared()
    expect((await project.ps('start', 'web')).code).toBe(0)
    const { failures } = await underLoad(port, async () => {
      declare({ env: { VERSION: 'broken-2' } })
      const { code, stdout, stderr } = await project.ps('reload', 'web')
      expect({ code, stdout }).toEqual({ code: 1, stdout: expect.stringContaining('web-1: restarted') })
      expect(stderr).toMatch(
        /^web-2: .+; it runs with its former settings again, and the instances after it were left alone$/m,
      )
      await until(async () => (await list()).length === 4, { what: 'the additional instance to be gone' })
    })
    expect(failures).toEqual([])
    const versions = await Promise.all(
      ['web-1', 'web-2', 'web-3'].map(async (name) => (await state(name)).config.env.VERSION),
    )
    expect(versions).toEqual(['broken-2', undefined, undefined])
    expect((await state('web-2')).status).toBe('running')
  })

  it('is rid of the additional instance when the supervisor is killed in the middle of a reload', async () => {
    const { port } = await shared()
    expect((await project.ps('start', 'web')).code).toBe(0)
    const { failures } = await underLoad(port, async () => {
      const reload = project.ps('reload', 'web')
      await until(async () => (await list()).some(({ name, status }) => name === 'web-4' && status === 'running'))
      process.kill(project.supervisor()?.identity.pid ?? 0, 'SIGKILL')
      expect((await reload).code).not.toBe(0)
      await project.ps('list')
      await until(
        async () => (await list()).every(({ status }) => status === 'running') && (await list()).length === 4,
        {
          what: 'three instances and their forwarder',
        },
      )
    })
    expect(failures).toEqual([])
  })

  it('has its forwarder back within a second when that is killed, also one that was taken over', async () => {
    const { ask } = await shared()
    expect((await project.ps('start', 'web')).code).toBe(0)
    for (const isAdopted of [false, true]) {
      if (isAdopted) {
        process.kill(project.supervisor()?.identity.pid ?? 0, 'SIGKILL')
        await project.ps('list')
      }
      const { pid } = await untilState(project, 'web-proxy', ({ status }) => status === 'running')
      process.kill(pid ?? 0, 'SIGKILL')
      await until(() => ask().catch(() => ''), { what: 'an answer', everyMs: 5 })
      const [exit, start] = eventsOf(project, 'web-proxy')
        .filter(({ type }) => /^(crash|start)$/.test(type))
        .slice(-2)
      expect((start?.time ?? 0) - (exit?.time ?? 0)).toBeLessThan(1000)
    }
  })

  it('is listened on no more once its instances are stopped, and what was under way has its answer', async () => {
    const { ask } = await shared({ stopTimeout: 3000 })
    expect((await project.ps('start', 'web')).code).toBe(0)
    const slow = ask('/slow')
    await new Promise((resolve) => setTimeout(resolve, 100))
    const { code } = await project.ps('stop', 'web')
    expect(code).toBe(0)
    expect(await slow).toMatch(/^1 \d+$/)
    await expect(ask()).rejects.toThrow()
    expect((await project.ps('remove', 'web')).code).toBe(0)
    expect(await list()).toEqual([])
  })

  it('follows a scale, and a number of instances that the config changes', async () => {
    const { declare, ask } = await shared({ instances: 1 })
    expect((await project.ps('start', 'web')).code).toBe(0)
    expect((await list()).map(({ name }) => name)).toEqual(['web'])
    expect((await project.ps('scale', 'web=2')).code).toBe(0)
    expect((await list()).map(({ name }) => name)).toEqual(['web-1', 'web-2', 'web-proxy'])
    expect((await project.ps('scale', 'web=1')).code).toBe(0)
    expect((await list()).map(({ name }) => name)).toEqual(['web-1', 'web-proxy'])
    expect(await ask()).toMatch(/^1 \d+$/)
    declare({ instances: 4 })
    expect((await project.ps('apply')).code).toBe(0)
    expect((await list()).map(({ name }) => name)).toEqual(['web-1', 'web-2', 'web-3', 'web-4', 'web-proxy'])
    expect(await ask()).toMatch(/^1 \d+$/)
  })

  it('is refused where it makes no sense, in one sentence each', async () => {
    await shared()
    const refusal = async (settings: object) => {
      project.write('processes.json', [{ name: 'web', command: 'sleep 1', ...settings }])
      const { code, stderr } = await project.ps('start', 'web')
      return [code, stderr.trim()]
    }
    expect(await refusal({ share: 'proxy' })).toEqual([
      2,
      expect.stringContaining('share` needs the `port` that is shared, such as `port: 3000`'),
    ])
    expect(await refusal({ share: 'magic', port: 3000 })).toEqual([2, expect.stringContaining('"proxy"')])
    expect(await refusal({ instances: 2, port: 3000, schedule: '* * * * *' })).toEqual([
      2,
      expect.stringContaining('schedule` must not be set for instances that share a port'),
    ])
  })
})
