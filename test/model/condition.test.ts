import { describe, expect, it } from 'vitest'
import { CONDITIONS, meets } from '../../src/model/condition.ts'
import type { ProcessState } from '../../src/model/state.ts'

const state = (facts: Partial<ProcessState>) =>
  ({ status: 'running', wanted: 'up', pid: 7, health: null, exitCode: null, reason: '', ...facts }) as ProcessState

const met = (facts: Partial<ProcessState>) => CONDITIONS.filter((condition) => meets(state(facts), condition) === true)

describe('meets', () => {
  it.each([
    ['running without a health check', {}, ['ready', 'healthy', 'running']],
    ['running and healthy', { health: 'healthy' }, ['ready', 'healthy', 'running']],
    ['running and unhealthy', { health: 'unhealthy' }, ['running']],
    ['starting', { status: 'starting', health: 'starting' }, []],
    ['stopping', { status: 'stopping', wanted: 'down' }, []],
    ['stopped by hand', { status: 'stopped', wanted: 'down', pid: null, exitCode: 1 }, ['stopped']],
    ['completed', { status: 'stopped', wanted: 'down', pid: null, exitCode: 0 }, ['stopped', 'completed']],
    ['waiting to restart', { status: 'restarting', pid: null }, []],
  ] satisfies [string, Partial<ProcessState>, string[]][])('%s', (_, facts, expected) => {
    expect(met(facts)).toEqual(expected)
  })

  it('says when something will not come by itself', () => {
    const gaveUp = state({ status: 'error', pid: null, reason: 'gave up after 10 restarts' })
    expect(meets(gaveUp, 'healthy')).toBe('is error: gave up after 10 restarts')
    expect(meets(state({ status: 'stopped', wanted: 'down', pid: null }), 'running')).toBe('is stopped')
    expect(meets(state({ status: 'restarting', pid: null }), 'healthy')).toBe(false)
  })
})
