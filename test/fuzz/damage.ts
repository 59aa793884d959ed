import fc from 'fast-check'
import { expect } from 'vitest'
import { ProcessManagerError } from '../../src/model/errors.ts'

/** A text that somebody may have got hold of: cut, with bytes changed, doubled, or with something else in it. */
export function damaged(text: string): fc.Arbitrary<string> {
  const at = fc.nat(text.length)
  return fc.oneof(
    at.map((end) => text.slice(0, end)),
    fc
      .tuple(at, fc.string({ unit: 'binary', maxLength: 20 }))
      .map(([i, more]) => text.slice(0, i) + more + text.slice(i)),
    fc
      .tuple(at, fc.string({ unit: 'binary', maxLength: 20 }))
      .map(([i, other]) => text.slice(0, i) + other + text.slice(i + other.length)),
    fc.tuple(at, at).map(([i, j]) => text.slice(0, i) + text.slice(j)),
  )
}

/** The same of bytes; single bits are changed, too. */
export function damagedBytes(bytes: Buffer): fc.Arbitrary<Buffer> {
  const at = fc.nat(bytes.length)
  return fc.oneof(
    at.map((end) => bytes.subarray(0, end)),
    fc
      .tuple(at, fc.uint8Array({ maxLength: 20 }))
      .map(([i, more]) => Buffer.concat([bytes.subarray(0, i), more, bytes.subarray(i)])),
    fc
      .tuple(fc.nat(bytes.length - 1), fc.nat(7))
      .map(([i, bit]) => bytes.map((byte, at) => (at === i ? byte ^ (1 << bit) : byte)) as Buffer),
    fc.tuple(at, at).map(([i, j]) => Buffer.concat([bytes.subarray(0, i), bytes.subarray(j)])),
  )
}

/** A valid value with parts of it replaced by others of any kind. */
export function mutated(value: unknown): fc.Arbitrary<unknown> {
  const paths = pathsIn(value)
  return fc
    .array(fc.tuple(fc.constantFrom(...paths), anyJson), { minLength: 1, maxLength: 4 })
    .map((changes) => changes.reduce((result, [path, other]) => replaced(result, path, other), value))
}

/** Values of every kind, with those that programs trip over. */
export const anyJson = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(null, -1, 1e308, '', [], {}, '__proto__', { __proto__: null }, 'x'.repeat(10_000)),
)

function pathsIn(value: unknown, before: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [before]
  const inner = Object.entries(value).flatMap(([key, part]) => pathsIn(part, [...before, key]))
  return [before, ...inner]
}

function replaced(value: unknown, [key, ...rest]: string[], other: unknown): unknown {
  if (key === undefined) return other
  if (typeof value !== 'object' || value === null) return value
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>
  copy[key] = replaced(copy[key], rest, other)
  return copy
}

/** What a user is told: one line of bounded length, and nothing of the program's insides. */
export function expectTold(error: unknown): void {
  if (!(error instanceof ProcessManagerError)) throw error
  expect(error.code).not.toBe('internal')
  expect(error.message).toMatch(/\S/)
  expect(error.message.length).toBeLessThan(3000)
  expect(error.message).not.toMatch(/\n\s+at |\[object |undefined is not|Maximum call stack/)
}
