import { beforeEach, describe, expect, it } from 'vitest'
import type { ResolvedProcess } from '../../src/model/config/config.ts'
import type { Activity } from '../../src/model/lifecycle/boot.ts'
import { goalOfStart, goalOfStop } from '../../src/model/lifecycle/goal.ts'
import type { Survivor } from '../../src/model/lifecycle/inputs.ts'
import type { ManagedProcess } from '../../src/model/lifecycle/process.ts'
import { waitForGoal } from '../../src/supervisor/actions/wait-for-goal.ts'
import { type Effects, Managed } from '../../src/supervisor/managed.ts'
import { identity, live, managedProcess } from '../model/processes.ts'
import { settled, VirtualClock } from './virtual-clock.ts'

const start = { type: 'start', owner: null } as const
const restart = { type: 'restart', owner: null } as const

/** A world without processes: spawns succeed at once, children end and clears end when the test says so. */
class World {
  readonly clock = new VirtualClock()
  readonly spawned: number[] = []
  readonly kills: { run: number; signal: string; timeout: number }[] = []
  readonly signals: string[] = []
  readonly monitored: string[] = []
  events: string[] = []
  writes = 0
  gone = () => {}
  /** What the tree of a run does: nothing, unless a test says otherwise. */
  activity: () => Activity | null = () => ({ at: this.clock.now(), cpu: 0, isBusy: false, listens: () => false })
  /** Effects that are carried out otherwise. */
  overrides: Partial<Effects> = {}
  #pid = 100
  #kill: (survivors: Survivor[]) => void = () => {}
  #end = () => {}

  managed(state: Partial<ManagedProcess> = {}, settings: Partial<ResolvedProcess> = {}): Managed {
    return new Managed(managedProcess(state, settings), this.effects())
  }

