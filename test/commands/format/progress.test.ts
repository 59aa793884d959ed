import { describe, expect, it } from 'vitest'
import { painter } from '../../../commands/format/paint.ts'
import { progressLines, type Step, stepOf } from '../../../commands/format/progress.ts'
import { symbolsOf } from '../../../commands/format/symbols.ts'
import { isSelected } from '../../../commands/shared/selection.ts'
import type { ProcessState } from '../../../src/index.ts'
import { NOW, processState } from '../states.ts'

const up = (changes: Partial<ProcessState> = {}) => processState({ run: 2, ...changes })
const down = (changes: Partial<ProcessState> = {}) => processState({ run: 1, status: 'stopped', pid: null, ...changes })

function step(action: Parameters<typeof stepOf>[0]['action'], before: ProcessState | undefined, state: ProcessState) {
  const { phase, text, isNews } = stepOf({ action, before, state, now: NOW })
  return `${phase}: ${text}${isNews ? '' : ' (no news)'}`
}

describe('the progress of a process', () => {
  it('is derived from its states in a start', () => {
    expect(step('start', undefined, down({ run: 0 }))).toBe('waiting: waiting (no news)')
    const waiting = down({ status: 'starting', waitingFor: { process: 'db' }, reason: 'waiting for db' })
    expect(step('start', down(), waiting)).toBe('waiting: waiting for db (no news)')
    expect(step('start', down(), up({ status: 'starting' }))).toBe('busy: starting')
    expect(step('start', down(), up())).toBe('done: started')
    const refused = up({
      status: 'starting',
      phase: 'starting',
      reason: 'http://localhost:4000/ connection refused (12)',
    })
    expect(step('start', down(), refused)).toBe('busy: starting: http://localhost:4000/ connection refused (12)')
    const again = down({ run: 2, status: 'restarting', phase: 'backoff', retryAt: NOW + 4000, reason: 'exited with 1' })
    expect(step('start', down(), again)).toMatch(/^busy: restarting in 4s \(.*\): exited with 1$/)
    expect(step('start', up(), up())).toBe('done: already running (no news)')
    const crashed = up({ status: 'crashed', pid: null, reason: 'exited with 1' })
    expect(step('start', down(), crashed)).toBe('failed: exited with 1')
    // What it was before is no news of this start.
    expect(step('start', down({ status: 'error' }), down({ status: 'error' }))).toBe('waiting: error (no news)')
    expect(step('start', down(), up({ status: 'stopped', phase: 'completed', pid: null, reason: 'completed' }))).toBe(
      'done: completed (no news)',
    )
  })

  it('needs a new run in a restart', () => {
    expect(step('restart', up(), up())).toBe('waiting: running (no news)')
    expect(step('restart', up(), up({ status: 'stopping' }))).toBe('busy: stopping')
    expect(step('reload', up(), up({ run: 3 }))).toBe('done: restarted')
  })

  it('is derived from its states in a stop', () => {
    expect(step('stop', up(), up())).toBe('waiting: running (no news)')
    expect(step('stop', up(), up({ status: 'stopping' }))).toBe('busy: stopping')
    expect(step('stop', up(), down({ run: 2 }))).toBe('done: stopped')
    expect(step('stop', down(), down())).toBe('done: already stopped (no news)')
    const dying = up({ status: 'crashed', phase: 'cleanup', pid: null })
    expect(step('stop', up(), dying)).toBe('busy: crashed')
    expect(step('stop', up(), { ...dying, phase: 'crashed' })).toBe('done: stopped')
    const stuck = down({ run: 2, status: 'error', reason: 'still alive after SIGKILL: pid 9 (sh)' })
    expect(step('stop', up(), stuck)).toBe('failed: still alive after SIGKILL: pid 9 (sh)')
    expect(step('stop', stuck, stuck)).toBe('done: already stopped (no news)')
  })

  it('is shown for the selected processes', () => {
    const state = processState({ name: 'web-1', instanceOf: 'web', group: 'front' })
    expect(isSelected(state, { names: ['web'] })).toBe(true)
    expect(isSelected(state, { names: ['web-1'] })).toBe(true)
    expect(isSelected(state, { names: ['db'] })).toBe(false)
    expect(isSelected(state, { group: 'front' })).toBe(true)
    expect(isSelected(state, { all: true })).toBe(true)
  })
})

describe('the progress lines', () => {
  const steps: Step[] = [
    { name: 'db', phase: 'done', text: 'started', isNews: true },
    { name: 'web', phase: 'waiting', text: 'waiting for db', isNews: false },
    { name: 'a-worker-with-a-long-name', phase: 'busy', text: 'starting', isNews: true },
    { name: 'broken', phase: 'failed', text: 'exited with 1 after 52ms', isNews: true },
  ]
  const lines = (width: number, room: number) =>
    progressLines(steps, {
      doing: 'Starting all processes',
      paint: painter(false),
      symbols: symbolsOf({}),
      width,
      room,
      took: 2345,
      tookEach: new Map([['db', 812]]),
    })

  it('consist of a headline and one line per process', () => {
    expect(lines(80, 20)).toEqual([
      'Starting all processes · 1 of 4 · 2.3s',
      '✔ db                         started in 812ms',
      '○ web                        waiting for db',
      '◐ a-worker-with-a-long-name  starting',
      '✖ broken                     exited with 1 after 52ms',
    ])
  })

  it('set the duration apart from an outcome of several words', () => {
    const text = 'removed: no longer declared'
    const done: Step = { name: 'old', phase: 'done', text, isNews: true }
    const options = { doing: 'Applying', paint: painter(false), symbols: symbolsOf({}), width: 80, room: 9, took: 500 }
    expect(progressLines([done], { ...options, tookEach: new Map([['old', 435]]) })[1]).toBe(
      '✔ old  removed: no longer declared (435ms)',
    )
  })

  it('fit every terminal, leaving out processes that are done first', () => {
    for (let width = 10; width < 60; width++) {
      for (let room = 1; room < 8; room++) {
        const shown = lines(width, room)
        expect(shown.length).toBeLessThanOrEqual(room)
        expect(shown.filter((line) => line.length > width)).toEqual([])
      }
    }
    expect(lines(80, 4)).toEqual([
      'Starting all processes · 1 of 4 · 2.3s',
      '✖ broken                     exited with 1 after 52ms',
      '◐ a-worker-with-a-long-name  starting',
      '… and 2 more',
    ])
  })
})
