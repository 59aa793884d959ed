import { describe, expect, it } from 'vitest'
import { mutantsOf } from './mutate.ts'

/** What becomes of a source of one line. */
const becomes = (source: string) => mutantsOf(source).map(({ to }) => to)

describe('a mutant', () => {
  it('moves and turns comparisons', () => {
    expect(becomes('x = a < b').filter((to) => to !== ';')).toEqual(['x = a <= b', 'x = a >= b'])
    expect(becomes('x = a === b')).toContain('x = a !== b')
    expect(becomes('x = key in object')).toContain('x = !(key in object)')
  })

  it('has one side of a condition alone, none, or always', () => {
    expect(becomes('x = a && b')).toEqual([';', 'x = (a)', 'x = (b)'])
    expect(becomes('x = a ?? b')).toEqual([';', 'x = (a)', 'x = (b)'])
    expect(becomes('x = a ? b : c')).toEqual([';', 'x = (b)', 'x = (c)'])
    expect(becomes('if (!a) throw b')).toEqual(['if (true) throw b', 'if (false) throw b', 'if (!a) ;'])
    expect(becomes('x = !a')).toEqual([';', 'x = (a)'])
  })

  it('lacks a property, an element, a statement, a case or a default', () => {
    expect(becomes('x = { ...a, b: c, d }')).toEqual([';', 'x = { b: c, d }', 'x = { ...a, d }', 'x = { ...a, b: c }'])
    expect(becomes('x = [...a, b]')).toEqual([';', 'x = [b]', 'x = [...a]'])
    expect(becomes('switch (a) { case 1: b(); default: c() }')).toEqual(
      expect.arrayContaining(['switch (a) {  default: c() }', 'switch (a) { case 1: b(); default: }']),
    )
    expect(becomes('function f(a = b) {}')).toEqual(['function f(a) {}'])
  })

  it('counts otherwise', () => {
    expect(becomes('x = 5')).toEqual([';', 'x = 6', 'x = 4'])
    expect(becomes('x = 0')).toEqual([';', 'x = 1', 'x = (-1)'])
    expect(becomes('x += a')).toEqual([';', 'x -= a'])
    expect(becomes('for (let i = 0; ; );')).toEqual(['for (let i = 1; ; );'])
    expect(becomes('for (; a; x++) {}')).toEqual(['for (; false; x++) {}', 'for (; a; x--) {}'])
    expect(becomes('x = a - b')).toEqual([';', 'x = a + b'])
  })

  it('asks all instead of some, leaves a call out, and insists on what is optional', () => {
    expect(becomes('x = a.some(f)')).toEqual([';', 'x = a.every(f)'])
    expect(becomes('x = a.filter(f).length')).toEqual([';', 'x = a.length'])
    expect(becomes('x = Math.min(a, b)')).toEqual([';', 'x = Math.max(a, b)'])
    expect(becomes('x = a?.b?.[c]')).toEqual([';', 'x = a?.b[c]', 'x = a.b?.[c]'])
    expect(becomes('x = /^a$/i')).toEqual([';', 'x = /a$/i', 'x = /^a/i'])
  })

  it('has no word, but all sentences', () => {
    expect(becomes("x('code', 'a sentence', `another`)")).toEqual([';', "x('', 'a sentence', `another`)"])
  })

  it('leaves types, imports and joined texts alone', () => {
    expect(becomes("import { a } from 'b'\ntype C = 'd' | 5\ninterface E { f?: 6 }")).toEqual([])
    expect(becomes("const x = (a as 'b')! + `c`")).toEqual([])
  })

  it('is told by the lines that change, also behind what is not ASCII', () => {
    const [, , first] = mutantsOf("const dot = '•', six = '😀 '\nx = {\n  a: 1,\n  b,\n}\n")
    expect(first).toMatchObject({ line: 3, last: 4, from: 'a: 1, b,', to: 'b,' })
    expect(first?.source).toBe("const dot = '•', six = '😀 '\nx = {\n  b,\n}\n")
  })
})
