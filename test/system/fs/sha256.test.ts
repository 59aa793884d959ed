import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { randomBytes } from '../../../src/system/fs/random.ts'
import { sha256 } from '../../../src/system/fs/sha256.ts'

describe('what is there without a module', () => {
  it.each([{ text: '' }, { text: 'web' }, { text: 'a'.repeat(100_000) }, { text: 'ü €' }])(
    'hashes as node:crypto does: $text.length',
    ({ text }) => {
      for (const encoding of ['hex', 'base64url'] as const)
        expect(sha256(text, encoding)).toBe(createHash('sha256').update(text).digest(encoding))
    },
  )

  it('gives as many random bytes as asked for, others each time', () => {
    expect(randomBytes(4).toString('hex')).toMatch(/^[\da-f]{8}$/)
    expect(randomBytes(32).equals(randomBytes(32))).toBe(false)
  })
})
