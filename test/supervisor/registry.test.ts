import { beforeEach, describe, expect, it } from 'vitest'
import { resolveProcess } from '../../src/config/index.ts'
import type { ProcessConfig } from '../../src/model/config.ts'
import type { ManagedProcess } from '../../src/model/process.ts'
import type { Edges } from '../../src/supervisor/managed.ts'
import { Registry } from '../../src/supervisor/registry.ts'
import { config, identity, managedProcess } from '../model/processes.ts'

let registry: Registry
let writes: number
beforeEach(() => {
  writes = 0
  const edges = { changed: () => writes++ } as Partial<Edges> as Edges
  registry = new Registry(edges, async (input, context) => resolveProcess(input, context), 'f00d')
})

const named = (name: string, state: Partial<ManagedProcess> = {}, group?: string) =>
  registry.add({ ...managedProcess(state, { name, ...(group && { group }) }), id: `f00d:${name}:1` })
const environment = {}
const process = (name: string, rest: Partial<ProcessConfig> = {}): ProcessConfig => ({ name, command: 'true', ...rest })

describe('a declaration', () => {
  it('makes a process that is stopped, with an id that tells folder and name', () => {
    registry.declare([config({ name: 'web' })], 5)
    expect(registry.get('web').process).toMatchObject({ status: 'stopped', wanted: 'down', run: 0, changedAt: 5 })
    expect(registry.get('web').process.id).toMatch(/^f00d:web:[0-9a-f]{8}$/)
  })

  it.each([
    ['stopped', {}, 'new'],
    ['error', {}, 'new'],
    ['crashed', {}, 'new'],
    ['crashed', { identity: identity(3) }, 'old'],
    ['running', { identity: identity(3) }, 'old'],
    ['stopping', { identity: identity(3) }, 'old'],
    ['restarting', {}, 'old'],
  ] as const)('of a process that is %s %j leaves it the %s config', (status, state, expected) => {
    named('web', { status, ...state })
    registry.declare([config({ name: 'web', command: 'new' })], 0)
    expect(registry.get('web').process.config.command).toBe(expected === 'new' ? 'new' : 'node server.mjs')
    expect(writes).toBe(expected === 'new' ? 1 : 0)
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
    const processes = [process('web'), { name: 'db' } as ProcessConfig]
    await expect(registry.resolve({ processes, environment })).rejects.toThrow(/processes\[1\]/)
    await expect(registry.resolve({ processes: [null as unknown as ProcessConfig], environment })).rejects.toThrow()
    expect(registry.all()).toEqual([])
  })

  it('refuses a name that comes twice', async () => {
    const processes = [process('web'), process('web')]
    await expect(registry.resolve({ processes, environment })).rejects.toThrow(/two processes are named `web`/)
  })
})

describe('a selection', () => {
  beforeEach(() => {
    named('web', {}, 'api')
    named('db', {}, 'data')
    named('worker', {}, 'api')
  })

  it('is names, each once, known or not', () => {
    expect(registry.select({ names: ['db', 'none', 'db'] })).toEqual(['db', 'none'])
  })

  it('is a group, in order of declaration', () => {
    expect(registry.select({ group: 'api' })).toEqual(['web', 'worker'])
    expect(() => registry.select({ group: 'none' })).toThrow(/no process is in group `none`/)
  })

  it('is all, also where there are none', () => {
    expect(registry.select({ all: true })).toEqual(['web', 'db', 'worker'])
    for (const managed of registry.all()) registry.remove(managed)
    expect(registry.select({ all: true })).toEqual([])
  })

  it('must be something', () => {
    expect(() => registry.select({})).toThrow(/name processes, a group, or all/)
  })
})

describe('a process', () => {
  it('that is unknown is refused with those that there are', () => {
    expect(() => registry.get('web')).toThrow('no process is named `web`; none is declared yet')
    named('db')
    named('api')
    expect(() => registry.get('web')).toThrow('no process is named `web`; there are db, api')
  })

  it.each([
    ['stopped', {}, true],
    ['error', {}, true],
    ['crashed', {}, true],
    ['crashed', { identity: identity(3) }, false],
    ['starting', {}, false],
    ['running', {}, false],
    ['stopping', {}, false],
    ['restarting', {}, false],
  ] as const)('that is %s %j is at rest: %s', (status, state, rests) => {
    const managed = named('web', { status, ...state })
    expect(registry.busy()).toBe(!rests)
    expect(registry.remove(managed)).toBe(rests)
    expect(registry.find('web') === undefined).toBe(rests)
  })

  it('that took the name of a removed one stays when that is removed again', () => {
    const old = named('web')
    registry.remove(old)
    const young = named('web')
    expect(registry.remove(old)).toBe(true)
    expect(registry.find('web')).toBe(young)
  })
})
