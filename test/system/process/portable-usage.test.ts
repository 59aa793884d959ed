import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { Identity } from '../../../src/model/lifecycle/identity.ts'
import { identify, identityOf } from '../../../src/system/process/identity.ts'
import { isStillAlive, whenEnded } from '../../../src/system/process/liveness.ts'
import { measured } from '../../../src/system/process/measure.ts'
import { type ProcessEntry, readEntry, readTable } from '../../../src/system/process/proc.ts'
import { portableTable } from '../../../src/system/process/ps.ts'
import { requestLook, Sweeper, sweepNow } from '../../../src/system/process/sweep.ts'
import { UsageSampler } from '../../../src/system/process/usage.ts'
import { endSpawned, spawnFixture, spawnProgram } from '../../helpers/spawned.ts'
import { type TempFolder, tempFolder } from '../../helpers/temp.ts'
import { until } from '../../helpers/until.ts'

let temp: TempFolder | undefined
afterEach(async () => {
  temp?.remove()
  temp = undefined
  await endSpawned()
})

/**
 * As `ps` tells it, where there is no /proc. The one of Linux reckons start times from the time of its asking, and is a second
 * off now and then: what needs it to be the same twice is tried until it is.
 */
function portableIdentity(pid: number): Identity {
  const [entry] = portableTable(pid)
  if (!entry) throw new Error(`${pid} is gone`)
  return identityOf(entry)
}

/** Without what /proc tells of usage. */
const bare = ({ cpu: _, memory: __, ...entry }: ProcessEntry): ProcessEntry => entry