  effects(): Effects {
    return {
      clock: this.clock,
      spawn: (managed, run) => {
        this.spawned.push(run)
        const leader = identity(this.#pid++)
        managed.dispatch({
          type: 'spawned',
          run,
          leader,
          logStart: { stdout: 0, stderr: 0 },
          port: null,
          at: this.clock.now(),
        })
        return new Promise((resolve) => {
          this.#end = resolve
        })
      },
      kill: (_, { run, signal, timeout }) => {
        this.kills.push({ run, signal, timeout })
        return new Promise((resolve) => {
          this.#kill = resolve
        })
      },
      signal: async (_, { run, signal }) => {
        this.signals.push(`${signal} for run ${run}, ${this.writes} writes`)
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
      look: () => this.activity(),
      watch: (_, run) => {
        this.monitored.push(`files after run ${run}`)
        return () => this.monitored.push(`no files after run ${run}`)
      },
      requestStart() {},
      redact: (_, text) => text.replaceAll('s3cret', '••••'),
      emit: ({ type }) => this.events.push(type),
      changed: () => this.writes++,
      ...this.overrides,
    }
  }

  /** The child ends on its own. */
  exits(managed: Managed, code = 1): void {
    const { run } = managed.process
    this.#end()
    managed.dispatch({ type: 'exited', run, code, signal: null })
  }

  /** The kill under way is through. */
  async killed(...survivors: Survivor[]): Promise<void> {
    this.#kill(survivors)
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
    expect(managed.process.phase.type).toBe('starting')
    await world.clock.pass(1)
    expect(managed.process.phase.type).toBe('running')
    expect(world.events).toEqual(['start', 'ready'])
  })

  it('is not ready while it is busy with its start, until it must be', async () => {
    const managed = world.managed({}, { minUptime: 300, startTimeout: 5000 })
    let cpu = 0
    world.activity = () => ({ at: world.clock.now(), cpu, isBusy: true, listens: () => false })
    managed.dispatch(start)
    await world.clock.pass(2000)
    expect(managed.process.phase.type).toBe('starting')
    cpu = 1000
    await world.clock.pass(100)
    expect(managed.process.phase.type).toBe('running')

    const other = world.managed({}, { minUptime: 300, startTimeout: 5000 })
    cpu = 0
    other.dispatch(start)
    await world.clock.pass(4900)
    expect(other.process.phase.type).toBe('starting')
    await world.clock.pass(200)
    expect(other.process.phase.type).toBe('running')
  })

  it('is ready after a second where nobody can see what it does', async () => {
    const managed = world.managed({}, { minUptime: 300 })
    world.activity = () => null
    managed.dispatch(start)
    await world.clock.pass(999)
    expect(managed.process.phase.type).toBe('starting')
    await world.clock.pass(1)
    expect(managed.process.phase.type).toBe('running')
  })

  it.each([
    ['fail', 'cleanup'],
    ['ready', 'running'],
  ] as const)('that is not healthy in time is treated by onStartTimeout: %s', async (onStartTimeout, phase) => {
    const healthCheck = {
      type: 'exec',
      command: 'false',
      interval: 50,
      timeout: 50,
      retries: 1,
      startPeriod: 0,
    } as const
    const managed = world.managed({}, { healthCheck, startTimeout: 3000, onStartTimeout })
    managed.dispatch(start)
    await world.clock.pass(2999)
    expect(managed.process.phase.type).toBe('starting')
    await world.clock.pass(1)
    expect(managed.process.phase.type).toBe(phase)
  })

  it('backs off, tries again and gives up, in virtual time', async () => {
    const managed = world.managed({}, { maxRestarts: 3, restartDelay: 1000 })
    managed.dispatch(start)
    const tries: number[] = []
    while (managed.process.phase.type !== 'failed') {
      tries.push(world.clock.now())
      world.exits(managed)
      await world.killed()
      const { phase } = managed.process
      if (phase.type === 'backoff') await world.clock.pass(phase.at - world.clock.now())
    }
    expect(world.spawned).toEqual([1, 2, 3, 4])
    expect(tries[1]).toBe(1000)
    expect(tries[3]).toBeGreaterThan(6000)
    expect(managed.process).toMatchObject({ restarts: 3, phase: { cause: { type: 'gave-up', restarts: 3 } } })
    expect(world.clock.pending).toBe(0)
  })

  it('does not come back when it is stopped while it waits for its next try', async () => {
    const managed = world.managed()
    managed.dispatch(start)
    world.exits(managed)
    await world.killed()
    expect(managed.process.phase.type).toBe('backoff')
    managed.dispatch({ type: 'stop' })
    await world.clock.pass(100_000)
    expect(managed.process.phase.type).toBe('stopped')
    expect(world.spawned).toEqual([1])
  })

  it('is killed once, by its own signal and timeout, however many want it stopped', async () => {
    const managed = world.managed({}, { stopSignal: 'SIGINT', stopTimeout: 700 })
    managed.dispatch(start)
    await world.clock.pass(1000)
    for (let i = 0; i < 3; i++) managed.dispatch({ type: 'stop' })
    expect(world.kills).toEqual([{ run: 1, signal: 'SIGINT', timeout: 700 }])
    await world.killed()
    expect(managed.process.phase.type).toBe('stopped')
    managed.dispatch({ type: 'stop' })
    expect(world.kills).toHaveLength(1)
  })

  it('knows its exit code before it counts as stopped, though the system sees the end first', async () => {
    const managed = world.managed()
    managed.dispatch(start)
    managed.dispatch({ type: 'stop' })
    managed.dispatch({ type: 'exited', run: 1, code: 0, signal: null })
    await world.killed()
    expect(managed.process).toMatchObject({ phase: { type: 'stopped' }, lastExit: { code: 0, asked: true } })
  })

  it('is watched while it runs, and not any longer', async () => {
    const managed = world.managed()
    managed.dispatch(start)
    expect(world.monitored).toEqual(['run 1'])
    world.exits(managed)
    expect(world.monitored).toEqual(['run 1', 'no run 1'])
  })

  it('is not watched while it is paused, and signalled once that is noted', async () => {
    const managed = world.managed()
    managed.dispatch(start)
    await world.clock.pass(1000)
    const { writes } = world
    managed.dispatch({ type: 'pause' })
    expect(managed.isPaused(1)).toBe(true)
    expect(world.monitored).toEqual(['run 1', 'no run 1'])
    managed.dispatch({ type: 'resume' })
    expect(managed.isPaused(1)).toBe(false)
    expect(world.monitored).toEqual(['run 1', 'no run 1', 'run 1'])
    expect(world.signals).toEqual([
      `SIGSTOP for run 1, ${writes + 1} writes`,
      `SIGCONT for run 1, ${writes + 2} writes`,
    ])
  })

  it('that was adopted is followed by its leader', async () => {
    const leader = identity(33)
    const managed = world.managed({
      wanted: 'up',
      run: 4,
      phase: { type: 'running', live: live({ leader }), rebuilt: false },
    })
    managed.dispatch({ type: 'recover', found: { leader, run: 4, leftovers: false, rebooted: false } })
    expect(world.monitored).toEqual(['leader 33', 'run 4'])
    world.gone()
    expect(managed.process).toMatchObject({ phase: { type: 'cleanup' }, lastExit: { code: null, signal: null } })
    expect(world.monitored).toContain('no leader 33')
  })

  it('takes an order that comes from a listener after the one that is being carried out', () => {
    const managed = world.managed()
    const seen: string[] = []
    managed.onChange(() => {
      seen.push(managed.process.phase.type)
      if (managed.process.phase.type === 'starting') managed.dispatch({ type: 'stop' })
    })
    managed.dispatch(start)
    expect(seen).toEqual(['spawning', 'starting', 'stopping'])
  })

  it('writes nothing for what means nothing', () => {
    const managed = world.managed()
    managed.dispatch({ type: 'ready', run: 7, cause: { type: 'uptime' } })
    managed.dispatch({ type: 'killed', run: 0, survivors: [] })
    expect(world.writes).toBe(0)
  })

  it('does nothing any more after its release', async () => {
    const managed = world.managed({ owner: identity(77) })
    managed.dispatch({ ...start, owner: identity(77) })
    managed.release(77)
    managed.dispatch({ type: 'stop' })
    await world.clock.pass(100_000)
    expect(managed.process).toMatchObject({ phase: { type: 'starting' }, wanted: 'up', owner: null })
    expect(world.kills).toEqual([])
    expect(world.monitored).toEqual(['run 1', 'no run 1'])
  })

  it('keeps the owner that is not the one who lets go', () => {
    const managed = world.managed({ owner: identity(77) })
    managed.release(78)
    expect(managed.process.owner).toEqual(identity(77))
  })
})

