import { describe, expect, it } from 'vitest'
import {
  hasBegun,
  isAtRest,
  isBeingKilled,
  isUp,
  needsSupervisor,
  PHASES,
  statusOf,
} from '../../../src/model/lifecycle/phase.ts'
import { EVERY_PHASE } from '../processes.ts'

describe('a phase', () => {
  it.each([
    ['stopped', 'stopped', 'rests'],
    ['completed', 'stopped', 'rests'],
    ['crashed', 'crashed', 'rests'],
    ['failed', 'error', 'rests'],
    ['waiting', 'starting', 'is up'],
    ['scheduled', 'restarting', 'is up'],
    ['backoff', 'restarting', 'does neither'],
    ['spawning', 'starting', 'is up'],
    ['starting', 'starting', 'is up'],
    ['running', 'running', 'is up'],
    ['paused', 'running', 'is up'],
    ['stopping', 'stopping', 'does neither'],
    ['cleanup', 'crashed', 'does neither'],
  ] as const)('%s is told as %s, and %s', (type, status, does) => {
    expect(statusOf(type)).toBe(status)
    expect({ rests: isAtRest({ type }), isUp: isUp({ type }) }).toEqual({
      rests: does === 'rests',
      isUp: does === 'is up',
    })
  })

  it('is one of those that there are', () => {
    expect(PHASES).toEqual(Object.keys(EVERY_PHASE))
  })

  it('is one of a run that goes on, or of one that is being killed', () => {
    const phases = Object.values(EVERY_PHASE)
    expect(phases.filter(hasBegun).map(({ type }) => type)).toEqual(['spawning', 'starting', 'running', 'paused'])
    expect(phases.filter(isBeingKilled).map(({ type }) => type)).toEqual(['stopping', 'cleanup'])
    expect(isBeingKilled({ type: 'spawning', blocked: { type: 'survivors' } })).toBe(true)
    expect(isBeingKilled({ type: 'spawning', blocked: { type: 'port', port: 80, holder: null } })).toBe(false)
  })

  it('needs a supervisor if it is to be up, is being stopped, or waits for a change', () => {
    const needing = (wanted: 'up' | 'down', watch: object | null) =>
      PHASES.filter((type) => needsSupervisor({ wanted, phase: EVERY_PHASE[type], config: { watch } }))
    expect(needing('down', null)).toEqual(['stopping'])
    expect(needing('down', {})).toEqual(['crashed', 'failed', 'backoff', 'stopping'])
    expect(needing('up', null)).toEqual(PHASES.filter((type) => type !== 'failed'))
  })
})
