import { describe, expect, it } from 'vitest'
import { CONDITIONS, meets } from '../../../src/model/views/condition.ts'
import type { ProcessState } from '../../../src/model/views/state.ts'

const state = (facts: Partial<ProcessState>) =>
  ({ status: 'running', wanted: 'up', pid: 7, health: null, exitCode: null, reason: '', ...facts }) as ProcessState

const met = (facts: Partial<ProcessState>) => CONDITIONS.filter((condition) => meets(state(facts), condition) === true)

describe('meets', () => {
  it.each([
    ['running without a health check', {}, ['ready', 'healthy', 'running']],
    ['running and healthy', { health: 'healthy' }, ['ready', 'healthy', 'running']],
    ['running and unhealthy', { health: 'unhealthy' }, ['running']],
    ['paused', { phase: 'paused', health: 'healthy' }, ['running']],
    ['starting', { status: 'starting', health: 'starting' }, []],
    ['stopping', { status: 'stopping', wanted: 'down' }, []],
    ['stopped by hand', { status: 'stopped', wanted: 'down', pid: null, exitCode: 1 }, ['stopped']],
    ['completed', { status: 'stopped', wanted: 'down', pid: null, exitCode: 0 }, ['stopped', 'completed']],
    ['running, with a failure behind it', { exitCode: 0 }, ['ready', 'healthy', 'running']],
    ['stopping, and gone', { status: 'stopping', wanted: 'down', pid: null }, []],
    ['running, and not wanted any more', { wanted: 'down' }, ['ready', 'healthy', 'running']],
    ['stopped, to be started again', { status: 'stopped', pid: null }, []],
    ['waiting to restart', { status: 'restarting', pid: null }, []],
  ] satisfies [string, Partial<ProcessState>, string[]][])('%s', (_, facts, expected) => {
    expect(met(facts)).toEqual(expected)
  })

  it('says when something will not come by itself', () => {
    const gaveUp = state({ status: 'error', pid: null, reason: 'gave up after 10 restarts' })
    expect(meets(gaveUp, 'healthy')).toBe('is error: gave up after 10 restarts')
    expect(meets(state({ status: 'stopped', wanted: 'down', pid: null }), 'running')).toBe('is stopped')
    expect(meets(state({ status: 'restarting', pid: null }), 'healthy')).toBe(false)
    expect(meets(state({ status: 'crashed', wanted: 'down', pid: null }), 'ready')).toBe('is crashed')
    expect(meets(state({ status: 'crashed', pid: null }), 'ready')).toBe(false)
    expect(meets(state({ status: 'stopping', wanted: 'down' }), 'ready')).toBe(false)
    // Somebody stops it yet.
    expect(meets(gaveUp, 'stopped')).toBe(false)
  })
})
