import { describe, expect, it } from 'vitest'
import type { ProcessEvent, UnwordedEvent } from '../../src/model/lifecycle/events.ts'
import { MASK } from '../../src/model/redaction/mask.ts'
import { EventBus } from '../../src/supervisor/event-bus.ts'

function heard(event: UnwordedEvent): ProcessEvent | undefined {
  const bus = new EventBus({ append: (one) => journal.push(one) }, { now: () => 7 })
  const events: ProcessEvent[] = []
  const journal: ProcessEvent[] = []
  bus.listen((one) => events.push(one))
  bus.emit(event)
  expect(events).toHaveLength(1)
  expect(journal).toEqual(events)
  return events[0]
}

const about = { time: 5, name: 'web', run: 2 }
const end = { type: 'exited', code: 1, signal: null, lasted: 3200 } as const

describe('the event bus', () => {
  it('gives an event its sentence, beside its cause and its facts, before anybody hears it', () => {
    const facts = { cause: end, exitCode: 1, signal: null, delay: 2000, failures: 1, maxRestarts: 10 }
    expect(heard({ ...about, type: 'crash', ...facts })).toEqual({
      ...about,
      type: 'crash',
      message: 'exited with 1 after 3.2 s, next try in 2 s (1/10)',
      ...facts,
    })
    expect(heard({ ...about, type: 'remove' })).toEqual({ ...about, type: 'remove', message: 'removed' })
  })

  it('shows what looks like a secret neither in the sentence nor in the cause', () => {
    const detail = 'connect with API_TOKEN=hunter2hunter2'
    const event = heard({ ...about, type: 'hook', cause: { type: 'hook', hook: 'onCrash', detail } })
    expect(event).toMatchObject({
      message: `onCrash: connect with API_TOKEN=${MASK}`,
      cause: { type: 'hook', hook: 'onCrash', detail: `connect with API_TOKEN=${MASK}` },
    })
    const snapshot = { detail }
    const cause = { type: 'over-limit', of: 'memory', used: 2, limit: 1, snapshot } as const
    expect(JSON.stringify(heard({ ...about, type: 'exit', cause, exitCode: null, signal: null }))).not.toContain(
      'hunter2',
    )
  })

  it('leaves the name of the process alone', () => {
    expect(heard({ ...about, name: 'sk-aaaaaaaaaaaaaaaaaaaa', type: 'flush' })?.name).toBe('sk-aaaaaaaaaaaaaaaaaaaa')
  })
})
