import { afterEach, describe, expect, it } from 'vitest'
import type { Identity } from '../../../src/model/lifecycle/identity.ts'
import { MARKER, type Target } from '../../../src/model/tree/members.ts'
import { type Clock, systemClock } from '../../../src/system/clock.ts'
import { identify } from '../../../src/system/process/identity.ts'
import { killTree } from '../../../src/system/process/kill-tree.ts'
import type { ProcessEntry } from '../../../src/system/process/proc.ts'
import { type Sweep, Sweeper } from '../../../src/system/process/sweep.ts'
import { alive } from '../../helpers/processes.ts'
import { endSpawned, type Spawned, spawnFixture } from '../../helpers/spawned.ts'
import { until } from '../../helpers/until.ts'

afterEach(endSpawned)

const never = new Promise<void>(() => {})

async function started(name: string, id: string, args: string[] = []): Promise<{ one: Spawned; target: Target }> {
  const one = spawnFixture(name, args, { [MARKER]: `${id}/1` })
  await until(() => /complete|^\w+ \d+$/m.test(one.stdout()), { what: name })
  return { one, target: { id, leader: identify(one.pid) ?? null, known: [], logs: [] } }
}

/** Pids that a family printed, by member. */
async function family(args: string[] = []) {
  const { one, target } = await started('family', `test:family:${process.pid}`, args)
  await until(() => one.stdout().includes('family complete'))
  const members = [...one.stdout().matchAll(/^(\w+) (\d+)$/gm)].map(
    ([, name = '', pid]) => [name, Number(pid)] as const,
  )
  return { target, pids: members.map(([, pid]) => pid) }
}

const clear = (target: Target, settings: { timeout?: number; signal?: 'SIGTERM' | 'SIGKILL' } = {}) =>
  killTree({ target, signal: 'SIGTERM', timeout: 60_000, ended: never, ...settings }, new Sweeper(), systemClock)

describe('killing a tree', () => {
  it('kills children, orphans, members in other sessions, and processes that ignore the signal', async () => {
    const { target, pids } = await family()
    expect(pids).toHaveLength(5)
    expect(await clear(target, { timeout: 300 })).toEqual([])
    expect(pids.filter(alive)).toEqual([])
  })

  it('finds the members after the leader is gone', async () => {
    const { target, pids } = await family(['leader-ends-on-term'])
    process.kill(target.leader?.pid ?? 0, 'SIGTERM')
    await until(() => !alive(target.leader?.pid))
    expect(await clear(target, { timeout: 300 })).toEqual([])
    expect(pids.filter(alive)).toEqual([])
  })

  it('is immediate with SIGKILL', async () => {
    const { one, target } = await started('stubborn', 'test:stubborn:1')
    expect(await clear(target, { signal: 'SIGKILL' })).toEqual([])
    expect(alive(one.pid)).toBe(false)
  })

  it('signals processes that were forked after the signal, too', async () => {
    const { one, target } = await started('successor', 'test:successor:1')
    expect(await clear(target)).toEqual([])
    const sleeper = Number(/sleeper (\d+)/.exec(one.stdout())?.[1])
    expect(alive(one.pid)).toBe(false)
    expect(alive(sleeper)).toBe(false)
  })

  it('spares another process that has the pid of a former member', async () => {
    const { one } = await started('sleeper', 'test:stranger:1')
    const real = identify(one.pid) as Identity
    const target = { id: 'test:other:1', leader: { ...real, startTime: real.startTime - 1 }, known: [], logs: [] }
    expect(await clear(target)).toEqual([])
    expect(alive(one.pid)).toBe(true)
  })

  it('returns at once if nothing is left', async () => {
    expect(await clear({ id: 'test:nothing:1', leader: null, known: [], logs: [] })).toEqual([])
  })
})

describe('the proof that nothing is left', () => {
  const entry = {
    pid: 2 ** 22 + 5,
    ppid: 1,
    pgid: 2 ** 22 + 5,
    sid: 1,
    startTime: 1,
    alive: true,
    name: 'ghost',
    cpu: 0,
    memory: 0,
  }

  /** A system that shows these looks one after the other, the last one for ever; each takes no time but the pauses. */
  function scripted(...looks: Sweep[]): { sweeper: Sweeper; clock: Clock; looks(): number } {
    let now = 0
    let count = 0
    const sweep = async () => looks[Math.min(count++, looks.length - 1)] as Sweep
    const clock: Clock = {
      now: () => now,
      monotonic: () => now,
      bootedAt: () => null,
      after(ms, action) {
        queueMicrotask(() => {
          now += ms
          action()
        })
        return () => {}
      },
    }
    return { sweeper: { sweep } as unknown as Sweeper, clock, looks: () => count }
  }

  const target: Target = { id: 'a', leader: null, known: [], logs: [] }
  const run = ({ sweeper, clock }: ReturnType<typeof scripted>): Promise<ProcessEntry[]> =>
    killTree({ target, signal: 'SIGTERM', timeout: 1000, ended: never }, sweeper, clock)
  const empty = (noForks: boolean): Sweep => ({ members: [], noForks })
  const seen: Sweep = { members: [entry], noForks: true }

  it('is one empty sweep without a fork', async () => {
    const system = scripted(empty(true))
    expect(await run(system)).toEqual([])
    expect(system.looks()).toBe(1)
  })

  it('is three consecutive empty sweeps if something forks all the time', async () => {
    const system = scripted(empty(false), empty(false), seen, empty(false))
    expect(await run(system)).toEqual([])
    expect(system.looks()).toBe(6)
  })

  it('is looked for after SIGKILL, even if the program stood still past all times', async () => {
    const system = scripted(seen, seen, seen, empty(true))
    const { after } = system.clock
    // A suspended machine, or a supervisor that was stopped: the first pause takes a minute.
    let pauses = 0
    system.clock.after = (ms, action) => after(pauses++ === 0 ? 60_000 : ms, action)
    expect(await run(system)).toEqual([])
  })

  it('does not exist for a process that survives SIGKILL, which is returned after a time limit', async () => {
    const system = scripted(seen)
    const left = await run(system)
    expect(left).toEqual([entry])
    expect(system.clock.now()).toBeGreaterThanOrEqual(6000)
    expect(system.clock.now()).toBeLessThan(6500)
  })
})