describe('an error of the supervisor itself', () => {
  const oops = () => {
    throw new TypeError('probe is not a function')
  }
  const told = 'internal error, please report it: probe is not a function'

  it('in one effect of a run is told, and the run lives on with all others', async () => {
    world.overrides = { monitor: oops }
    const managed = world.managed()
    managed.dispatch(start)
    await world.clock.pass(1000)
    expect(managed.process.phase.type).toBe('running')
    expect(world.events).toEqual(['start', 'warning', 'ready'])
    const stopped = waitForGoal(managed, goalOfStop(managed.process))
    managed.dispatch({ type: 'stop' })
    await world.killed()
    expect(await stopped).toEqual({ result: 'stopped' })
  })

  it('in a rule fails a process that would wait for ever, and answers whoever waits', async () => {
    const managed = world.managed({}, { schedule: 'no such time' })
    const goal = () => goalOfStart('start', managed.process, managed.process)
    managed.dispatch(start)
    expect(managed.process.phase).toMatchObject({ type: 'failed', cause: { type: 'refused' } })
    expect(await waitForGoal(managed, goal())).toMatchObject({ result: 'failed' })
    expect(world.events).toEqual(['error'])
  })

  it('in a rule about a run that is gone fails the process, too', async () => {
    const managed = world.managed({ wanted: 'up', run: 1, phase: { type: 'running', live: live(), rebuilt: false } })
    managed.dispatch({ type: 'exited', run: 1, code: 0, signal: null })
    managed.dispatch({ type: 'configure', config: { ...managed.process.config, schedule: 'no such time' } })
    managed.process.config.schedule = 'no such time'
    managed.dispatch({ type: 'killed', run: 1, survivors: [] })
    expect(managed.process.phase).toMatchObject({ type: 'failed', cause: { type: 'refused' } })
  })

  it('in a spawn is tried again as one that the system refuses', async () => {
    world.overrides = { spawn: async () => oops() }
    const managed = world.managed({}, { restartDelay: 1000 })
    managed.dispatch(start)
    await settled()
    expect(managed.process.phase).toMatchObject({ type: 'backoff' })
    expect(managed.process.lastExit?.ended).toMatchObject({ problem: { type: 'system', detail: told } })
  })

  it('in a kill is tried again until it is known what lives', async () => {
    let tries = 0
    world.overrides = { kill: async () => (++tries < 3 ? oops() : []) }
    const managed = world.managed()
    managed.dispatch(start)
    await world.clock.pass(1000)
    managed.dispatch({ type: 'stop' })
    world.exits(managed)
    await world.clock.pass(5000)
    expect([managed.process.phase.type, tries]).toEqual(['stopped', 3])
    expect(world.events.filter((type) => type === 'warning')).toHaveLength(2)
  })

  it('in a listener keeps nothing from the others', () => {
    const managed = world.managed()
    let heard = 0
    managed.onChange(() => {
      if (heard === 0) oops()
    })
    managed.onChange(() => heard++)
    managed.dispatch(start)
    expect(heard).toBeGreaterThan(0)
  })
})

