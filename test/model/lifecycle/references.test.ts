// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references and variables are written like that
import { describe, expect, it } from 'vitest'
import type { ResolvedProcess } from '../../../src/model/config/config.ts'
import type { ManagedProcess } from '../../../src/model/lifecycle/process.ts'
import { configOfRun, fixedPorts, outdatedIn, valuesFor } from '../../../src/model/lifecycle/references.ts'
import { config, managedProcess, running } from '../processes.ts'

const named = (name: string, settings: Partial<ResolvedProcess> = {}, state: Partial<ManagedProcess> = {}) => ({
  up: running({ id: `f00d:${name}:1`, ...state }, { name, ...settings }),
  down: managedProcess({ id: `f00d:${name}:1`, ...state }, { name, ...settings }),
})
const referring = (...references: string[]): ResolvedProcess =>
  config({ references, env: Object.fromEntries(references.map((key) => [key, `\${{ ${key} }}`])) })

describe('the values of references at a start', () => {
  const db = named(
    'db',
    { port: 'auto', ports: { main: 5432, admin: 'auto' } },
    { port: 5432, ports: { main: 5432, admin: 20_001 } },
  )

  it('are those of that moment', () => {
    const web = referring('db.port', 'db.host', 'db.url', 'db.ports.admin', 'db.urls.admin')
    expect(valuesFor(web, { port: null }, [db.up])).toEqual({
      given: {
        'db.port': '5432',
        'db.host': 'localhost',
        'db.url': 'http://localhost:5432',
        'db.ports.admin': '20001',
        'db.urls.admin': 'http://localhost:20001',
      },
    })
  })

  it('are its own ports for the process itself, and for an instance', () => {
    expect(valuesFor(referring('web.port'), { port: 3000 }, [])).toEqual({ given: { 'web.port': '3000' } })
    const second = { ...referring('web.ports.http'), name: 'web-2', instanceOf: 'web' }
    expect(valuesFor(second, { port: 1, ports: { http: 2 } }, [])).toEqual({ given: { 'web.ports.http': '2' } })
  })

  it('are those of the first instance of a process that was scaled', () => {
    const first = named('api-1', { instanceOf: 'api' }, { port: 20_005 }).up
    expect(valuesFor(referring('api.port'), { port: null }, [first])).toEqual({ given: { 'api.port': '20005' } })
  })

  it('are the shared port of instances that have one, and its own for each of them', () => {
    const share = { port: 3000, part: 'instance' } as const
    const first = named('api-1', { instanceOf: 'api', port: 'auto', share }, { port: 20_005 }).up
    expect(valuesFor(referring('api.port', 'api-1.port'), { port: null }, [first])).toEqual({
      given: { 'api.port': '3000', 'api-1.port': '20005' },
    })
    const own = { ...referring('api.port'), name: 'api-1', instanceOf: 'api', share }
    expect(valuesFor(own, { port: 20_005 }, [first])).toEqual({ given: { 'api.port': '20005' } })
  })

  it('are those of the next run while there is none', () => {
    const web = referring('db.port')
    expect(valuesFor(web, { port: null }, [named('db', { port: 6000 }, { port: 5432 }).down])).toEqual({
      given: { 'db.port': '6000' },
    })
    expect(valuesFor(web, { port: null }, [named('db', { port: 'auto' }, { port: 5432 }).down])).toEqual({
      given: { 'db.port': '5432' },
    })
  })

  it('are missing for a process that is gone, and for a port that nobody has chosen yet', () => {
    expect(valuesFor(referring('db.port'), { port: null }, [])).toEqual({
      problem: { type: 'no-value', reference: 'db.port', why: 'no-process' },
    })
    expect(valuesFor(referring('db.port'), { port: null }, [named('db', { port: 'auto' }).down])).toEqual({
      problem: { type: 'no-value', reference: 'db.port', why: 'no-port' },
    })
  })
})

it('the config of a run has the values that it was given', () => {
  const web = referring('db.port')
  expect(configOfRun({ config: web, given: { 'db.port': '5432' } }).env).toEqual({ 'db.port': '5432' })
  expect(configOfRun({ config: web }).env).toEqual({ 'db.port': '${{ db.port }}' })
  const literal = config({ env: { A: '${{ db.port }}' } })
  expect(configOfRun({ config: literal, given: { 'db.port': '1' } })).toBe(literal)
})

describe('a reference of a living run', () => {
  const web = running({ given: { 'db.port': '5432', 'web.port': '1' }, port: 2 }, referring('db.port', 'web.port'))

  it('is outdated when the other process runs with another port', () => {
    expect(outdatedIn(web, [named('db', {}, { port: 5433 }).up])).toEqual([
      { reference: 'db.port', given: '5432', now: '5433' },
    ])
  })

  it('is not outdated while the other is down or gone, or has the same', () => {
    expect(outdatedIn(web, [named('db', {}, { port: 5432 }).up])).toEqual([])
    expect(outdatedIn(web, [named('db', { port: 5433 }).down])).toEqual([])
    expect(outdatedIn(web, [])).toEqual([])
    expect(outdatedIn(managedProcess({ given: { 'db.port': '1' } }), [named('db', {}, { port: 2 }).up])).toEqual([])
  })
})

it('before the first run only the ports with a number are known', () => {
  expect(fixedPorts(config({ port: 80, ports: { http: 80, debug: 'auto' } }))).toEqual({
    port: 80,
    ports: { http: 80 },
  })
  expect(fixedPorts(config({ port: 'auto' }))).toEqual({ port: null })
})
