import { describe, expect, it } from 'vitest'
import { causesOf } from '../../src/model/causes.ts'
import type { ProcessEvent, ProcessEventType } from '../../src/model/events.ts'

/** A story, first to last, one event a second. */
function told(...story: [ProcessEventType, run: number, message?: string, facts?: Partial<ProcessEvent>][]) {
  return story
    .map(([type, run, message = '', facts = {}], index): ProcessEvent => {
      return { time: (index + 1) * 1000, name: 'web', type, run, message, ...facts }
    })
    .reverse()
}

const chain = (events: ProcessEvent[], most = 5) =>
  causesOf(events, most).map(({ kind, time, message, times }) => [kind, time, message, times])

const retry = { delay: 1000 }

describe('what led to a state', () => {
  it('is the restart, the ends before it, and the order by hand that began it all', () => {
    const events = told(
      ['start', 1],
      ['crash', 1, 'exited with 1 after 3 s, next try in 1 s (1/10)', retry],
      ['start', 2],
      ['crash', 2, 'memory 612 MB, limit 512 MB, next try in 2 s (2/10)', retry],
      ['start', 3],
      ['restart', 3, 'restarting: src/a.ts changed'],
      ['start', 4],
    )
    expect(chain(events)).toEqual([
      ['restart', 6000, 'src/a.ts changed', 1],
      ['crash', 4000, 'memory 612 MB, limit 512 MB', 1],
      ['crash', 2000, 'exited with 1 after 3 s', 1],
      ['start', 1000, '', 1],
    ])
    expect(chain(events, 2)).toHaveLength(2)
  })

  it('knows when each run that failed was there to say something', () => {
    const events = told(
      ['start', 1],
      ['crash', 1, 'exited with 1 after 3 s, next try in 1 s (1/10)', retry],
      ['start', 2],
    )
    expect(causesOf(events, 5)[0]).toMatchObject({ kind: 'crash', from: 1000, until: 3000 })
  })

  it('counts the same failure in a row once', () => {
    const crash = (run: number) => ['crash', run, `exited with 1 after ${run} ms, next try in 1 s`, retry] as const
    const events = told(
      ['start', 1],
      [...crash(1)],
      ['start', 2],
      [...crash(2)],
      ['start', 3],
      ['crash', 3, 'exited with 1 after 3 ms'],
      ['error', 3, 'gave up after 2 restarts: exited with 1 after 3 ms'],
    )
    expect(causesOf(events, 5)).toMatchObject([
      { kind: 'error', message: 'gave up after 2 restarts', times: 1 },
      { kind: 'crash', message: 'exited with 1 after 3 ms', times: 3, time: 6000, since: 2000 },
      { kind: 'start', run: 1 },
    ])
  })

  it('does not go back beyond an order by hand', () => {
    const before: Parameters<typeof told> = [
      ['start', 1],
      ['crash', 1, 'exited with 1, next try in 1 s (1/10)', retry],
      ['start', 2],
    ]
    expect(chain(told(...before, ['restart', 2, 'restarting: asked for'], ['start', 3]))).toEqual([
      ['restart', 4000, 'asked for', 1],
    ])
    expect(chain(told(...before, ['stop', 2, 'stopped: killed by SIGTERM after 2 s']))).toEqual([
      ['stop', 4000, 'killed by SIGTERM after 2 s', 1],
    ])
    expect(chain(told(...before, ['stop', 2, 'stopped'], ['start', 3]))).toEqual([['start', 5000, '', 1]])
  })

  it('tells a signal that somebody sent before the end', () => {
    const events = told(
      ['start', 1],
      ['signal', 1, 'SIGKILL sent'],
      ['crash', 1, 'killed by SIGKILL after 2 s, next try in 1 s (1/10)', retry],
    )
    expect(chain(events)[0]).toEqual(['crash', 3000, 'killed by SIGKILL after 2 s, after SIGKILL sent', 1])
  })

  it('tells of several signals the last, and none of long before', () => {
    const crash = ['crash', 1, 'exited with 1 after 2 s', {}] as const
    const many = told(['start', 1], ['signal', 1, 'SIGHUP sent'], ['signal', 1, 'SIGUSR1 sent'], [...crash])
    expect(chain(many)[0]).toEqual(['crash', 4000, 'exited with 1 after 2 s, after SIGUSR1 sent', 1])
    const early = told(['start', 1], ['signal', 1, 'SIGHUP sent'], [...crash.slice(0, 3), { time: 60_000 }] as never)
    expect(chain(early)[0]).toEqual(['crash', 60_000, 'exited with 1 after 2 s', 1])
  })

  it('is nothing where nothing is known', () => {
    expect(causesOf([], 5)).toEqual([])
    expect(chain(told(['crash', 7, 'exited with 1, next try in 1 s (1/10)', retry], ['start', 8]))).toEqual([
      ['crash', 1000, 'exited with 1', 1],
    ])
  })
})
