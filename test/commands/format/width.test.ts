import { describe, expect, it } from 'vitest'
import { beginOf, cutEnd, cutMiddle, padEnd, padStart, widthOf, wrapped } from '../../../commands/format/width.ts'

const FAMILY = '👩‍👩‍👧'

describe('the width of a text', () => {
  it.each([
    ['web', 3],
    ['● ↻ ├─ ✔ … •', 12],
    ['日本語', 6],
    ['한국', 4],
    ['🚀 🫡', 5],
    [FAMILY, 2],
    ['🇩🇪', 2],
    ['e\u0301', 1],
    ['\x1b[1m\x1b[31m日本\x1b[39m\x1b[22m', 4],
    ['', 0],
  ])('of %j is %d', (text, width) => {
    expect(widthOf(text)).toBe(width)
  })

  it('is what a text is filled up to', () => {
    expect(padEnd('日本', 6)).toBe('日本  ')
    expect(padStart('\x1b[1m日\x1b[22m', 3)).toBe(' \x1b[1m日\x1b[22m')
    expect(padEnd('too long', 3)).toBe('too long')
  })
})

describe('a text that is too long', () => {
  it('is cut in its middle or at its end, and never becomes longer', () => {
    expect(cutMiddle('abcdefghij', 10, '…')).toBe('abcdefghij')
    expect(cutMiddle('abcdefghij', 7, '…')).toBe('abc…hij')
    expect(cutMiddle('abcdefghij', 1, '…')).toBe('…')
    expect(cutMiddle('abcdefghij', 0, '…')).toBe('')
    expect(cutMiddle('abcdefghij', 2, '...')).toBe('..')
    expect(cutEnd('abcdefghij', 7, '…')).toBe('abcdef…')
  })

  it('is cut between characters, as readers see them', () => {
    expect(beginOf('日本語', 3)).toBe('日')
    expect(beginOf(`${FAMILY}x`, 1)).toBe('')
    expect(cutEnd('日本語日本語', 7, '…')).toBe('日本語…')
    expect(cutMiddle('日本語日本語', 7, '…')).toBe('日…語')
  })

  it('is broken between words, or where a word is longer than a line', () => {
    expect(wrapped('one two three', 7)).toEqual(['one two', 'three'])
    expect(wrapped('a /long/path/of/a/file', 9)).toEqual(['a', '/long/pat', 'h/of/a/fi', 'le'])
    expect(wrapped('日本語 日本語', 7)).toEqual(['日本語', '日本語'])
    expect(wrapped('日本語', 1)).toEqual(['日', '本', '語'])
  })
})
