import { describe, expect, it } from 'vitest'
import type { ResolvedProcess } from '../../../src/model/config/config.ts'
import { driftOf } from '../../../src/model/config/drift.ts'
import {
  asInstance,
  declaredOf,
  expandDeclared,
  expandInstances,
  instanceEnvironment,
  surgeOf,
  withoutInstance,
} from '../../../src/model/config/instances.ts'
import { isBackend, isCounted, isForwarder, isSurge } from '../../../src/model/config/share.ts'
import { ownVariables } from '../../../src/model/config/variables.ts'
import { config } from '../processes.ts'

const parts = (configs: ResolvedProcess[]) => configs.map(({ name, port, share }) => [name, port, share?.part])

describe('instances with one port', () => {
  it('get ports of their own, behind a forwarder that has the one of the config', () => {
    const instances = expandInstances(
      config({ name: 'web', instances: 2, port: 3000, group: 'front', stopTimeout: 7000 }),
    )
    expect(parts(instances)).toEqual([
      ['web-1', 'auto', 'instance'],
      ['web-2', 'auto', 'instance'],
      ['web-proxy', 3000, 'proxy'],
    ])
    const [, , forwarder] = instances
    expect(forwarder).toMatchObject({
      instanceOf: 'web',
      command: 'forwards 127.0.0.1:3000 to web',
      env: { TUIX_INSTANCE: 'proxy', HOST: '127.0.0.1' },
      group: 'front',
      stopTimeout: 8000,
      maxRestarts: 'unlimited',
    })
  })

  it('are numbered also when there is one', () => {
    const single = config({ name: 'web', port: 3000, share: { port: 3000, part: 'instance' } })
    expect(parts(expandInstances(single))).toEqual([
      ['web-1', 'auto', 'instance'],
      ['web-proxy', 3000, 'proxy'],
    ])
  })

  it('share nothing where each picks its port', () => {
    expect(parts(expandInstances(config({ name: 'web', instances: 2, port: 'auto' })))).toEqual([
      ['web-1', 'auto', undefined],
      ['web-2', 'auto', undefined],
    ])
  })

  it('listen for the forwarder alone, which has the host of the config', () => {
    const [one, forwarder] = expandInstances(
      config({ name: 'web', port: 3000, share: { port: 3000, part: 'instance' }, env: { HOST: '::' } }),
    ) as [ResolvedProcess, ResolvedProcess]
    expect(ownVariables(one, { port: 20_001 })).toMatchObject({ HOST: '127.0.0.1', PORT: '20001' })
    expect(ownVariables(forwarder, { port: 3000 })).toMatchObject({ HOST: '::', PORT: '3000' })
    expect(forwarder.command).toBe('forwards [::]:3000 to web')
  })

  it.each([
    { url: 'http://localhost:3000/health?a=1', own: '/health?a=1' },
    { url: '/health', own: '/health' },
    { url: 'http://localhost:4000/health', own: 'http://localhost:4000/health' },
    { url: 'https://localhost:3000/', own: 'https://localhost:3000/' },
  ])('have a check of $url each for itself', ({ url, own }) => {
    const rules = { interval: 1, timeout: 1, retries: 1, startPeriod: 0 }
    const http = { type: 'http', url, method: 'GET', expectedStatus: [] as number[], headers: {}, ...rules } as const
    const [one] = expandInstances(config({ name: 'web', instances: 2, port: 3000, healthCheck: http }))
    expect(one?.healthCheck).toEqual({ ...http, url: own })
    for (const [port, meant] of [
      [3000, null],
      [5432, 5432],
    ] as const) {
      const tcp = { type: 'tcp', host: 'localhost', port, ...rules } as const
      const [other] = expandInstances(config({ name: 'web', instances: 2, port: 3000, healthCheck: tcp }))
      expect(other?.healthCheck).toEqual({ ...tcp, port: meant })
    }
  })

  it('are declared again as they were', () => {
    const declared = config({ name: 'web', instances: 2, port: 3000 })
    const before = expandInstances(declared)
    const [one] = before as [ResolvedProcess]
    const again = expandDeclared(declaredOf(one), before)
    expect(again.map((each, i) => driftOf(before[i] as ResolvedProcess, each))).toEqual([[], [], []])
  })

  it('are counted without the forwarder and what a reload adds', () => {
    const declared = config({ name: 'web', instances: 2, port: 3000 })
    const present = expandInstances(declared)
    const surge = surgeOf(present[0] as ResolvedProcess, present)
    expect(parts([surge])).toEqual([['web-3', 'auto', 'surge']])
    expect(surge.env).toEqual({ TUIX_INSTANCE: '3' })
    const other = config({ name: 'web-3' })
    expect(surgeOf(present[0] as ResolvedProcess, [...present, other]).name).toBe('web-4')
    expect(parts(expandDeclared(declared, [...present, surge]))).toEqual(parts(present))
    expect([...present, surge].map(isCounted)).toEqual([true, true, false, false])
    expect([...present, surge].map(isBackend)).toEqual([true, true, false, true])
    expect([...present, surge].map(isForwarder)).toEqual([false, false, true, false])
    expect(isSurge(surge)).toBe(true)
  })

  it('keep the forwarder when they are scaled down to one, and get it when a single one is scaled up', () => {
    const single = config({ name: 'web', port: 3000 })
    expect(parts(expandDeclared(single, []))).toEqual([['web', 3000, undefined]])
    const several = expandDeclared(single, [single], 2)
    expect(parts(several).map(([name]) => name)).toEqual(['web-1', 'web-2', 'web-proxy'])
    expect(parts(expandDeclared(single, several, 1))).toEqual([
      ['web-1', 'auto', 'instance'],
      ['web-proxy', 3000, 'proxy'],
    ])
  })

  it('are known by their environment when nothing else is left', () => {
    const [one, , forwarder] = expandInstances(config({ name: 'web', instances: 2, port: 3000 })) as [
      ResolvedProcess,
      ResolvedProcess,
      ResolvedProcess,
    ]
    const own = instanceEnvironment(one)
    expect(own).toEqual({ TUIX_DECLARED_INSTANCES: '2', TUIX_SHARED_PORT: '3000' })
    expect(withoutInstance({ ...own, TUIX_INSTANCE: '1', A: 'b' })).toEqual({ A: 'b' })
    const told = (number: string) => ({ number, declared: '2', port: '3000' })
    for (const { name, share, port, env } of [one, forwarder]) {
      const number = env.TUIX_INSTANCE ?? ''
      expect(asInstance(config({ name }), told(number))).toMatchObject({ instanceOf: 'web', share, port })
    }
    expect(asInstance(config({ name: 'web-1' }), { ...told('1'), port: 'x' }).share).toBe(undefined)
  })
})
