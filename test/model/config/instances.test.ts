import { describe, expect, it } from 'vitest'
import {
  asInstance,
  declaredName,
  declaredOf,
  expandAll,
  expandDeclared,
  expandInstances,
  instanceEnvironment,
  withoutInstance,
} from '../../../src/model/config/instances.ts'
import { config } from '../processes.ts'

describe('declaredName', () => {
  it.each([
    ['web-2', '2', 'web'],
    ['web-12', '2', null],
    ['web', '2', null],
    ['-2', '2', null],
    ['web-2', undefined, null],
    ['web-undefined', undefined, null],
  ])('of %s with the number %s is %s', (name, number, declared) => {
    expect(declaredName(name, number)).toBe(declared)
  })
})

describe('declaredOf', () => {
  it.each([
    { name: 'web', instances: 3, env: { PORT: '1' } },
    { name: 'web-1', instances: 2, logFile: '/logs/web-1.log', errorFile: '/var/log/web' },
    { name: 'web', instances: 12, logFile: '/logs-2/a-12.b.log', instanceVariable: { name: 'WORKER', from: 0 } },
    { name: 'web', instances: 1, instanceVariable: { name: 'WORKER', from: 5 } },
  ])('of every instance of %j is what was declared', (given) => {
    const declared = config(given)
    for (const instance of expandInstances(declared)) expect(declaredOf(instance)).toEqual(declared)
  })

  it('of a process that is none is itself', () => {
    const single = config({ name: 'web', env: { TUIX_INSTANCE: '2' } })
    expect(declaredOf(single)).toEqual(single)
  })
})

describe('expandInstances', () => {
  it('leaves a single process as it is', () => {
    const single = config({ name: 'web', logFile: '/logs/web.log' })
    expect(expandInstances(single)).toEqual([single])
  })

  it('gives each a name, a number and what it is an instance of', () => {
    const instances = expandInstances(config({ name: 'web', instances: 3, env: { PORT: '1' } }))
    expect(instances.map(({ name }) => name)).toEqual(['web-1', 'web-2', 'web-3'])
    expect(instances.map(({ instanceOf }) => instanceOf)).toEqual(['web', 'web', 'web'])
    expect(instances[2]?.env).toEqual({ PORT: '1', TUIX_INSTANCE: '3' })
  })

  it('have their number in a variable of the config too, and a single process has the first', () => {
    const instanceVariable = { name: 'WORKER', from: 0 }
    const envs = (more: object) => expandInstances(config({ instanceVariable, ...more })).map(({ env }) => env)
    expect(envs({ instances: 2 })).toEqual([
      { TUIX_INSTANCE: '1', WORKER: '0' },
      { TUIX_INSTANCE: '2', WORKER: '1' },
    ])
    expect(envs({ env: { A: '1' } })).toEqual([{ A: '1', WORKER: '0' }])
  })

  it('numbers a single one that is to have a number', () => {
    const instances = expandInstances(config({ name: 'web' }), true)
    expect(instances.map(({ name, instanceOf }) => [name, instanceOf])).toEqual([['web-1', 'web']])
  })

  it.each([
    ['/logs/web.log', '/logs/web-2.log'],
    ['/logs/web', '/logs/web-2'],
    ['/logs.d/web', '/logs.d/web-2'],
    ['/logs/web.out.log', '/logs/web.out-2.log'],
    ['/logs/.log', '/logs/.log-2'],
    ['C:\\logs.d\\web.log', 'C:\\logs.d\\web-2.log'],
  ])('gives each log files of its own: %s is %s for the second', (file, second) => {
    const instance = expandInstances(config({ instances: 2, logFile: file, errorFile: file }))[1]
    expect([instance?.logFile, instance?.errorFile]).toEqual([second, second])
  })

  it('does not name log files that were not named', () => {
    expect(expandInstances(config({ instances: 2 }))[0]).not.toHaveProperty('logFile')
  })

  it('refuses a name that would get too long', () => {
    const name = 'x'.repeat(62)
    expect(expandInstances(config({ name, instances: 9 }))).toHaveLength(9)
    expect(() => expandInstances(config({ name, instances: 10 }))).toThrow(/too long for instances/)
  })
})

