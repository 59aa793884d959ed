import { describe, expect, it } from 'vitest'
import type { ResolvedProcess } from '../../../src/model/config/config.ts'
import { select, selectDeclared, selectScaled, unknownProcess } from '../../../src/model/planning/select.ts'
import { config } from '../processes.ts'

const named = (name: string, settings: Partial<ResolvedProcess> = {}) => config({ name, ...settings })
const instance = (number: number) => named(`web-${number}`, { instanceOf: 'web' })
const declared = (...configs: ResolvedProcess[]) => new Map(configs.map((each) => [each.name, each]))

const DB = named('db', { group: 'data' })
const CACHE = named('cache', { group: 'data' })
const LONE = named('lone')
const ALL = [DB, LONE, instance(1), instance(2), CACHE]

describe('select', () => {
  it('means everything, in order of declaration', () => {
    expect(select({ all: true }, ALL)).toEqual(['db', 'lone', 'web-1', 'web-2', 'cache'])
  })

  it('means the members of a group, and refuses one without any', () => {
    expect(select({ group: 'data' }, ALL)).toEqual(['db', 'cache'])
    expect(() => select({ group: 'front' }, ALL)).toThrow(expect.objectContaining({ code: 'unknown-process' }))
  })

  it('means all instances of a declared name, and each name once', () => {
    expect(select({ names: ['web', 'db', 'web-2', 'db'] }, ALL)).toEqual(['web-1', 'web-2', 'db'])
    expect(select({ names: ['web'] }, [instance(7)])).toEqual(['web-7'])
  })

  it('means a process itself where instances have its name as theirs', () => {
    expect(select({ names: ['web'] }, [named('web'), instance(1)])).toEqual(['web'])
  })

  it('does not check names', () => {
    expect(select({ names: ['nobody'] }, ALL)).toEqual(['nobody'])
  })

  it('is refused for nothing at all', () => {
    expect(() => select({}, ALL)).toThrow(expect.objectContaining({ code: 'usage' }))
  })
})

describe('what has just been declared', () => {
  const two = declared(instance(1), instance(2), DB)

  it('is meant in place of what is there under the same name', () => {
    const configs = [named('web'), DB, instance(1), instance(2)]
    expect(selectDeclared({ names: ['web'] }, configs, two)).toEqual({ names: ['web-1', 'web-2'], former: ['web'] })
    const surplus = [instance(1), instance(2), instance(3), DB]
    const expected = { names: ['web-1', 'web-2', 'db'], former: ['web-3'] }
    expect(selectDeclared({ all: true }, surplus, two)).toEqual(expected)
    expect(selectDeclared({ names: ['web', 'db'] }, surplus, two)).toEqual(expected)
  })

  it('may be needed by what is selected, and what was there before may need what is gone', () => {
    const proxy = named('proxy', { dependsOn: { web: 'ready' } })
    const configs = [named('web', { dependsOn: { gone: 'ready' } }), instance(1), instance(2), proxy]
    const selected = selectDeclared({ names: ['proxy'] }, configs, declared(instance(1), instance(2), proxy))
    expect(selected).toEqual({ names: ['proxy'], former: ['web'] })
  })

  it('leaves what nothing of it has taken the place of', () => {
    const configs = [instance(1), instance(2), DB, LONE]
    expect(selectDeclared({ all: true }, configs, two)).toEqual({
      names: ['web-1', 'web-2', 'db', 'lone'],
      former: [],
    })
  })

  it('leaves what is not asked for', () => {
    const configs = [named('web'), DB]
    expect(selectDeclared({ names: ['db'] }, configs, two)).toEqual({ names: ['db'], former: [] })
    expect(selectDeclared({ group: 'data' }, configs, two)).toEqual({ names: ['db'], former: [] })
    expect(selectDeclared({ names: ['web-3'] }, [instance(3)], two)).toEqual({ names: ['web-3'], former: [] })
  })
})

describe('what is scaled', () => {
  it('is the instances that there are to be, and those that are too many', () => {
    const configs = [instance(1), instance(2), instance(3), DB, LONE]
    expect(selectScaled(['web'], configs, declared(instance(1), instance(2), DB))).toEqual({
      names: ['web-1', 'web-2'],
      former: ['web-3'],
    })
  })

  it('is refused for the first name that no config declares', () => {
    const scale = () => selectScaled(['web', 'first', 'second'], [], declared(instance(1)))
    expect(scale).toThrow(expect.objectContaining({ code: 'unknown-process' }))
    expect(scale).toThrow('`first`')
  })
})

describe('an unknown process', () => {
  const message = (count: number) =>
    unknownProcess(
      'nobody',
      Array.from({ length: count }, (_, i) => `p${i + 1}`),
    ).message

  it('is told with what it was meant to be', () => {
    const error = unknownProcess('wbe', ['db', 'web'])
    expect(error.code).toBe('unknown-process')
    expect(error.message).toContain('`web`')
    expect(error.message).not.toContain('db')
  })

  it('is told with what there is, ten names at most', () => {
    // A sentence that ends.
    expect(message(0)).toMatch(/[a-z]$/)
    expect(message(1)).toMatch(/ p1$/)
    expect(message(10)).toMatch(/ p1, p2, p3, p4, p5, p6, p7, p8, p9, p10$/)
    expect(message(12)).toMatch(/ p1, p2, p3, p4, p5, p6, p7, p8, p9, p10 and 2 more$/)
  })

  describe('with `all` or a group', () => {
    const by = (source: string, config: ResolvedProcess) => ({ ...config, source })
    const [a, gone, other] = ['a', 'gone', 'other'].map((name) => ({ ...named(name), group: 'all' })) as [
      ResolvedProcess,
      ResolvedProcess,
      ResolvedProcess,
    ]
    const configs = [
      by('/app/p.json', a),
      by('/app/p.json', gone),
      by('/app/Procfile', other),
      { ...LONE, group: 'all' },
    ]
    const declares = declared(by('/app/p.json', a))

    it('leaves out what the config no longer has, and what another config has', () => {
      for (const selection of [{ all: true }, { group: 'all' }]) {
        const { names } = selectDeclared({ ...selection, source: '/app/p.json' }, configs, declares)
        expect(names).toEqual(['a', 'lone'])
      }
      expect(selectDeclared({ names: ['gone', 'other'], source: '/app/p.json' }, configs, declares).names).toEqual([
        'gone',
        'other',
      ])
    })

    it('leaves out what is gone from a config without processes, but not what others declare', () => {
      const { names } = selectDeclared({ all: true, source: '/app/p.json' }, configs, new Map())
      expect(names).toEqual(['other', 'lone'])
      expect(selectDeclared({ all: true }, configs, declares).names).toEqual(['a', 'gone', 'other', 'lone'])
    })

    it('leaves out what starts only by its name, unless it is up', () => {
      const tool = { ...named('tool'), startWithAll: false as const }
      const both = declared(a, tool)
      expect(selectDeclared({ all: true }, [a, tool], both).names).toEqual(['a'])
      expect(selectDeclared({ all: true }, [a, named('tool')], both).names).toEqual(['a'])
      expect(selectDeclared({ all: true }, [a, tool], both, new Set(['tool'])).names).toEqual(['a', 'tool'])
      expect(selectDeclared({ names: ['tool'] }, [a, tool], both).names).toEqual(['tool'])
    })
  })
})
