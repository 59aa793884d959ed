import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { leaderOf, needsSupervisor, PHASES as PHASE_TYPES, type Phase } from '../../src/model/lifecycle/phase.ts'
import { newProcess } from '../../src/model/lifecycle/process.ts'
import { snapshot } from '../../src/model/views/snapshot.ts'
import { readSaved, writeSaved } from '../../src/storage/state-file.ts'
import { Store } from '../../src/storage/store.ts'
import { processDetail } from '../commands/states.ts'
import { type TempFolder, tempFolder } from '../helpers/temp.ts'
import { live, runExit } from '../model/processes.ts'
import { damaged, mutated } from './damage.ts'
import { runs } from './runs.ts'

/* Whatever is in a file of ours, or in a text that is handed to us: an error in words or an answer, never a crash, never a hang. */

let temp: TempFolder
beforeEach(() => {
  temp = tempFolder('fuzz')
})
afterEach(() => temp.remove())

const RUNS = runs(37)

const end = { type: 'not-ready', awaited: 'healthy', within: 9, detail: 'refused' } as const
const health = { status: 'starting' as const, failures: 1, since: 2, history: [] }
const PHASES: Record<string, Phase> = {
  web: { type: 'running', live: live({ health }), rebuilt: false },
  api: { type: 'cleanup', end, live: null, startAt: 5 },
  job: { type: 'failed', cause: { type: 'survivors', members: [{ pid: 9, name: 'sh' }] } },
}

const state = writeSaved(
  Object.entries(PHASES).map(([name, phase]) => {
    const process = newProcess(`0:${name}:1`, { ...processDetail().config, name })
    return { ...process, phase, lastExit: runExit({ ended: end }) }
  }),
  { bootId: 'boot' },
)

describe('state.json', () => {
  const file = () => join(temp.path, 'state.json')

  it('whatever became of it, is read or kept aside', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), damaged(state)), (text) => {
        writeFileSync(file(), text)
        const { saved, problem } = Store.load(file(), 1)
        for (const process of saved.processes) expect(typeof process.config.name).toBe('string')
        if (problem !== null) expect(problem).toMatch(/^state\.json was unusable \(.+\) and was moved to /s)
      }),
      RUNS,
    )
  })

  it('with values of other kinds in it is refused, or has what everything else relies on', () => {
    fc.assert(
      fc.property(mutated(JSON.parse(state)), (value) => {
        try {
          for (const process of readSaved(JSON.stringify(value), 1).processes) expectUsable(process)
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
  const { config, survivors, rewrites, phase, logStart, lastExit } = process
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
  expect(Array.isArray(survivors) && Array.isArray(rewrites)).toBe(true)
  const leader = leaderOf(phase)
  for (const one of [...survivors, ...(leader ? [leader] : [])]) expect(Number.isInteger(one.pid)).toBe(true)
  expect(PHASE_TYPES).toContain(phase.type)
  expect(typeof snapshot(process, { logFile: '', errorFile: '' }, null, 1).reason).toBe('string')
  expect(typeof needsSupervisor(process)).toBe('boolean')
  expect(lastExit === null || Number.isFinite(lastExit.lasted)).toBe(true)
  expect(typeof config.dependsOn === 'object' && config.dependsOn !== null).toBe(true)
}
