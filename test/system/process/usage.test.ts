import { afterEach, describe, expect, it } from 'vitest'
import type { Identity } from '../../../src/model/lifecycle/identity.ts'
import { identify } from '../../../src/system/process/identity.ts'
import { readEntry } from '../../../src/system/process/proc.ts'
import { UsageSampler } from '../../../src/system/process/usage.ts'
import { endSpawned, spawnFixture, spawnProgram } from '../../helpers/spawned.ts'
import { until } from '../../helpers/until.ts'

afterEach(endSpawned)

function leader(pid: number): Identity {
  const identity = identify(pid)
  if (!identity) throw new Error(`${pid} is gone`)
  return identity
}

describe('usage of a process tree', () => {
  it('sees a child that is busy, and one that is not', async () => {
    const busy = leader(spawnProgram('/bin/sh', ['-c', 'while :; do :; done']).pid)
    const idle = leader(spawnProgram('/bin/sleep', ['60']).pid)
    const sampler = new UsageSampler()
    // On a machine that is busy itself a loop gets its share of a core, not all of it.
    const measured = await until(
      async () => {
        const usages = await sampler.sample([busy, idle], Date.now())
        const isBusy = (usages.get(busy.pid)?.cpu ?? 0) > 5
        // Its start is work as well.
        const isIdle = (usages.get(idle.pid)?.cpu ?? 100) < 5 && (usages.get(idle.pid)?.memory ?? 0) > 0.1
        return isBusy && isIdle ? usages : undefined
      },
      { what: 'a busy child and an idle one', everyMs: 200 },
    )
    expect(measured.get(busy.pid)?.cpu).toBeLessThanOrEqual(120)
    expect(measured.get(idle.pid)?.cpu).toBeLessThan(5)
    expect(measured.get(idle.pid)?.memory).toBeLessThan(50)
  })

  it('adds up the whole family', async () => {
    const { pid, stdout } = spawnFixture('family')
    await until(() => stdout().includes('family complete'), { what: 'the family' })
    const alone = leader(spawnFixture('sleeper').pid)
    const sampler = new UsageSampler()
    const family = leader(pid)
    const usages = await until(async () => {
      const found = await sampler.sample([family, alone], Date.now())
      return (found.get(alone.pid)?.memory ?? 0) > 1 ? found : undefined
    })
    // The leader, its child, the one in its own session (a child still) and the stubborn one; the orphan is a stranger by now.
    expect(usages.get(pid)?.processes).toBeGreaterThanOrEqual(4)
    expect(usages.get(pid)?.memory).toBeGreaterThan(2 * (usages.get(alone.pid)?.memory ?? 0))
    expect(usages.get(alone.pid)?.processes).toBe(1)
  })

  it('leaves out what is gone, and a later process with that pid', async () => {
    const sleeper = leader(spawnFixture('sleeper').pid)
    const other = { ...sleeper, startTime: sleeper.startTime - 1 }
    const gone = { ...sleeper, pid: 2 ** 22 + 1 }
    expect((await new UsageSampler().sample([other, gone], Date.now())).size).toBe(0)
    expect((await new UsageSampler().sample([], Date.now())).size).toBe(0)
  })

  it('tells how old it is whatever the time of day, and whom a signal has stopped', async () => {
    const sleeper = spawnProgram('/bin/sleep', ['60'])
    const found = leader(sleeper.pid)
    const sample = async (now: number) => (await new UsageSampler().sample([found], now)).get(found.pid)
    const hour = 3_600_000
    const { age = -1 } = (await sample(Date.now() - hour)) ?? {}
    expect(age).toBeGreaterThanOrEqual(0)
    expect(age).toBeLessThan(hour / 2)
    expect(await sample(Date.now())).not.toHaveProperty('frozen')
    process.kill(found.pid, 'SIGSTOP')
    await until(async () => (await sample(Date.now()))?.frozen === found.pid, { what: 'the stopped process' })
    process.kill(found.pid, 'SIGCONT')
    await until(async () => (await sample(Date.now()))?.frozen === undefined, { what: 'the process that goes on' })
  })

  it('is known at once after the clock was set back', async () => {
    const busy = leader(spawnProgram('/bin/sh', ['-c', 'while :; do :; done']).pid)
    const sampler = new UsageSampler()
    const usage = async (now: number) => (await sampler.sample([busy], now)).get(busy.pid)?.cpu ?? 0
    await until(async () => (await usage(Date.now())) > 5, { what: 'some work', everyMs: 200 })
    expect(await usage(Date.now() - 3_600_000)).toBeGreaterThan(1)
  })

  it('counts from the last sample of that process, whoever was asked for in between', async () => {
    const worked = leader(
      spawnProgram('/bin/sh', ['-c', 'i=0; while [ $i -lt 1500000 ]; do i=$((i+1)); done; exec sleep 60']).pid,
    )
    const other = leader(spawnProgram('/bin/sleep', ['60']).pid)
    const sampler = new UsageSampler()
    const usage = async (of: Identity, now: number) => (await sampler.sample([of], now)).get(of.pid)?.cpu
    await until(async () => ((await usage(worked, Date.now())) ?? 0) > 1, { what: 'some work', everyMs: 100 })
    await until(() => readEntry(worked.pid)?.name === 'sleep', { what: 'the end of the work' })
    const now = Date.now() + 10_000
    await usage(worked, now)
    await usage(other, now + 1000)
    expect(await usage(worked, now + 2000)).toBe(0)
  })
})
