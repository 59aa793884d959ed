import { describe, expect, it } from 'vitest'
import type { EndCause } from '../../../src/model/lifecycle/causes.ts'
import { causesOf } from '../../../src/model/lifecycle/chain.ts'
import type { EventCause, ProcessEvent, ProcessEventType } from '../../../src/model/lifecycle/events.ts'
import { exited, runExit } from '../processes.ts'

type Told = [ProcessEventType, run: number, cause?: EventCause | string, facts?: Partial<ProcessEvent>]

/** A story, first to last, one event a second. A sentence stands for an event of which nothing else is known. */
function told(...story: Told[]) {
  return story
    .map(([type, run, cause, facts = {}], index): ProcessEvent => {
      const why = typeof cause === 'string' ? { message: cause } : { message: '', ...(cause && { cause }) }
      return { time: (index + 1) * 1000, name: 'web', type, run, ...why, ...facts }
    })
    .reverse()
}

const chain = (events: ProcessEvent[]) =>
  causesOf(events).map(({ kind, time, message, times }) => [kind, time, message, times])

const retry = { delay: 1000 }
const memory: EndCause = { type: 'over-limit', of: 'memory', used: 612, limit: 512, snapshot: null }
const sent = (signal: string): EventCause => ({ type: 'signal', signal, reached: null })