describe('a scheduled process', () => {
  const MINUTE = 60_000
  const scheduled = () => {
    const managed = world.managed({}, { schedule: '0 * * * *', autorestart: false })
    managed.dispatch(start)
    return managed
  }

  it('runs once, within a minute, after a suspend that was longer than the wait', async () => {
    const managed = scheduled()
    world.clock.jump(3.5 * 60 * MINUTE)
    await world.clock.pass(MINUTE)
    expect(world.spawned).toEqual([1])
    managed.dispatch({ type: 'exited', run: 1, code: 0, signal: null })
    await world.killed()
    await world.clock.pass(MINUTE)
    expect([managed.process.phase.type, world.spawned]).toEqual(['scheduled', [1]])
  })

  it('gets a new time after the clock was set back', async () => {
    const managed = scheduled()
    world.clock.jump(-24 * 60 * MINUTE)
    await world.clock.pass(MINUTE)
    expect([managed.process.phase.type, world.spawned]).toEqual(['scheduled', []])
    await world.clock.pass(60 * MINUTE)
    expect(world.spawned).toEqual([1])
  })

  it('gets a new time also if the clock was set back at the moment of the plan', async () => {
    let back = -24 * 60 * MINUTE
    world.overrides = {
      changed() {
        world.clock.jump(back)
        back = 0
      },
    }
    scheduled()
    await world.clock.pass(61 * MINUTE)
    expect(world.spawned).toEqual([1])
  })
})

describe('the delay before a restart', () => {
  it.each([-86_400_000, 86_400_000])('is as long when the time of day jumps by %d ms', async (jump) => {
    const managed = world.managed({}, { restartDelay: 5000 })
    managed.dispatch(start)
    world.exits(managed)
    await world.killed()
    expect(managed.process.phase.type).toBe('backoff')
    world.clock.jump(jump)
    await world.clock.pass(4990)
    expect(world.spawned).toEqual([1])
    await world.clock.pass(20)
    expect(world.spawned).toEqual([1, 2])
  })
})

describe('commands at the same time', () => {
  const order = (managed: Managed, input: { type: 'start' | 'restart' | 'stop' }) => {
    const before = managed.process
    managed.dispatch(input.type === 'stop' ? { type: 'stop' } : { type: input.type, owner: null })
    const { type } = input
    const goal = type === 'stop' ? goalOfStop(before) : goalOfStart(type, before, managed.process)
    return waitForGoal(managed, goal)
  }

  it('twenty restarts end with one more run, and all have succeeded', async () => {
    const managed = world.managed()
    managed.dispatch(start)
    await world.clock.pass(1000)
    const restarts = Promise.all(Array.from({ length: 20 }, () => order(managed, restart)))
    await world.killed()
    await world.clock.pass(1000)
    expect(new Set((await restarts).map(({ result }) => result))).toEqual(new Set(['restarted']))
    expect(world.spawned).toEqual([1, 2])
  })

  it('a restart that comes while the one before is starting is one more run, and both have succeeded', async () => {
    const managed = world.managed()
    managed.dispatch(start)
    await world.clock.pass(1000)
    const first = order(managed, restart)
    await world.killed()
    const second = order(managed, restart)
    await world.killed()
    await world.clock.pass(1000)
    expect([await first, await second]).toEqual([{ result: 'restarted' }, { result: 'restarted' }])
    expect(world.spawned).toEqual([1, 2, 3])
  })

  it('the last one counts: a stop that comes after restarts', async () => {
    const managed = world.managed()
    managed.dispatch(start)
    await world.clock.pass(1000)
    const restarted = order(managed, restart)
    const stopped = order(managed, { type: 'stop' })
    await world.killed()
    await world.clock.pass(10_000)
    expect(await stopped).toEqual({ result: 'stopped' })
    expect(await restarted).toMatchObject({ result: 'failed', cause: { type: 'stopped', before: 'ready' } })
    expect(world.spawned).toEqual([1])
  })

  it('survivors fail the stop and every restart that waited for it, and are swept again by the next start', async () => {
    const managed = world.managed()
    managed.dispatch(start)
    await world.clock.pass(1000)
    const orders = [order(managed, { type: 'stop' }), order(managed, restart)]
    await world.killed({ identity: identity(9), name: 'sh' })
    expect(await Promise.all(orders)).toMatchObject([
      { result: 'failed', cause: { type: 'survivors', members: [{ pid: 9, name: 'sh' }] }, code: 'stop-failed' },
      { result: 'failed', cause: { type: 'survivors', members: [{ pid: 9, name: 'sh' }] }, code: 'start-failed' },
    ])
    const again = order(managed, start)
    expect(world.kills.map(({ run }) => run)).toEqual([1, 2])
    await world.killed()
    await world.clock.pass(1000)
    expect(await again).toEqual({ result: 'started' })
  })
})
