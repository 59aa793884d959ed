import { describe, expect, it } from 'vitest'
import { type Awaited, isDown, isStuck, readinessOf } from '../../../src/model/swarm/readiness.ts'
import { type Given, NOON, node, owned, task } from './cluster.ts'

const nodes = [node('n1'), node('n2', 'down')]

function ready(given: Given[], awaited: Partial<Awaited> = {}, status?: object) {
  const service = owned(undefined, 2, status && { UpdateStatus: status })
  const tasks = given.map((each, index) => task(`t${index}`, each))
  return readinessOf(service, tasks, nodes, { failedBefore: new Set(), isReplaced: false, isLate: false, ...awaited })
}

describe('a service that was started', () => {
  it.each<[string, Given[], object]>([
    ['is ready when all replicas run', [{}, { slot: 2 }], { type: 'ready' }],
    ['waits for all', [{}, { slot: 2, state: 'pending', err: 'no room' }], { type: 'pending', detail: 'no room' }],
    ['waits for one on a host that answers', [{}, { slot: 2, node: 'n2' }], { type: 'pending', detail: '' }],
    ['waits for the end of the old ones', [{}, { slot: 2 }, { revision: 'r0' }], { type: 'pending', detail: '' }],
    ['has done its work', [{}, { slot: 2, state: 'complete', code: 0 }], { type: 'completed' }],
    ['has failed', [{}, { slot: 2, state: 'failed', code: 3 }], { type: 'failed', end: { type: 'exited', code: 3 } }],
    [
      'is unhealthy',
      [{ state: 'failed', code: 1, err: 'task: unhealthy container' }],
      { type: 'failed', end: { type: 'unhealthy' } },
    ],
    ['could not begin', [{ state: 'failed', err: 'no such file' }], { type: 'failed', end: { type: 'spawn-failed' } }],
  ])('%s', (_, given, readiness) => {
    expect(ready(given)).toMatchObject(readiness)
  })

  it('is not blamed for what had failed before', () => {
    const given = [{ state: 'failed', code: 3 }, {}, { slot: 2 }]
    expect(ready(given, { failedBefore: new Set(['t0']) })).toEqual({ type: 'ready' })
  })
})

describe('a service whose replicas are replaced', () => {
  const failed = [{ state: 'failed', code: 1, err: 'it crashed' }]
  it.each<[string, object | undefined, object]>([
    ['came back', { State: 'rollback_completed' }, { type: 'refused', isBack: true, detail: 'it crashed' }],
    ['was left half way', { State: 'paused' }, { type: 'refused', isBack: false }],
    [
      'is under way',
      { State: 'updating', Message: 'update in progress' },
      { type: 'pending', detail: 'update in progress' },
    ],
    ['goes back', { State: 'rollback_started' }, { type: 'pending' }],
    ['has not been heard of', undefined, { type: 'pending', detail: '' }],
  ])('%s', (_, status, readiness) => {
    expect(ready(failed, { isReplaced: true }, status && { ...status, StartedAt: '2' })).toMatchObject(readiness)
  })

  it('is ready when the engine says so, or would have said otherwise', () => {
    const running = [{}, { slot: 2 }]
    expect(ready(running, { isReplaced: true }, { State: 'completed', StartedAt: '2' })).toEqual({ type: 'ready' })
    expect(ready(running, { isReplaced: true, isLate: true })).toEqual({ type: 'ready' })
    // What it says is of the replacement before.
    const before = { State: 'rollback_completed', StartedAt: '1' }
    expect(ready(running, { isReplaced: true, replacedBefore: '1' }, before)).toMatchObject({ type: 'pending' })
  })
})

describe('a replacement that will not end', () => {
  const lost = { node: 'n2', state: 'assigned', wanted: 'shutdown', from: 60 }
  const status = (State: string) => ({ State, StartedAt: new Date(NOON + 30_000).toISOString() })
  const stuck = (given: Given, state: string) =>
    isStuck(owned(undefined, 1, { UpdateStatus: status(state) as never }), [task('t', given)], nodes)

  it('waits for a task on a host that is gone, and says which', () => {
    expect(stuck(lost, 'updating')).toBe(true)
    expect(stuck(lost, 'rollback_started')).toBe(true)
    expect(ready([lost], { isReplaced: true }, status('updating'))).toEqual({ type: 'lost', host: 'host-n2' })
  })

  it('has been left half way', () => {
    expect(stuck({}, 'paused')).toBe(true)
    expect(stuck({}, 'rollback_paused')).toBe(true)
  })

  it.each<[string, Given, string]>([
    ['it is over', lost, 'completed'],
    ['the task had run', { ...lost, state: 'running' }, 'updating'],
    ['the task has ended', { ...lost, state: 'failed' }, 'updating'],
    ['the task is of an earlier one', { ...lost, from: 0 }, 'updating'],
    ['the host answers', { ...lost, node: 'n1' }, 'updating'],
  ])('is none if %s', (_, given, state) => {
    expect(stuck(given, state)).toBe(false)
  })
})

it('nothing of a service runs when its tasks have ended, but for hosts that do not answer', () => {
  expect(isDown([task('a', { state: 'shutdown' }), task('b', { node: 'n2' })], nodes)).toBe(true)
  expect(isDown([task('a')], nodes)).toBe(false)
})
