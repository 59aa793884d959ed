import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maskText } from '../../src/model/redaction/mask.ts'
import { nearest } from '../../src/model/text/text.ts'
import { runs } from './runs.ts'

/* Every line of output that is shown goes through these: nothing in it may make them throw, or take more than its length. */

const PARTS = [
  '"',
  "'",
  ' ',
  '-',
  '--',
  '=',
  ':',
  '\\',
  '\n',
  '@',
  '://',
  'a',
  'TOKEN',
  'x:',
  '-u ',
  'eyJ',
  '.',
].concat(['bearer ', 'cookie:', '-----BEGIN ', 'PRIVATE KEY', '"password":"', "'a':", 'ghp_'])
const text = fc.array(fc.constantFrom(...PARTS), { maxLength: 30 }).map((parts) => parts.join(''))

describe('any text', () => {
  it('is masked', () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: 'binary' })), (line) => {
        expect(typeof maskText(line)).toBe('string')
      }),
      runs(500),
    )
  })

  it('of 100,000 characters, however it repeats, is read once', () => {
    // The last two were read a thousand times their length once.
    for (const part of [...PARTS, 'eyJ-', `"' '"`])
      expect(typeof maskText(part.repeat(100_000 / part.length))).toBe('string')
  })

  it('is compared with no name that it cannot have been meant to be', () => {
    expect(nearest('x'.repeat(10_000_000), ['web', 'x'.repeat(64)])).toBe(undefined)
  })
})
