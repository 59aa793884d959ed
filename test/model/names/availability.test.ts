import { describe, expect, it } from 'vitest'
import type { Phase } from '../../../src/model/lifecycle/phase.ts'
import { availability, availabilityOfAll, LONGEST_HOLD } from '../../../src/model/names/availability.ts'

const NOW = 1_000_000
const live = { leader: { pid: 1, startTime: 1, bootId: 'b', pidNamespace: 'p' }, startedAt: 0, health: null }
const end = { type: 'exited', code: 1, signal: null } as never

const CASES: { phase: Phase; up: string; down: string }[] = [
  { phase: { type: 'running', live, rebuilt: false }, up: 'open', down: 'open' },
  { phase: { type: 'waiting', for: 'db' }, up: 'soon', down: 'soon' },
  { phase: { type: 'spawning', blocked: null }, up: 'soon', down: 'soon' },
  { phase: { type: 'starting', live }, up: 'soon', down: 'soon' },
  { phase: { type: 'backoff', at: NOW + LONGEST_HOLD, end }, up: 'soon', down: 'soon' },
  { phase: { type: 'backoff', at: NOW + LONGEST_HOLD + 1, end }, up: 'down', down: 'down' },
  { phase: { type: 'scheduled', at: NOW + LONGEST_HOLD + 1 }, up: 'down', down: 'down' },
  { phase: { type: 'stopping', why: { type: 'stop' } as never, live, automatic: false }, up: 'soon', down: 'down' },
  { phase: { type: 'cleanup', end, live: null, startAt: null }, up: 'soon', down: 'down' },
  { phase: { type: 'stopped', why: null }, up: 'down', down: 'down' },
  { phase: { type: 'completed', code: 0 }, up: 'down', down: 'down' },
  { phase: { type: 'crashed', end }, up: 'down', down: 'down' },
  { phase: { type: 'failed', cause: { type: 'gave-up' } as never }, up: 'down', down: 'down' },
  { phase: { type: 'paused', live, rebuilt: false }, up: 'down', down: 'down' },
]

describe('a process', () => {
  it.each(CASES)('in the phase $phase.type is $up, or $down if it is wanted down', ({ phase, up, down }) => {
    expect(availability({ phase, wanted: 'up' }, NOW)).toBe(up)
    expect(availability({ phase, wanted: 'down' }, NOW)).toBe(down)
  })
})

describe('the instances of a name', () => {
  const [running, waiting] = CASES
  const stopped = CASES[9]
  const all = (...cases: (typeof running)[]) =>
    availabilityOfAll(
      cases.flatMap((one) => (one ? [{ phase: one.phase, wanted: 'up' as const }] : [])),
      NOW,
    )

  it('are as available as the best of them', () => {
    expect(all(stopped, waiting, running)).toBe('open')
    expect(all(stopped, waiting)).toBe('soon')
    expect(all(stopped)).toBe('down')
    expect(all()).toBe('down')
  })
})
