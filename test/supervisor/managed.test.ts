import { beforeEach, describe, expect, it } from 'vitest'
import type { ResolvedProcess } from '../../src/model/config.ts'
import { goalOf } from '../../src/model/outcome.ts'
import type { Identity, ManagedProcess } from '../../src/model/process.ts'
import { type Edges, Managed } from '../../src/supervisor/managed.ts'
import { settle } from '../../src/supervisor/settle.ts'
import { identity, managedProcess } from '../model/processes.ts'
import { settled, VirtualClock } from './virtual-clock.ts'

const start = { type: 'start', owner: null } as const
const restart = { type: 'restart', owner: null } as const

/** A world without processes: spawns succeed at once, children end and clears end when the test says so. */
class World {
  readonly clock = new VirtualClock()
  readonly spawned: number[] = []
  readonly cleared: { run: number; signal: string; timeout: number }[] = []
  readonly monitored: string[] = []
  events: string[] = []
  writes = 0
  gone = () => {}
  #pid = 100
  #clear: (survivors: Identity[]) => void = () => {}
  #end = () => {}

  managed(state: Partial<ManagedProcess> = {}, settings: Partial<ResolvedProcess> = {}): Managed {
    return new Managed(managedProcess(state, settings), this.edges())
  }

  edges(): Edges {
    return {
      clock: this.clock,
      spawn: (managed, run) => {
        this.spawned.push(run)
        const leader = identity(this.#pid++)
        managed.dispatch({
          type: 'spawned',
          run,
          identity: leader,
          logStart: { stdout: 0, stderr: 0 },
          port: null,
          at: this.clock.now(),
        })
        return new Promise((resolve) => {
          this.#end = resolve
        })
      },
      clear: (_, { run, signal, timeout }) => {
        this.cleared.push({ run, signal, timeout })
        return new Promise((resolve) => {
          this.#clear = (survivors) => resolve({ survivors, message: survivors.length > 0 ? 'pid 9 still alive' : '' })
        })
      },
      watchLeader: (_, leader, gone) => {
        this.gone = gone
        this.monitored.push(`leader ${leader.pid}`)
        return () => this.monitored.push(`no leader ${leader.pid}`)
      },
      monitor: (_, run) => {
        this.monitored.push(`run ${run}`)
        return () => this.monitored.push(`no run ${run}`)
      },
      askStart() {},
      hideSecrets: (_, text) => text.replaceAll('s3cret', '••••'),
      emit: ({ type }) => this.events.push(type),
      changed: () => this.writes++,
    }
  }

  /** The child ends on its own. */
  exits(managed: Managed, code = 1): void {
    const { run } = managed.process
    this.#end()
    managed.dispatch({ type: 'exited', run, code, signal: null })
  }

  /** The clear under way is through. */
  async clears(survivors: Identity[] = []): Promise<void> {
    this.#clear(survivors)
    if (survivors.length === 0) this.#end()
    await settled()
  }
}

let world: World
beforeEach(() => {
  world = new World()
})

describe('a managed process', () => {
  it('is ready when it has lived for minUptime, not before', async () => {
    const managed = world.managed({}, { minUptime: 300 })
    managed.dispatch(start)
    await world.clock.pass(299)
    expect(managed.process.status).toBe('starting')
    await world.clock.pass(1)
    expect(managed.process.status).toBe('running')
    expect(world.events).toEqual(['start', 'ready'])
  })

  it('backs off, tries again and gives up, in virtual time', async () => {
    const managed = world.managed({}, { maxRestarts: 3, restartDelay: 1000 })
    managed.dispatch(start)
    const tries: number[] = []
    while (managed.process.status !== 'error') {
      tries.push(world.clock.now())
      world.exits(managed)
      await world.clears()
      const { retryAt } = managed.process
      if (retryAt !== null) await world.clock.pass(retryAt - world.clock.now())
    }
    expect(world.spawned).toEqual([1, 2, 3, 4])
    expect(tries[1]).toBe(1000)
    expect(tries[3]).toBeGreaterThan(6000)
    expect(managed.process).toMatchObject({ restarts: 3, reason: expect.stringContaining('gave up after 3 restarts') })
    expect(world.clock.pending).toBe(0)
  })

  it('does not come back when it is stopped while it waits for its next try', async () => {
    const managed = world.managed()
    managed.dispatch(start)
    world.exits(managed)
    await world.clears()
    expect(managed.process.status).toBe('restarting')
    managed.dispatch({ type: 'stop' })
    await world.clock.pass(100_000)
    expect(managed.process.status).toBe('stopped')
    expect(world.spawned).toEqual([1])
  })

  it('is cleared once, by its own signal and timeout, however many want it stopped', async () => {
    const managed = world.managed({}, { stopSignal: 'SIGINT', stopTimeout: 700 })
    managed.dispatch(start)
    await world.clock.pass(1000)
    for (let i = 0; i < 3; i++) managed.dispatch({ type: 'stop' })
    expect(world.cleared).toEqual([{ run: 1, signal: 'SIGINT', timeout: 700 }])
    await world.clears()
    expect(managed.process.status).toBe('stopped')
    managed.dispatch({ type: 'stop' })
    expect(world.cleared).toHaveLength(1)
  })

  it('knows its exit code before it counts as stopped, though the system sees the end first', async () => {
    const managed = world.managed()
    managed.dispatch(start)
    managed.dispatch({ type: 'stop' })
    managed.dispatch({ type: 'exited', run: 1, code: 0, signal: null })
    await world.clears()
    expect(managed.process).toMatchObject({ status: 'stopped', lastExit: { code: 0, asked: true } })
  })

  it('is watched while it runs, and not any longer', async () => {
    const managed = world.managed()
    managed.dispatch(start)
    expect(world.monitored).toEqual(['run 1'])
    world.exits(managed)
    expect(world.monitored).toEqual(['run 1', 'no run 1'])
  })

  it('that was adopted is followed by its leader', async () => {
    const leader = identity(33)
    const managed = world.managed({ status: 'running', wanted: 'up', run: 4, identity: leader, startedAt: 0 })
    managed.dispatch({ type: 'recover', found: { leader, run: 4, strays: false, rebooted: false } })
    expect(world.monitored).toEqual(['leader 33', 'run 4'])
    world.gone()
    expect(managed.process).toMatchObject({ status: 'crashed', lastExit: { code: null, signal: null } })
    expect(world.monitored).toContain('no leader 33')
  })

  it('takes an order that comes from a listener after the one that is being carried out', () => {
    const managed = world.managed()
    const seen: string[] = []
    managed.onChange(() => {
      seen.push(managed.process.status)
      if (managed.process.status === 'starting' && managed.process.identity) managed.dispatch({ type: 'stop' })
    })
    managed.dispatch(start)
    expect(seen).toEqual(['starting', 'starting', 'stopping'])
  })

  it('writes nothing for what means nothing', () => {
    const managed = world.managed()
    managed.dispatch({ type: 'ready', run: 7, message: 'up' })
    managed.dispatch({ type: 'cleared', run: 0, survivors: [], message: '' })
    expect(world.writes).toBe(0)
  })

  it('does nothing any more after its release', async () => {
    const managed = world.managed({ owner: identity(77) })
    managed.dispatch({ ...start, owner: identity(77) })
    managed.release(77)
    managed.dispatch({ type: 'stop' })
    await world.clock.pass(100_000)
    expect(managed.process).toMatchObject({ status: 'starting', wanted: 'up', owner: null })
    expect(world.cleared).toEqual([])
    expect(world.monitored).toEqual(['run 1', 'no run 1'])
  })

  it('keeps the owner that is not the one who lets go', () => {
    const managed = world.managed({ owner: identity(77) })
    managed.release(78)
    expect(managed.process.owner).toEqual(identity(77))
  })
})

describe('commands at the same time', () => {
  const order = (managed: Managed, input: { type: 'start' | 'restart' | 'stop' }) => {
    const before = managed.process
    managed.dispatch(input.type === 'stop' ? { type: 'stop' } : { type: input.type, owner: null })
    return settle(managed, goalOf(input.type, before, managed.process))
  }

  it('twenty restarts end with one more run, and all have succeeded', async () => {
    const managed = world.managed()
    managed.dispatch(start)
    await world.clock.pass(1000)
    const restarts = Promise.all(Array.from({ length: 20 }, () => order(managed, restart)))
    await world.clears()
    await world.clock.pass(1000)
    expect(new Set((await restarts).map(({ ok, message }) => `${ok} ${message}`))).toEqual(new Set(['true restarted']))
    expect(world.spawned).toEqual([1, 2])
  })

  it('a restart that comes while the one before is starting is one more run, and both have succeeded', async () => {
    const managed = world.managed()
    managed.dispatch(start)
    await world.clock.pass(1000)
    const first = order(managed, restart)
    await world.clears()
    const second = order(managed, restart)
    await world.clears()
    await world.clock.pass(1000)
    expect([await first, await second]).toMatchObject([{ ok: true }, { ok: true }])
    expect(world.spawned).toEqual([1, 2, 3])
  })

  it('the last one counts: a stop that comes after restarts', async () => {
    const managed = world.managed()
    managed.dispatch(start)
    await world.clock.pass(1000)
    const restarted = order(managed, restart)
    const stopped = order(managed, { type: 'stop' })
    await world.clears()
    await world.clock.pass(10_000)
    expect(await stopped).toMatchObject({ ok: true, message: 'stopped' })
    expect(await restarted).toMatchObject({ ok: false, message: 'stopped before it was ready' })
    expect(world.spawned).toEqual([1])
  })

  it('survivors fail the stop and every restart that waited for it, and are swept again by the next start', async () => {
    const managed = world.managed()
    managed.dispatch(start)
    await world.clock.pass(1000)
    const orders = [order(managed, { type: 'stop' }), order(managed, restart)]
    await world.clears([identity(9)])
    expect(await Promise.all(orders)).toMatchObject([
      { ok: false, message: 'pid 9 still alive', code: 'stop-failed' },
      { ok: false, message: 'pid 9 still alive', code: 'start-failed' },
    ])
    const again = order(managed, start)
    expect(world.cleared.map(({ run }) => run)).toEqual([1, 2])
    await world.clears()
    await world.clock.pass(1000)
    expect(await again).toMatchObject({ ok: true, message: 'started' })
  })
})
