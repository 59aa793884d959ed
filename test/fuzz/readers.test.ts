import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newProcess, readSaved, writeSaved } from '../../src/model/saved.ts'
import { Store } from '../../src/supervisor/store.ts'
import { processDetail } from '../commands/states.ts'
import { type TempFolder, tempFolder } from '../helpers/temp.ts'

/* Whatever is in a file of ours, or in a text that is handed to us: an error in words or an answer, never a crash, never a hang. */

let temp: TempFolder
beforeEach(() => {
  temp = tempFolder('fuzz')
})
afterEach(() => temp.remove())

const RUNS = { numRuns: 150 }

const state = writeSaved(
  ['web', 'api'].map((name) => newProcess(`0:${name}:1`, { ...processDetail().config, name }, 1)),
  'boot',
)

/** A text that somebody may have got hold of: cut, with bytes changed, doubled, or with something else in it. */
function damaged(text: string): fc.Arbitrary<string> {
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

/** A valid value with parts of it replaced by others of any kind. */
function mutated(value: unknown): fc.Arbitrary<unknown> {
  const paths = pathsIn(value)
  return fc
    .array(fc.tuple(fc.constantFrom(...paths), anyJson), { minLength: 1, maxLength: 4 })
    .map((changes) => changes.reduce((result, [path, other]) => replaced(result, path, other), value))
}

const anyJson = fc.oneof(
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

describe('state.json', () => {
  const file = () => join(temp.path, 'state.json')

  it('whatever became of it, is read or kept aside', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), damaged(state)), (text) => {
        writeFileSync(file(), text)
        const { saved, problem } = Store.load(file(), 1)
        for (const process of saved.processes) expect(typeof process.config.name).toBe('string')
        if (problem !== null) expect(problem).toMatch(/^state\.json was not usable \(.+\); it is kept as /s)
      }),
      RUNS,
    )
  })

  it('with values of other kinds in it is refused, or has what everything else relies on', () => {
    fc.assert(
      fc.property(mutated(JSON.parse(state)), (value) => {
        try {
          for (const process of readSaved(JSON.stringify(value)).processes) expectUsable(process)
        } catch (error) {
          expect((error as Error).message).toMatch(/\S/)
          expect(error).not.toBeInstanceOf(TypeError)
          expect(error).not.toBeInstanceOf(RangeError)
        }
      }),
      { numRuns: 1500 },
    )
  })
})

/** What a supervisor does with a process without looking first. */
function expectUsable(process: ReturnType<typeof readSaved>['processes'][number]): void {
  const { config, survivors, changes, identity, logStart, lastExit } = process
  expect(
    [...config.args, ...Object.keys(config.env), ...Object.values(config.env)].every(
      (text) => typeof text === 'string',
    ),
  ).toBe(true)
  expect([config.name, config.program, config.command, config.cwd].every((text) => typeof text === 'string')).toBe(true)
  expect([config.stopTimeout, config.restartDelay, config.maxRestarts, config.minUptime].every(Number.isFinite)).toBe(
    true,
  )
  expect(
    [process.run, process.restarts, process.failures, logStart.stdout, logStart.stderr].every(Number.isFinite),
  ).toBe(true)
  expect(Array.isArray(survivors) && Array.isArray(changes)).toBe(true)
  for (const one of [...survivors, ...(identity ? [identity] : [])]) expect(Number.isInteger(one.pid)).toBe(true)
  expect(lastExit === null || Number.isFinite(lastExit.lasted)).toBe(true)
  expect(typeof config.dependsOn === 'object' && config.dependsOn !== null).toBe(true)
}
