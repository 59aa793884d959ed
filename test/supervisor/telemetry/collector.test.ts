import { mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ManagedProcess } from '../../../src/model/lifecycle/process.ts'
import type { Effects } from '../../../src/supervisor/managed.ts'
import { Collector } from '../../../src/supervisor/telemetry/collector.ts'
import { identify } from '../../../src/system/process/identity.ts'
import { type TempFolder, tempFolder } from '../../helpers/temp.ts'
import { managedProcess } from '../../model/processes.ts'
import { testSupervisor } from '../supervisor.ts'
import { VirtualClock } from '../virtual-clock.ts'

let folder: TempFolder
beforeEach(() => {
  folder = tempFolder()
  mkdirSync(join(folder.path, 'logs'))
})
afterEach(() => folder.remove())

/** A collector of a supervisor with these processes. `order`: what was done, in order. */
function collector(...processes: ManagedProcess[]) {
  const clock = new VirtualClock()
  const { context } = testSupervisor({
    tuixDir: folder.path,
    clock,
    effects: () => ({ clock, changed() {} }) as unknown as Effects,
  })
  const order: string[] = []
  for (const process of processes) context.registry.add(process)
  const remember = context.trees.remember.bind(context.trees)
  Object.assign(context.trees, {
    remember(trees: Parameters<typeof remember>[0]) {
      order.push('measured')
      remember(trees)
    },
  })
  Object.assign(context.store, { flushed: async () => void order.push('state is on disk') })
  return { collector: new Collector(context), clock, order, registry: context.registry, context }
}

/** What this process has open. */
function openFiles(): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)]
    } catch {
      return []
    }
  })
}

const saved = () => JSON.parse(readFileSync(join(folder.path, 'metrics.json'), 'utf8'))

function up(): ManagedProcess {
  const leader = identify(process.pid)
  if (!leader) throw new Error('this process is not there')
  return managedProcess({
    wanted: 'up',
    run: 1,
    phase: { type: 'running', live: { leader, startedAt: 0, health: null }, rebuilt: false },
  })
}

describe('a reading', () => {
  it('is made at most once a second, however many ask, and everything in it is on disk before it is given', async () => {
    const { collector: all, clock, order } = collector(up())
    const [one, two] = await Promise.all([all.collect(), all.collect()])
    expect(two).toBe(one)
    expect(order).toEqual(['measured', 'state is on disk'])
    expect(saved().accounts['f00d:web:1'].cpu / 1000).toBe(one.processes[0]?.cpu)
    await clock.pass(999)
    expect(await all.collect()).toBe(one)
    await clock.pass(1)
    expect(await all.collect()).not.toBe(one)
    expect(order).toHaveLength(4)
  })

  it('has the whole tree, and a log that cannot be read does not hide the rest', async () => {
    writeFileSync(join(folder.path, 'logs/web.out.log'), 'four')
    writeFileSync(join(folder.path, 'logs/web.err.log.rotation'), 'x'.repeat(72))
    writeFileSync(join(folder.path, 'logs/web.err.log'), 'x')
    const [reading] = (await collector(up()).collector.collect()).processes
    expect(openFiles().filter((file) => file.endsWith('web.err.log'))).toEqual([])
    expect(reading).toMatchObject({ logBytes: { stdout: 4 } })
    expect(reading?.logBytes).not.toHaveProperty('stderr')
    for (const count of [reading?.cpu, reading?.usage?.memory, reading?.usage?.descriptors, reading?.usage?.threads])
      expect(count).toBeGreaterThan(0)
  })

  it('forgets what was removed', async () => {
    const { collector: all, clock, registry, context } = collector(managedProcess())
    await all.collect()
    expect(Object.keys(saved().accounts)).toContain('f00d:web:1')
    registry.remove(context.processes.get('web'))
    await clock.pass(1000)
    expect((await all.collect()).processes).toEqual([])
    expect(Object.keys(saved().accounts)).toEqual([''])
  })

  it('is not given if it cannot be written, since a counter could go back then', async () => {
    mkdirSync(join(folder.path, 'metrics.json'))
    await expect(collector(up()).collector.collect()).rejects.toThrow()
  })
})
