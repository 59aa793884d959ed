import { describe, expect, it } from 'vitest'
import { patternOf, patternText } from '../../../src/model/text/pattern.ts'

describe('a regular expression as text', () => {
  it.each([/a\/b|c/i, /^\d+$/, /[/]/u, /line\nbreak/s])('is the same again: %s', (pattern) => {
    const again = patternOf(patternText(pattern))
    expect(again?.source).toBe(pattern.source)
    expect(again?.flags).toBe(pattern.flags)
  })

  it.each(['', 'a', '//', '/(/', '/a/zz', '/a/i '])('is none: %j', (text) => {
    expect(patternOf(text)).toBeUndefined()
  })
})
