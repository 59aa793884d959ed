// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables in configs look like that.
import { describe, expect, it } from 'vitest'
import { Placeholders } from '../../../src/config/placeholders.ts'
import { code } from '../../../src/config/write/code.ts'

/** A value below others, where it may stand in a line. */
const inner = (value: unknown) => code(value, undefined, 1)

describe('a value as code', () => {
  it.each([
    [true, 'true'],
    [null, 'null'],
    [5, '5'],
    ['a', "'a'"],
    ["it's", `"it's"`],
    ['say "x"', `'say "x"'`],
    [`it's "x"`, `'it\\'s "x"'`],
    ['a\\b\n', "'a\\\\b\\n'"],
    [Object.fromEntries([['__proto__', 'a']]), "{ ['__proto__']: 'a' }"],
    [{}, '{}'],
    [[], '[]'],
    [['a', 1, [2]], "['a', 1, [2]]"],
    [{ a: { b: 1 } }, '{ a: { b: 1 } }'],
    [{ $a_1: 1, 'a-b': 2, '1a': 3, 'a b': 4, 'it?': 5 }, "{ $a_1: 1, 'a-b': 2, '1a': 3, 'a b': 4, 'it?': 5 }"],
  ])('%j is %s', (value, text) => {
    expect(inner(value)).toBe(text)
  })

  it('has a line for each part at the top', () => {
    expect(code({ a: 1, b: { c: 2 } })).toBe('{\n  a: 1,\n  b: { c: 2 },\n}')
    expect(code([1])).toBe('[\n  1,\n]')
  })

  it('has a line for each part where one would be too long, and for whatever that is in', () => {
    const fits = 'x'.repeat(74)
    expect(code({ a: [fits] })).toBe(`{\n  a: ['${fits}'],\n}`)
    expect(code({ a: [`${fits}x`] })).toBe(`{\n  a: [\n    '${fits}x',\n  ],\n}`)
    expect(code({ a: { b: [`${fits}x`] } })).toBe(`{\n  a: {\n    b: [\n      '${fits}x',\n    ],\n  },\n}`)
    // Where it stands counts.
    expect(code({ a: { b: [fits.slice(1)] } })).toContain('b: [\n')
    expect(code({ a: { b: [fits.slice(2)] } })).toBe(`{\n  a: {\n    b: ['${fits.slice(2)}'],\n  },\n}`)
  })
})

describe('a text with variables', () => {
  const placeholders = new Placeholders()
  const a = placeholders.add({ name: 'A' })
  const b = placeholders.add({ name: 'B', fallback: 'b c' })
  const live = (value: unknown) => code(value, (text) => placeholders.parts(text))

  it.each([
    [a, 'process.env.A'],
    [b, "process.env.B || 'b c'"],
    [placeholders.add({ name: 'C', fallback: "it's" }), `process.env.C || "it's"`],
    [`http://${a}/`, "`http://${process.env.A || ''}/`"],
    [a + b, "`${process.env.A || ''}${process.env.B || 'b c'}`"],
    [`\${A} \`b\` c\\d ${b}`, "`\\${A} \\`b\\` c\\\\d ${process.env.B || 'b c'}`"],
    ['plain ${A}', "'plain ${A}'"],
  ])('%s is %s', (text, expected) => {
    expect(live(text)).toBe(expected)
  })

  it('of several lines stands in none with others', () => {
    expect(live({ env: { URL: `a\nb${a}` } })).toBe("{\n  env: {\n    URL: `a\nb${process.env.A || ''}`,\n  },\n}")
  })
})
