import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newProcess, readSaved, writeSaved } from '../../src/model/saved.ts'
import { Store } from '../../src/supervisor/store.ts'
import { processDetail } from '../commands/states.ts'
import { type TempFolder, tempFolder } from '../helpers/temp.ts'
import { damaged, mutated } from './damage.ts'
import { runs } from './runs.ts'

/* Whatever is in a file of ours, or in a text that is handed to us: an error in words or an answer, never a crash, never a hang. */

let temp: TempFolder
beforeEach(() => {
  temp = tempFolder('fuzz')
})
afterEach(() => temp.remove())

const RUNS = runs(37)

const state = writeSaved(
  ['web', 'api'].map((name) => newProcess(`0:${name}:1`, { ...processDetail().config, name }, 1)),
  'boot',
)

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
      runs(375),
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
