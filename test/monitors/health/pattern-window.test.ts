import { describe, expect, it } from 'vitest'
import type { PatternSource } from '../../../src/model/config/health-check.ts'
import { LONGEST_MATCH, PatternWindow } from '../../../src/monitors/health/pattern-window.ts'

const source = ({ source, flags }: RegExp): PatternSource => ({ source, flags })

/** Which piece it was found with; -1: none. */
function foundAt(pattern: string | RegExp, pieces: string[]): number {
  const window = new PatternWindow(typeof pattern === 'string' ? pattern : source(pattern))
  return pieces.findIndex((piece, i) => window.push(piece, i < pieces.length - 1))
}

describe('PatternWindow', () => {
  it('finds a text wherever it is cut', () => {
    const text = 'booting\nserver is listening on 3000\n'
    for (let cut = 0; cut <= text.length; cut++) {
      for (const pattern of ['is listening', /listening on \d+$/, /^server/, /booting\nserver/]) {
        expect(foundAt(pattern, [text.slice(0, cut), text.slice(cut)])).not.toBe(-1)
      }
    }
    expect(foundAt(/listening on \d+/, [...text])).not.toBe(-1)
  })

  it('finds a match up to the longest across chunks of any size', () => {
    const long = `<${'x\n'.repeat(LONGEST_MATCH / 2 - 1)}>`
    for (const size of [1000, 4096, 100_000]) {
      const text = `${'noise\n'.repeat(50_000)}${long}\n`
      const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, i) =>
        text.slice(i * size, (i + 1) * size),
      )
      expect(foundAt(/<[^>]*>/, pieces)).toBe(pieces.length - 1)
    }
  })

  it('does not mistake a cut for the end or beginning of a line', () => {
    expect(foundAt(/ready$/, ['not ready', ' at all\n', ''])).toBe(-1)
    expect(foundAt(/^ready/, ['not ', 'ready\n'])).toBe(-1)
    const filler = `${'y'.repeat(99)}\n`.repeat(400)
    expect(foundAt(/^y{98}$/, [filler.slice(0, 20_050), filler.slice(20_050)])).toBe(-1)
  })

  it('searches an unfinished line that nothing follows', () => {
    expect(foundAt('mysql> ', ['mysql> '])).toBe(0)
    expect(foundAt(/> $/, ['mysql> '])).toBe(0)
  })

  it('finds the pattern in every text, whatever its flags are', () => {
    const window = new PatternWindow(source(/go/gy))
    expect(window.push('go\n', false)).toBe(true)
    window.reset()
    expect(window.push('go\n', false)).toBe(true)
    expect(foundAt(/GO/giu, ['.', 'go'])).toBe(1)
  })

  it('ignores colours, also those that are cut', () => {
    const text = '\x1b[32mready\x1b[39m in \x1b[1m300\x1b[22m ms\n'
    for (let cut = 0; cut <= text.length; cut++) {
      expect(foundAt('ready in 300 ms', [text.slice(0, cut), text.slice(cut)])).not.toBe(-1)
    }
  })

  it('does not match across a reset', () => {
    const window = new PatternWindow('ready')
    expect(window.push('rea', false)).toBe(false)
    window.reset()
    expect(window.push('dy', false)).toBe(false)
  })

  it('finds a text at the end of a line that is too long to hold', () => {
    expect(foundAt('end', ['x'.repeat(500_000), `${'x'.repeat(500_000)}end`, 'x'.repeat(500_000)])).toBe(1)
  })
})
