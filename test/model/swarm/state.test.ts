import { describe, expect, it } from 'vitest'
import { changedSettings, ownedOf } from '../../../src/model/swarm/declared.ts'
import { eventKey, historyOf } from '../../../src/model/swarm/history.ts'
import { detailOf, lostText, replicasIn, stateOf } from '../../../src/model/swarm/state.ts'
import { clusterOf, declared, type Given, NOON, node, owned, task } from './cluster.ts'

const stateOfOne = (given: Given[], nodes = [node('n1'), node('n2')], of = owned()) => {
  const tasks = given.map((each, index) => task(`t${index}`, each))
  const [replica] = replicasIn(clusterOf(of, tasks, nodes), 'shop')
  if (!replica) throw new Error('there is no replica')
  return stateOf(replica, NOON + 60_000)
}

describe('a replica', () => {
  it('is a process on a host, numbered if there are several', () => {
    const tasks = [task('a'), task('b', { slot: 2, node: 'n2' })]
    const states = replicasIn(clusterOf(owned(declared({ group: 'api', port: 3000 }), 2), tasks), 'shop')
    expect(states.map((replica) => stateOf(replica, NOON + 60_000))).toMatchObject([
      { name: 'web-1', instanceOf: 'web', status: 'running', host: 'host-n1', pid: 42, uptime: 59, port: 3000 },
      { name: 'web-2', instanceOf: 'web', status: 'running', host: 'host-n2', group: 'api', wanted: 'up' },
    ])
  })

  it.each<[string, Given[], object]>([
    ['runs', [{}], { phase: 'running', health: null, reason: '' }],
    ['has no task yet', [], { phase: 'spawning', run: 0 }],
    ['is prepared', [{ state: 'preparing', message: 'pulling' }], { phase: 'starting', pid: null, reason: 'pulling' }],
    ['begins', [{ state: 'starting' }], { phase: 'starting', pid: 42 }],
    [
      'waits for room',
      [{ state: 'pending', err: 'no suitable node' }],
      { phase: 'spawning', reason: 'no suitable node' },
    ],
    ['has done its work', [{ state: 'complete', wanted: 'shutdown', code: 0 }], { phase: 'completed', exitCode: 0 }],
    ['has failed', [{ state: 'failed', wanted: 'shutdown', code: 3 }], { phase: 'crashed', exitCode: 3, failures: 1 }],
    ['is replaced', [{ state: 'shutdown', wanted: 'shutdown' }], { phase: 'spawning' }],
    ['ends', [{ wanted: 'shutdown' }], { phase: 'stopping' }],
    [
      'was killed for its memory',
      [{ state: 'failed', wanted: 'shutdown', code: 137 }],
      { exitCode: null, exitSignal: 'SIGKILL' },
    ],
    [
      'waits to be restarted',
      [
        { state: 'failed', wanted: 'shutdown', code: 1 },
        { state: 'ready', wanted: 'ready', from: 2 },
      ],
      { phase: 'backoff', run: 2 },
    ],
    [
      'was restarted',
      [
        { state: 'failed', wanted: 'shutdown', code: 1 },
        { from: 5, to: 6 },
      ],
      { phase: 'running', restarts: 1, failures: 0, run: 2, uptime: 54 },
    ],
    [
      'was asked to end',
      [
        { state: 'shutdown', wanted: 'shutdown', code: 143, pid: 0 },
        { from: 5, to: 6, force: 1 },
      ],
      { phase: 'running', restarts: 0, exitSignal: 'SIGTERM', lastExit: { asked: true, signal: 'SIGTERM' } },
    ],
    [
      'cannot be started',
      [{ state: 'rejected', wanted: 'shutdown', err: 'no such image' }],
      { phase: 'crashed', reason: 'no such image' },
    ],
  ])('%s', (_, given, state) => {
    expect(stateOfOne(given)).toMatchObject(state)
  })

  it('is healthy if it has a check, since only then it is said to run', () => {
    const checked = owned(declared({ port: 80, healthCheck: { type: 'http', url: '/' } }))
    expect(stateOfOne([{}], undefined, checked)).toMatchObject({ health: 'healthy' })
    expect(stateOfOne([{ state: 'starting' }], undefined, checked)).toMatchObject({ health: 'starting' })
  })

  it('of a stopped service is stopped, or stops', () => {
    const stopped = owned(declared(), 1, {}, true)
    expect(stateOfOne([], undefined, stopped)).toMatchObject({ phase: 'stopped', wanted: 'down' })
    expect(stateOfOne([{ wanted: 'shutdown' }], undefined, stopped)).toMatchObject({ phase: 'stopping' })
    expect(stateOfOne([{ state: 'shutdown', wanted: 'shutdown' }], undefined, stopped)).not.toHaveProperty('host')
  })

  it('tells which host is gone, and whether it has moved', () => {
    const nodes = [node('n1', 'down', 5), node('n2')]
    expect(stateOfOne([{}], nodes)).toMatchObject({
      phase: 'backoff',
      reason: 'host-n1 does not answer since 12:00:05 UTC',
    })
    expect(stateOfOne([{ wanted: 'shutdown' }, { node: 'n2', from: 9, to: 10 }], nodes)).toMatchObject({
      phase: 'running',
      host: 'host-n2',
      reason: 'moved: host-n1 does not answer since 12:00:05 UTC',
    })
    expect(lostText({ ...node('n3'), Description: {} })).toMatch(/^n3 does not answer/)
  })

  it('has its config in its details', () => {
    const [replica] = replicasIn(clusterOf(owned(), [task('a')]), 'shop')
    expect(replica && detailOf(replica, NOON)).toMatchObject({
      name: 'web',
      config: { program: 'node' },
      channel: null,
    })
  })
})

