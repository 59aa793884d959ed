import { describe, expect, it } from 'vitest'
import { upgraded } from '../../src/client/older.ts'
import { processState } from '../commands/states.ts'

const older = (facts: Parameters<typeof processState>[0]) => {
  const { phase, waitingFor, ...state } = processState(facts)
  return state
}

describe('an answer of an older supervisor', () => {
  it.each([
    ['running', 7, 'running'],
    ['starting', 7, 'starting'],
    ['starting', null, 'spawning'],
    ['stopping', 7, 'stopping'],
    ['stopped', null, 'stopped'],
    ['restarting', null, 'backoff'],
    ['crashed', null, 'crashed'],
    ['error', null, 'failed'],
  ] as const)('has a coarse phase: %s with pid %s is %s', (status, pid, phase) => {
    const state = older({ status, pid })
    expect(upgraded([state])).toEqual([{ ...state, phase, waitingFor: null }])
  })

  it('has a result in each outcome, and a phase in its state', () => {
    const state = older({ status: 'running' })
    const outcomes = [
      { name: 'web', ok: true, message: 'already running', warnings: [], state },
      { name: 'db', ok: false, message: 'exited with 1', code: 'start-failed', warnings: [] },
    ]
    expect(upgraded(outcomes)).toMatchObject([
      { result: 'already-running', state: { phase: 'running' } },
      { result: 'failed', code: 'start-failed' },
    ])
  })

  it('is left alone where it has them, and where it is something else', () => {
    const state = processState({ status: 'stopped', phase: 'completed', pid: null })
    const outcome = { name: 'web', ok: true, result: 'unchanged', message: 'stopped', warnings: [], state }
    for (const answer of [[state], state, [outcome], { pid: 7 }, [], null, 'text'])
      expect(upgraded(answer)).toEqual(answer)
  })
})