describe('what led to a state', () => {
  it('is the restart, the ends before it, and the order by hand that began it all', () => {
    const changed: EventCause = { type: 'change', file: 'src/a.ts', others: 0 }
    const events = told(
      ['start', 1],
      ['crash', 1, exited(1, 3000), retry],
      ['start', 2],
      ['crash', 2, memory, retry],
      ['start', 3],
      ['restart', 3, changed],
      ['start', 4],
    )
    expect(chain(events)).toEqual([
      ['restart', 6000, 'src/a.ts changed', 1],
      ['crash', 4000, 'memory 612 MB over the limit of 512 MB', 1],
      ['crash', 2000, 'exited with 1 after 3 s', 1],
      ['start', 1000, '', 1],
    ])
    expect(causesOf(events).map(({ cause }) => cause)).toEqual([changed, memory, exited(1, 3000), null])
  })

  it('knows when each run that failed was there to say something', () => {
    const events = told(['start', 1], ['crash', 1, exited(), retry], ['start', 2])
    expect(causesOf(events)[0]).toMatchObject({ kind: 'crash', from: 1000, until: 3000 })
  })

  it('tells of a pause that is not over, or was not when the run ended', () => {
    const paused: Told = ['pause', 1, 'paused']
    expect(chain(told(['start', 1], paused))).toEqual([
      ['pause', 2000, 'paused', 1],
      ['start', 1000, '', 1],
    ])
    expect(chain(told(['start', 1], paused, ['resume', 1, 'resumed']))).toEqual([['start', 1000, '', 1]])
    const signalled = told(['start', 1], paused, ['signal', 1, sent('SIGHUP')], ['resume', 1, 'resumed'])
    expect(chain(signalled)).toEqual([['start', 1000, '', 1]])
    const killed = told(['start', 1], paused, ['resume', 1, 'resumed'], paused, ['crash', 1, exited(), retry])
    expect(chain(killed).map(([kind]) => kind)).toEqual(['crash', 'pause', 'start'])
    expect(causesOf(killed)[0]).toMatchObject({ from: 1000 })
  })

  it('counts the same failure in a row once, however long each run lasted', () => {
    const crash = (run: number): Told => ['crash', run, exited(1, run), retry]
    const gaveUp: EventCause = { type: 'gave-up', restarts: 2, exit: runExit() }
    const events = told(
      ['start', 1],
      crash(1),
      ['start', 2],
      crash(2),
      ['start', 3],
      ['crash', 3, exited(1, 3)],
      ['error', 3, gaveUp],
    )
    expect(causesOf(events)).toMatchObject([
      { kind: 'error', message: 'gave up after 2 restarts', times: 1 },
      { kind: 'crash', message: 'exited with 1 after 3 ms', times: 3, time: 6000, since: 2000 },
      { kind: 'start', run: 1 },
    ])
  })

  it('tells failures apart that are not the same', () => {
    const events = told(['crash', 1, exited(1), retry], ['crash', 2, exited(2), retry], ['crash', 3, memory, retry])
    expect(chain(events)).toHaveLength(3)
    expect(chain(told(['crash', 1, 'broke', retry], ['crash', 2, 'broke again', retry]))).toHaveLength(2)
    const problem: EndCause = { type: 'spawn-failed', problem: { type: 'process-limit' } }
    expect(chain(told(['crash', 1, problem, retry], ['error', 1, problem]))).toHaveLength(2)
    expect(chain(told(['error', 1, problem], ['crash', 1, problem, retry]))).toHaveLength(2)
  })

  it('does not go back beyond an order by hand', () => {
    const before: Told[] = [
      ['start', 1],
      ['crash', 1, exited(), retry],
      ['start', 2],
    ]
    expect(chain(told(...before, ['restart', 2, { type: 'restart' }], ['start', 3]))).toEqual([
      ['restart', 4000, 'asked for', 1],
    ])
    const exit = runExit({ run: 2, code: null, signal: 'SIGTERM', lasted: 2000 })
    expect(chain(told(...before, ['stop', 2, { type: 'ended', exit }]))).toEqual([
      ['stop', 4000, 'killed by SIGTERM after 2 s', 1],
    ])
    expect(chain(told(...before, ['stop', 2, { type: 'backoff' }]))).toEqual([
      ['stop', 4000, 'while waiting to restart', 1],
    ])
    expect(chain(told(...before, ['stop', 2, 'stopped'], ['start', 3]))).toEqual([['start', 5000, '', 1]])
  })

  it('tells a signal that somebody sent before the end', () => {
    const events = told(
      ['start', 1],
      ['signal', 1, sent('SIGKILL')],
      ['crash', 1, exited(null, 2000, 'SIGKILL'), retry],
    )
    expect(chain(events)[0]).toEqual(['crash', 3000, 'killed by SIGKILL after 2 s, after SIGKILL sent', 1])
  })

  it('tells of several signals the last, and none of long before', () => {
    const crash: Told = ['crash', 1, exited(1, 2000)]
    const many = told(['start', 1], ['signal', 1, sent('SIGHUP')], ['signal', 1, sent('SIGUSR1')], crash)
    expect(chain(many)[0]).toEqual(['crash', 4000, 'exited with 1 after 2 s, after SIGUSR1 sent', 1])
    const late = (time: number) =>
      chain(told(['start', 1], ['signal', 1, sent('SIGHUP')], ['crash', 1, exited(1, 2000), { time }]))[0]
    expect(late(12_001)).toEqual(['crash', 12_001, 'exited with 1 after 2 s', 1])
    expect(late(12_000)).toEqual(['crash', 12_000, 'exited with 1 after 2 s, after SIGHUP sent', 1])
  })

  it('tells no signal to an earlier run, nor before an order', () => {
    const signal: Told = ['signal', 1, sent('SIGHUP')]
    expect(chain(told(signal, ['crash', 2, exited(1, 2000)]))).toEqual([['crash', 2000, 'exited with 1 after 2 s', 1]])
    expect(chain(told(signal, ['error', 1, 'gave up']))).toEqual([['error', 2000, 'gave up', 1]])
    const ready: Told = ['ready', 1, { type: 'uptime' }]
    expect(chain(told(ready, ['crash', 1, exited(1, 2000)]))[0]?.[2]).toBe('exited with 1 after 2 s')
  })

  it('says what cannot be told apart as it was said', () => {
    expect(chain(told(['crash', 7, 'broke', retry], ['crash', 8, 'broke', retry], ['start', 9]))).toEqual([
      ['crash', 2000, 'broke', 2],
    ])
  })

  it('is nothing where nothing is known', () => {
    expect(causesOf([])).toEqual([])
    expect(chain(told(['crash', 7, exited(), retry], ['start', 8]))).toEqual([
      ['crash', 1000, 'exited with 1 after 500 ms', 1],
    ])
  })
})