describe('the history of a replica', () => {
  const eventsOf = (given: Given[], nodes?: ReturnType<typeof node>[]) => {
    const tasks = given.map((each, index) => task(`t${index}`, each))
    return replicasIn(clusterOf(owned(), tasks, nodes), 'shop').flatMap(historyOf)
  }

  it('is that of its tasks', () => {
    const events = eventsOf([
      { state: 'failed', wanted: 'shutdown', code: 3, to: 2 },
      { state: 'complete', wanted: 'shutdown', code: 0, from: 3, to: 4 },
      { state: 'shutdown', wanted: 'shutdown', from: 5, to: 6 },
      { state: 'rejected', wanted: 'shutdown', err: 'no such image', from: 7, to: 8 },
      { state: 'preparing', from: 9, to: 10 },
      { from: 11, to: 12 },
    ])
    expect(events.map(({ type, run }) => `${type} ${run}`)).toEqual([
      ...['start 1', 'crash 1', 'start 2', 'exit 2', 'start 3', 'stop 3'],
      ...['start 4', 'crash 4', 'start 5', 'start 6', 'ready 6'],
    ])
    expect(events[1]).toMatchObject({ exitCode: 3, signal: null })
    expect(new Set(events.map(eventKey)).size).toBe(events.length)
  })

  it('tells a replacement that was ordered from a stop', () => {
    const ended = { state: 'shutdown', wanted: 'shutdown', code: 0, pid: 0 }
    const events = eventsOf([ended, { ...ended, from: 2, to: 3, force: 1 }, { from: 4, to: 5, force: 1 }])
    expect(events.map(({ message }) => message)).toEqual([
      ...['started', 'restarting: asked for', 'started', 'stopped', 'started with pid 42', 'up'],
    ])
    const [, ...early] = eventsOf([
      { ...ended, to: 3 },
      { from: 1, to: 4, force: 1 },
    ])
    expect(early.map(({ type, time }) => `${type} ${time - NOON}`)).toEqual([
      'restart 3000',
      'start 3000',
      'ready 4000',
    ])
    const [, replaced] = eventsOf([ended, { from: 2, to: 3, revision: 'r2' }])
    expect(replaced).toMatchObject({ type: 'restart', cause: { type: 'restart' } })
  })

  it('has the host that is gone', () => {
    const nodes = [node('n1', 'down', 5)]
    expect(eventsOf([{}], nodes).at(-1)).toMatchObject({ type: 'warning', message: expect.stringContaining('host-n1') })
  })
})

describe('the services of a stack', () => {
  it('are those with labels that this program has written', () => {
    const own = owned()
    const labelled = (labels: object) => {
      const { service } = owned()
      return { ...service, Spec: { ...service.Spec, Labels: { ...service.Spec.Labels, ...labels } } }
    }
    const services = [
      owned(declared({ name: 'api' })).service,
      own.service,
      labelled({ 'tuix.stack': 'other' }),
      labelled({ 'tuix.declared': '{' }),
      labelled({ 'tuix.declared': JSON.stringify({ config: { name: 5 }, deploy: {} }) }),
      labelled({ 'tuix.replicas': '-1' }),
    ]
    expect(ownedOf(services, 'shop').map(({ config }) => config.name)).toEqual(['api', 'web'])
  })

  it('differ from a declaration in settings that are named', () => {
    expect(changedSettings(declared(), declared())).toEqual([])
    const other = declared({ env: { MODE: 'x' } }, { image: 'web:2', networks: ['host'] })
    expect(changedSettings(declared(), other)).toEqual(['env.MODE', 'deploy.image', 'deploy.networks'])
  })
})
