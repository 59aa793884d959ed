import { beforeEach, describe, expect, it } from 'vitest'
import type { ProcessConfig } from '../../src/model/config/config.ts'
import { isAtRest } from '../../src/model/lifecycle/phase.ts'
import type { ManagedProcess } from '../../src/model/lifecycle/process.ts'
import type { Effects } from '../../src/supervisor/managed.ts'
import type { ReadonlyProcessTable } from '../../src/supervisor/process-table.ts'
import type { Registry } from '../../src/supervisor/registry.ts'
import { config, EVERY_PHASE, managedProcess } from '../model/processes.ts'
import { testSupervisor } from './supervisor.ts'
import { VirtualClock } from './virtual-clock.ts'

let registry: Registry
let processes: ReadonlyProcessTable
let writes: number
beforeEach(() => {
  writes = 0
  const clock = new VirtualClock()
  const effects = { clock, changed: () => writes++ } as Partial<Effects> as Effects
  const { context } = testSupervisor({ clock, effects: () => effects })
  registry = context.registry
  processes = context.processes
})

const named = (name: string, state: Partial<ManagedProcess> = {}, group?: string) =>
  registry.add({ ...managedProcess(state, { name, ...(group && { group }) }), id: `f00d:${name}:1` })
const environment = {}
const process = (name: string, rest: Partial<ProcessConfig> = {}): ProcessConfig => ({ name, command: 'true', ...rest })

describe('a declaration', () => {
  it('makes a process that is stopped, with an id that tells folder and name', () => {
    registry.declare(new Map([['web', config({ name: 'web' })]]))
    const phase = { type: 'stopped', why: null }
    expect(processes.get('web').process).toMatchObject({ phase, wanted: 'down', run: 0 })
    expect(processes.get('web').process.id).toMatch(/^f00d:web:[0-9a-f]{8}$/)
  })

  it.each(Object.values(EVERY_PHASE))('of a process that is $type changes its config only if it rests', (phase) => {
    named('web', { phase })
    registry.declare(new Map([['web', config({ name: 'web', command: 'new' })]]))
    expect(processes.get('web').process.config.command).toBe(isAtRest(phase) ? 'new' : 'node server.mjs')
    expect(writes).toBe(isAtRest(phase) ? 1 : 0)
  })
})

describe('the order of the processes', () => {
  const declare = (...names: string[]) => registry.declare(new Map(names.map((name) => [name, config({ name })])))
  const order = () => processes.configs().map(({ name }) => name)

  it('is that of the config, whichever was declared first, and others keep their places', () => {
    declare('db')
    declare('other')
    declare('web', 'worker', 'db')
    expect(order()).toEqual(['web', 'other', 'worker', 'db'])
    writes = 0
    declare('worker')
    declare('web', 'worker', 'db')
    expect(order()).toEqual(['web', 'other', 'worker', 'db'])
    expect(writes).toBe(3 + 1)
    declare('db', 'worker', 'web')
    expect(order()).toEqual(['db', 'other', 'worker', 'web'])
  })
})

describe('resolving a request', () => {
  it('applies its defaults and says where a process was declared', async () => {
    const resolved = await registry.resolve({
      processes: [process('web'), process('db', { maxRestarts: 1 })],
      origins: { web: 'processes.json: processes[0]' },
      defaults: { maxRestarts: 7 },
      environment,
    })
    expect(resolved.get('web')).toMatchObject({ maxRestarts: 7, origin: 'processes.json: processes[0]' })
    expect(resolved.get('db')).toMatchObject({ maxRestarts: 1 })
  })

  it('declares nothing when one of them is wrong', async () => {
    const broken = [process('web'), { name: 'db' } as ProcessConfig]
    await expect(registry.resolve({ processes: broken, environment })).rejects.toThrow(/processes\[1\]/)
    await expect(registry.resolve({ processes: [null as unknown as ProcessConfig], environment })).rejects.toThrow()
    expect(processes.all()).toEqual([])
  })

  it('refuses a name that comes twice', async () => {
    const twice = [process('web'), process('web')]
    await expect(registry.resolve({ processes: twice, environment })).rejects.toThrow(/two processes are named `web`/)
  })
})

describe('a selection', () => {
  beforeEach(() => {
    named('web', {}, 'api')
    named('db', {}, 'data')
    named('worker', {}, 'api')
  })

  it('is names, each once, known or not', () => {
    expect(processes.select({ names: ['db', 'none', 'db'] })).toEqual(['db', 'none'])
  })

  it('is a group, in order of declaration', () => {
    expect(processes.select({ group: 'api' })).toEqual(['web', 'worker'])
    expect(() => processes.select({ group: 'none' })).toThrow(/no process is in group `none`/)
  })

  it('is all, also where there are none', () => {
    expect(processes.select({ all: true })).toEqual(['web', 'db', 'worker'])
    for (const managed of processes.all()) registry.remove(managed)
    expect(processes.select({ all: true })).toEqual([])
  })

  it('must be something', () => {
    expect(() => processes.select({})).toThrow(/no processes selected: give names, a group, or all/)
  })
})

describe('a process', () => {
  it('that is unknown is refused with those that there are', () => {
    expect(() => processes.get('web')).toThrow('no process is named `web`; none is declared yet')
    named('db')
    named('api')
    expect(() => processes.get('web')).toThrow('no process is named `web`; available: db, api')
  })

  it.each(Object.values(EVERY_PHASE))('that is $type is forgotten only if it rests', (phase) => {
    const managed = named('web', { phase })
    const rests = ['stopped', 'completed', 'crashed', 'failed'].includes(phase.type)
    expect(processes.isBusy()).toBe(!rests)
    expect(registry.remove(managed)).toBe(rests)
    expect(processes.find('web') === undefined).toBe(rests)
  })

  it('that took the name of a removed one stays when that is removed again', () => {
    const old = named('web')
    registry.remove(old)
    const young = named('web')
    expect(registry.remove(old)).toBe(true)
    expect(processes.find('web')).toBe(young)
  })
})
