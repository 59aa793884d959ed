import { expect, it } from 'vitest'
import { fnv1a } from '../../../src/model/text/hash.ts'

/** From the FNV test vectors of Landon Curt Noll. */
it.each([
  ['', 0x811c9dc5],
  ['a', 0xe40c292c],
  ['foobar', 0xbf9cf968],
])('hashes %j as 32-bit FNV-1a does, as text and as bytes', (text, hash) => {
  expect(fnv1a(text)).toBe(hash)
  expect(fnv1a(Buffer.from(text))).toBe(hash)
})
