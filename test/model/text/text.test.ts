import { describe, expect, it } from 'vitest'
import { nearest, ownProperty, seconds, shorten } from '../../../src/model/text/text.ts'

describe('nearest', () => {
  const names = ['command', 'cwd', 'autorestart', 'autostart', 'web', 'worker']

  it.each([
    ['comand', 'command'],
    ['commands', 'command'],
    ['autoRestart', 'autorestart'],
    ['autostrat', 'autostart'],
    ['cmd', 'cwd'],
    ['wbe', 'web'],
    ['WORKR', 'worker'],
    ['wrokre', 'worker'],
    ['webb', 'web'],
    ['wb', 'web'],
  ])('%s is meant to be %s', (word, meant) => {
    expect(nearest(word, names)).toBe(meant)
  })

  it.each(['script', 'x', '', 'exec_mode', 'wxx', 'xyzker'])('%j is like none of them', (word) => {
    expect(nearest(word, names)).toBeUndefined()
  })

  it('takes the nearest of several that are near, and the first of equals', () => {
    expect(nearest('stat', ['status', 'start', 'stats'])).toBe('start')
    expect(nearest('status', ['stats', 'status'])).toBe('status')
    expect(nearest('cat', ['bat', 'rat'])).toBe('bat')
    expect(nearest('wbe', ['wbes', 'web'])).toBe('wbes')
  })

  it('takes neighbours that are swapped for one change, and no other two letters', () => {
    const pairs = [
      ['xyz', 'abz'],
      ['xaz', 'abz'],
      ['axz', 'baz'],
    ] as const
    for (const [word, candidate] of pairs) expect(nearest(word, [candidate])).toBeUndefined()
    expect(nearest('baz', ['abz'])).toBe('abz')
  })

  it('allows one change of the shortest word, and minds no capitals on either side', () => {
    expect(nearest('', ['x'])).toBe('x')
    expect(nearest('wbe', ['Web'])).toBe('Web')
  })
})

describe('a span of time', () => {
  it.each([
    [-5, '0 ms'],
    [12.4, '12 ms'],
    [3210, '3.2 s'],
    [119_000, '119 s'],
    [240_000, '4 min'],
  ])('of %d ms is %s', (ms, words) => {
    expect(seconds(ms)).toBe(words)
  })
})

describe('ownProperty', () => {
  it('is what a record says itself, not what every object has', () => {
    expect(ownProperty({ web: 1 }, 'web')).toBe(1)
    expect(ownProperty({ web: 1 }, 'constructor')).toBeUndefined()
    expect(ownProperty({ constructor: 2 } as Record<string, number>, 'constructor')).toBe(2)
    expect(ownProperty(undefined, 'web')).toBeUndefined()
  })
})

describe('shorten', () => {
  /** Letters that are all different. */
  const text = (length: number) => String.fromCharCode(...Array.from({ length }, (_, i) => 0x4e00 + i))

  it('leaves a sentence of up to 1500 letters as it is', () => {
    expect(shorten(text(1500))).toBe(text(1500))
  })

  it.each([1501, 4000])('leaves both ends of %d letters', (length) => {
    expect(shorten(text(length))).toBe(`${text(1000)} … ${text(length).slice(-500)}`)
  })
})