describe('without /proc', () => {
  it('usage of many processes comes from one ps, and is what /proc says', async () => {
    temp = tempFolder('ps')
    const calls = join(temp.path, 'calls')
    const { PATH = '', LC_ALL } = process.env
    const real = PATH.split(delimiter)
      .map((folder) => join(folder, 'ps'))
      .find((file) => file.startsWith('/') && canRead(file))
    writeFileSync(join(temp.path, 'ps'), `#!/bin/sh\necho "$LC_ALL $*" >>'${calls}'\nexec '${real}' "$@"\n`)
    chmodSync(join(temp.path, 'ps'), 0o755)
    const busy = spawnProgram('/bin/sh', ['-c', 'while :; do :; done']).pid
    const large = spawnProgram(process.execPath, [
      '-e',
      'globalThis.x = Buffer.alloc(8e7, 1); setInterval(() => {}, 1e3)',
    ])
    const idle = spawnFixture('sleeper').pid
    const pids = [busy, large.pid, idle]
    await until(() => (readEntry(busy)?.cpu ?? 0) > 1500 && (readEntry(large.pid)?.memory ?? 0) > 8e7, {
      what: 'some work and memory',
      timeoutMs: 30_000,
    })
    Object.assign(process.env, { PATH: `${temp.path}${delimiter}${PATH}`, LC_ALL: 'de_DE.UTF-8' })
    try {
      const entries = readTable().filter(({ pid }) => pids.includes(pid))
      const gone = { ...bare(entries[0] as ProcessEntry), pid: 2 ** 22 + 1 }
      const before = new Map(pids.map((pid) => [pid, readEntry(pid)?.cpu ?? 0]))
      const found = await measured([...entries.map(bare), gone])
      expect(found.map(({ pid }) => pid).sort()).toEqual([...pids].sort())
      for (const { pid, cpu, memory } of found) {
        const now = readEntry(pid)
        // This `ps` tells whole seconds.
        expect(cpu).toBeGreaterThan((before.get(pid) ?? 0) - 1000)
        expect(cpu).toBeLessThan((now?.cpu ?? 0) + 1000)
        expect(Math.abs(memory - (now?.memory ?? 0))).toBeLessThan(0.3 * memory)
      }
      const [call, ...others] = readFileSync(calls, 'utf8').trim().split('\n')
      expect(others).toEqual([])
      // In another locale 0:05,37 is read as no time at all.
      expect(call).toMatch(/^C /)
      expect(process.env.LC_ALL).toBe('de_DE.UTF-8')
      expect(await measured([gone])).toEqual([])
      expect(await measured([])).toEqual([])
    } finally {
      process.env.PATH = PATH
      if (LC_ALL === undefined) delete process.env.LC_ALL
      else process.env.LC_ALL = LC_ALL
    }
  })

  it('asks nobody about processes whose usage is known', async () => {
    const entries = readTable()
    expect(await measured(entries)).toEqual(entries)
  })

  it('usage of trees is what it is with /proc', async () => {
    const { pid, stdout } = spawnFixture('family')
    await until(() => stdout().includes('family complete'), { what: 'the family' })
    const busy = spawnProgram('/bin/sh', ['-c', 'while :; do :; done']).pid
    const leaders = [pid, busy]
    /** Usage since the start, by both ways. */
    const sample = async () => {
      const now = Date.now()
      const [here, elsewhere] = [leaders.map((leader) => identify(leader) as Identity), leaders.map(portableIdentity)]
      const portable = await new UsageSampler(false).sample(elsewhere, now)
      return { usages: await new UsageSampler().sample(here, now), portable, isWhole: portable.size === leaders.length }
    }
    const begun = Date.now()
    await until(() => (readEntry(busy)?.cpu ?? 0) > 4000, { what: 'some work', timeoutMs: 60_000 })
    // This `ps` tells whole seconds, both of the work and of the start: each may be off by one.
    const tolerance = 100 * (2000 / (Date.now() - begun))
    const { usages, portable } = await until(
      async () => {
        const both = await sample()
        return both.isWhole ? both : undefined
      },
      { what: 'all leaders' },
    )
    expect(portable.get(pid)?.processes).toBe(usages.get(pid)?.processes)
    for (const leader of leaders) {
      const { memory = 0, cpu = 0 } = portable.get(leader) ?? {}
      expect(memory).toBeGreaterThan(0.1)
      expect(Math.abs(memory - (usages.get(leader)?.memory ?? 0))).toBeLessThan(0.3 * memory)
      expect(Math.abs(cpu - (usages.get(leader)?.cpu ?? 0))).toBeLessThan(tolerance)
    }
    expect(portable.get(busy)?.cpu).toBeGreaterThan(1)
  })

  it('usage leaves out who is gone', async () => {
    const { pid, child } = spawnFixture('sleeper')
    const leader = portableIdentity(pid)
    const other = { ...leader, startTime: leader.startTime - 5 }
    const sampler = new UsageSampler(false)
    expect((await sampler.sample([other], Date.now())).size).toBe(0)
    await until(async () => (await sampler.sample([leader], Date.now())).size === 1, { what: 'its usage' })
    child.kill('SIGKILL')
    await until(async () => (await sampler.sample([leader], Date.now())).size === 0, { what: 'its end' })
  })

  it('does not block the event loop', async () => {
    const leaders = [portableIdentity(spawnFixture('sleeper').pid)]
    const sampler = new UsageSampler(false)
    await sampler.sample(leaders, Date.now())
    let turns = 0
    const timer = setInterval(() => turns++, 1)
    for (let i = 0; i < 5; i++) await sampler.sample(leaders, Date.now())
    clearInterval(timer)
    // A `ps` takes ten milliseconds, a measurement has two.
    expect(turns).toBeGreaterThan(10)
  })

  it('a process is alive until it ends, or becomes a zombie', async () => {
    const { pid, child } = spawnFixture('sleeper')
    const identity = portableIdentity(pid)
    await until(() => isStillAlive(identity, false), { what: 'a living process' })
    expect(await isStillAlive({ ...identity, startTime: identity.startTime - 5 }, false)).toBe(false)
    expect(await isStillAlive({ ...identity, bootId: 'another' }, false)).toBe(false)
    child.kill('SIGKILL')
    await until(async () => !(await isStillAlive(identity, false)), { what: 'its end' })
    let ended = 0
    let stopped = 0
    const end = whenEnded(identity, 20, () => ended++, false)
    whenEnded(identity, 20, () => stopped++, false)()
    await until(() => ended > 0, { what: 'a report of its end' })
    end()
    expect([ended, stopped]).toEqual([1, 0])
  })

  it('a ps that cannot be run says of nobody that it has ended', async () => {
    const identity = portableIdentity(process.pid)
    const { PATH } = process.env
    process.env.PATH = '/nowhere'
    try {
      expect(await isStillAlive(identity, false)).toBe(true)
      expect((await new UsageSampler(false).sample([identity], Date.now())).size).toBe(0)
    } finally {
      process.env.PATH = PATH
    }
  })

  it('a look finds a group and its descendants', async () => {
    const { pid, stdout } = spawnFixture('family')
    await until(() => stdout().includes('family complete'), { what: 'the family' })
    const targetOf = (leader: Identity) => ({ id: 'nobody', leader, known: [], logs: [] })
    const portable = await until(
      async () => {
        const [found] = sweepNow([targetOf(portableIdentity(pid))], await requestLook(false))
        return found?.members.some((member) => member.pid === pid) ? found : undefined
      },
      { what: 'a look at the leader' },
    )
    const sweep = await new Sweeper().sweep(targetOf(identify(pid) as Identity))
    const pids = ({ members }: { members: ProcessEntry[] }) => members.map((member) => member.pid).sort()
    expect(portable.noForks).toBe(true)
    // Whoever has left the group and the parent is known by its environment, which `ps` does not tell.
    expect(portable.members.length).toBeGreaterThanOrEqual(4)
    expect(pids(sweep)).toEqual(expect.arrayContaining(pids(portable)))
  })
})

describe('with /proc', () => {
  it('the end of another process is told once', async () => {
    const { pid, child } = spawnFixture('sleeper')
    const identity = identify(pid) as Identity
    let ended = 0
    const end = whenEnded(identity, 10, () => ended++)
    expect(await isStillAlive(identity)).toBe(true)
    child.kill('SIGKILL')
    await until(() => ended > 0, { what: 'its end' })
    end()
    expect(ended).toBe(1)
  })
})

function canRead(file: string): boolean {
  try {
    return readFileSync(file).length > 0
  } catch {
    return false
  }
}
