import { describe, expect, it } from 'vitest'
import { type Node, startOrder, stopOrder } from '../../../src/model/planning/order.ts'

/** `{ web: 'db cache' }`: web depends on db and cache; `web-1` is an instance of `web`. */
function nodes(graph: Record<string, string>): Node[] {
  return Object.entries(graph).map(([name, needs]) => ({
    name,
    instanceOf: /^(.*)-\d+$/.exec(name)?.[1] ?? null,
    dependsOn: Object.fromEntries(needs.split(' ').flatMap((other) => (other ? [[other, 'ready'] as const] : []))),
  }))
}

const shop = nodes({ web: 'api cache', api: 'db', cache: '', db: '', mail: 'db', lone: '' })

describe('startOrder', () => {
  it('brings what is needed, directly or not, each after its own needs', () => {
    expect([...startOrder(['web'], shop)]).toEqual([
      ['db', []],
      ['api', ['db']],
      ['cache', []],
      ['web', ['api', 'cache']],
    ])
  })

  it('keeps the order given where nothing demands another, and names each once', () => {
    expect([...startOrder(['lone', 'mail', 'api', 'lone'], shop).keys()]).toEqual(['lone', 'db', 'mail', 'api'])
  })

  it('takes a name with instances for all of them', () => {
    const graph = nodes({ proxy: 'web', 'web-1': 'db', 'web-2': 'db', db: '' })
    expect([...startOrder(['proxy'], graph)]).toEqual([
      ['db', []],
      ['web-1', ['db']],
      ['web-2', ['db']],
      ['proxy', ['web-1', 'web-2']],
    ])
  })

  it('refuses a circle, naming its members in order, and those only', () => {
    const graph = nodes({ top: 'a', a: 'b', b: 'c', c: 'a' })
    expect(() => startOrder(['top'], graph)).toThrow('dependency cycle: `a` → `b` → `c` → `a`')
    expect(() => startOrder(['one'], nodes({ one: 'one' }))).toThrow('`one` → `one`')
    expect(() => startOrder(['a'], nodes({ a: 'done b', b: 'a', done: '' }))).toThrow(/[^→] `a` → `b` → `a`$/)
  })

  it('does not take two ways to the same process for a circle', () => {
    const diamond = nodes({ top: 'left right', left: 'base', right: 'base', base: '' })
    expect([...startOrder(['top'], diamond).keys()]).toEqual(['base', 'left', 'right', 'top'])
  })

  it('refuses an unknown dependency with the nearest name, also deep down', () => {
    expect(() => startOrder(['web'], nodes({ web: 'api', api: 'dba', db: '' }))).toThrow(
      '`api` depends on `dba`, which is not declared; did you mean `db`?',
    )
    expect(() => startOrder(['web'], nodes({ web: 'kafka' }))).toThrow(/which is not declared$/)
    expect(() => startOrder(['proxy'], nodes({ proxy: 'wbe', 'web-1': '' }))).toThrow('did you mean `web`?')
  })

  it('does not mind what is wrong elsewhere', () => {
    expect([...startOrder(['ok'], nodes({ ok: '', bad: 'worse' })).keys()]).toEqual(['ok'])
  })
})

describe('stopOrder', () => {
  it('lets a dependency wait for its dependents, of those that are to stop', () => {
    expect([...stopOrder(['db', 'cache', 'api', 'web'], shop)]).toEqual([
      ['web', []],
      ['api', ['web']],
      ['db', ['api', 'web']],
      ['cache', ['web']],
    ])
    expect([...stopOrder(['db'], shop)]).toEqual([['db', []]])
  })

  it('sees through a process that stays', () => {
    expect([...stopOrder(['db', 'web'], shop)]).toEqual([
      ['web', []],
      ['db', ['web']],
    ])
  })

  it('stops what cannot be ordered all the same', () => {
    const order = stopOrder(['a', 'b', 'c', 'lost'], nodes({ a: 'b', b: 'a', c: 'gone', lost: 'c' }))
    expect([...order.keys()].sort()).toEqual(['a', 'b', 'c', 'lost'])
    const done = new Set<string>()
    for (const [name, first] of order) {
      expect(first.every((other) => done.has(other))).toBe(true)
      done.add(name)
    }
  })

  it('is quick where there are very many ways to the same process', () => {
    const layers = Array.from({ length: 50 }, (_, i) => {
      const needs = i === 0 ? '' : `left${i - 1} right${i - 1}`
      return { [`left${i}`]: needs, [`right${i}`]: needs }
    })
    const graph = nodes(Object.assign({}, ...layers))
    expect([...startOrder(['left49'], graph).keys()]).toHaveLength(99)
  })

  it('is quick for a thousand processes that all need each other in a row', () => {
    const graph = nodes(
      Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`p${i}`, i === 0 ? '' : `p${i - 1}`])),
    )
    const names = graph.map(({ name }) => name)
    expect([...stopOrder(names, graph).keys()]).toEqual([...names].reverse())
    expect([...startOrder(['p999'], graph).keys()]).toEqual(names)
  })
})