describe('expandDeclared', () => {
  const pool = config({ name: 'pool', instances: 2 })
  const present = (...said: number[]) =>
    said.map((instances, index) => config({ name: `pool-${index + 1}`, instanceOf: 'pool', instances }))
  const names = (...said: number[]) => expandDeclared(pool, present(...said)).map(({ name }) => name)

  it('keeps what was scaled until the config says another number', () => {
    expect(names(2, 2, 2)).toEqual(['pool-1', 'pool-2', 'pool-3'])
    expect(names(3, 3, 3)).toEqual(['pool-1', 'pool-2'])
  })

  it('are as many as the config says where there are none', () => {
    expect(names()).toEqual(['pool-1', 'pool-2'])
  })

  it('are as many as the config says where some were of another number', () => {
    expect(names(2, 3, 2)).toEqual(['pool-1', 'pool-2'])
  })

  it('keeps the number of the last one of several', () => {
    expect(names(2)).toEqual(['pool-1'])
    const one = config({ name: 'pool' })
    const last = config({ name: 'pool-1', instanceOf: 'pool' })
    expect(expandDeclared(one, [last]).map(({ name }) => name)).toEqual(['pool-1'])
  })

  it('has no number where a single one is declared, whatever was before', () => {
    const one = config({ name: 'pool' })
    expect(expandDeclared(one, [one])).toEqual([one])
    expect(expandDeclared(one, present(2))).toEqual([one])
  })

  it('does not mind other processes', () => {
    const others = [config({ name: 'web', instances: 2 }), config({ name: 'job', instances: 5 })]
    expect(expandDeclared(pool, [...present(2, 2, 2), ...others]).map(({ name }) => name)).toHaveLength(3)
    expect(expandDeclared(pool, others).map(({ name }) => name)).toHaveLength(2)
  })

  it('are as many as scaled to, and tell how many were declared', () => {
    const scaled = (declared: typeof pool, scale: number) =>
      expandDeclared(declared, [], scale).map(({ name, instances }) => [name, instances])
    expect(scaled(pool, 1)).toEqual([['pool-1', 2]])
    expect(scaled(config({ name: 'pool' }), 2)).toEqual([
      ['pool-1', 1],
      ['pool-2', 1],
    ])
  })
})

describe('what an instance is told', () => {
  const second = expandInstances(config({ name: 'web', instances: 3 }))[1] ?? config()

  it('is how many are declared, and nothing where it is none', () => {
    expect(instanceEnvironment(second)).toEqual({ TUIX_DECLARED_INSTANCES: '3' })
    expect(instanceEnvironment(config({ name: 'web' }))).toEqual({})
  })

  it('is not passed on to what is started from within it', () => {
    const inherited = { PATH: '/bin', TUIX_INSTANCE: '2', TUIX_DECLARED_INSTANCES: '3' }
    expect(withoutInstance(inherited)).toEqual({ PATH: '/bin' })
  })

  it('makes it one again, with the number that it goes on under', () => {
    const read = config({ name: 'web-2', env: { MODE: 'fast' } })
    const expected = { ...read, instanceOf: 'web', instances: 3, env: { MODE: 'fast', TUIX_INSTANCE: '2' } }
    expect(asInstance(read, { number: '2', declared: '3' })).toEqual(expected)
    expect(asInstance(read, { number: '2', declared: '1' })).toEqual({ ...expected, instances: 1 })
  })

  it.each([
    [undefined, '3'],
    ['2', undefined],
    ['2', 'many'],
    ['2', '0'],
    ['1', '3'],
  ])('makes nothing of the number %s of %s', (number, declared) => {
    const read = config({ name: 'web-2' })
    expect(asInstance(read, { number, declared })).toBe(read)
  })
})

describe('expandAll', () => {
  it('keeps the order of the list', () => {
    const all = expandAll([config({ name: 'db' }), config({ name: 'web', instances: 2 }), config({ name: 'api' })])
    expect(all.map(({ name }) => name)).toEqual(['db', 'web-1', 'web-2', 'api'])
  })

  it('refuses a process named like an instance, and instances named alike', () => {
    const web = config({ name: 'web', instances: 2 })
    expect(() => expandAll([web, config({ name: 'web-2' })])).toThrow(
      '`web-2` is the name of an instance of `web` and of a process; names must be unique',
    )
    const both = [config({ name: 'a', instances: 11 }), config({ name: 'a-1', instances: 2 })]
    expect(expandAll(both)).toHaveLength(13)
    expect(() => expandAll([config({ name: 'a-1' }), config({ name: 'a', instances: 2 })])).toThrow('`a-1`')
  })
})
