import { describe, expect, it } from 'vitest'
import { markerOf } from '../../../src/model/tree/members.ts'
import {
  type Carrier,
  makeId,
  nameOf,
  rebuild,
  regroupInstances,
  unknownIds,
  unrecordedLeader,
} from '../../../src/model/tree/rebuild.ts'
import { config, identity, live, managedProcess } from '../processes.ts'

const ID = 'f00d:web:1'

function carrier(pid: number, marker: string, facts: Partial<Carrier['entry']> = {}): Carrier {
  return { entry: { pid, ppid: 1, pgid: pid, sid: pid, startTime: pid, alive: true, ...facts }, marker }
}

describe('unrecordedLeader', () => {
  it('is the leader of a run that is newer than the state', () => {
    const found = unrecordedLeader(managedProcess({ run: 2 }), [
      carrier(50, markerOf(ID, 2)),
      carrier(60, markerOf(ID, 3)),
    ])
    expect(found).toMatchObject({ run: 3, entry: { pid: 60 } })
    expect(unrecordedLeader(managedProcess({ run: 2 }), [carrier(50, markerOf(ID, 2))])).toBeUndefined()
  })

  it('is of the very run whose spawn had been written but not its pid', () => {
    const carriers = [carrier(60, markerOf(ID, 3))]
    const spawning = managedProcess({ run: 3, phase: { type: 'spawning', blocked: null } })
    expect(unrecordedLeader(spawning, carriers)?.entry.pid).toBe(60)
    const recorded = managedProcess({ run: 3, phase: { type: 'starting', live: live({ leader: identity(60) }) } })
    expect(unrecordedLeader(recorded, carriers)).toBeUndefined()
    const later = managedProcess({ run: 4, phase: { type: 'spawning', blocked: null } })
    expect(unrecordedLeader(later, carriers)).toBeUndefined()
    expect(unrecordedLeader({ ...later, run: 3, phase: { type: 'stopped', why: null } }, carriers)).toBeUndefined()
  })

  it('is the oldest session leader of the newest run', () => {
    const carriers = [
      carrier(50, markerOf(ID, 4)),
      carrier(80, markerOf(ID, 5)),
      carrier(70, markerOf(ID, 5)),
      carrier(60, markerOf(ID, 5), { sid: 70 }),
    ]
    expect(unrecordedLeader(managedProcess({ run: 3 }), carriers)).toMatchObject({ run: 5, entry: { pid: 70 } })
  })

  it('is none of another process or with a marker that is none', () => {
    const carriers = [carrier(60, markerOf('f00d:other:2', 9)), carrier(61, 'nonsense')]
    expect(unrecordedLeader(managedProcess({ run: 1 }), carriers)).toBeUndefined()
  })
})

describe('unknownIds', () => {
  it('are those of this folder that the state does not have, each once', () => {
    const carriers = [
      carrier(1, markerOf('f00d:db:7', 1)),
      carrier(2, markerOf('f00d:db:7', 1)),
      carrier(3, markerOf(ID, 1)),
      carrier(4, markerOf('beef:cache:1', 1)),
      carrier(5, 'nonsense'),
      carrier(6, markerOf('f00d', 1)),
      carrier(7, markerOf('f00d:', 1)),
    ]
    expect(unknownIds([managedProcess()], carriers, 'f00d')).toEqual(['f00d:db:7'])
  })

  it('never bring a second process with a name that the state has', () => {
    expect(unknownIds([managedProcess()], [carrier(1, markerOf('f00d:web:other', 1))], 'f00d')).toEqual([])
    expect(unknownIds([managedProcess({}, { name: 'renamed' })], [carrier(1, markerOf(ID, 1))], 'f00d')).toEqual([])
  })
})

describe('rebuild', () => {
  it('makes a running process that says where it comes from', () => {
    const id = makeId('f00d', 'db.main', '7')
    expect(nameOf(id)).toBe('db.main')
    const process = rebuild(id, 4, identity(70), config({ name: 'db.main' }), 5000)
    expect(process).toMatchObject({
      id,
      wanted: 'up',
      run: 4,
      phase: { type: 'running', live: { leader: identity(70), startedAt: 5000, health: null }, rebuilt: true },
    })
    // Whatever its config keeps, nothing of its log is deleted meanwhile.
    expect(process.config.maxLogFiles).toBe(100_000)
  })
})

describe('regroupInstances', () => {
  /** An instance that runs, as it was started when so many were declared. */
  const instance = (number: number, instances: number, startTime: number, pool = 'web') => {
    const name = `${pool}-${number}`
    const own = config({ name, instanceOf: pool, instances, env: { MODE: 'fast', TUIX_INSTANCE: String(number) } })
    return rebuild(makeId('f00d', name, '7'), 1, { ...identity(70 + number), startTime }, own, 5000)
  }
  const joined = (
    ...[rebuilt, known = []]: [Parameters<typeof regroupInstances>[0], Parameters<typeof regroupInstances>[1]?]
  ) => regroupInstances(rebuilt, known, 'f00d')
  const told = (...args: Parameters<typeof joined>) =>
    joined(...args).map(({ config, phase }) => `${config.name} ${phase.type} of ${config.instances}`)

  it('leaves what is no instance as it is', () => {
    const alone = rebuild(ID, 1, identity(70), config({ name: 'web' }), 5000)
    expect(joined([alone])).toEqual([alone])
  })

  it('believes the one that was started last of how many are declared', () => {
    const all = [instance(1, 2, 10), instance(2, 3, 30), instance(3, 2, 20), instance(1, 9, 5, 'other')]
    expect(told(all).slice(0, 3)).toEqual(['web-1 running of 3', 'web-2 running of 3', 'web-3 running of 3'])
  })

  it('does not mix what was declared under two names', () => {
    expect(told([instance(1, 2, 10), instance(1, 1, 20, 'other')])).toEqual([
      'web-1 running of 2',
      'web-2 stopped of 2',
      'other-1 running of 1',
    ])
  })

  it('has those again that were down: as many as declared, and each before one that runs', () => {
    expect(told([instance(2, 3, 10)])).toEqual(['web-2 running of 3', 'web-1 stopped of 3', 'web-3 stopped of 3'])
    expect(told([instance(1, 2, 10), instance(4, 2, 10)])).toEqual([
      'web-1 running of 2',
      'web-4 running of 2',
      'web-2 stopped of 2',
      'web-3 stopped of 2',
    ])
    expect(joined([instance(2, 2, 10)])[1]).toMatchObject({
      id: 'f00d:web-1:7',
      wanted: 'down',
      config: { name: 'web-1', instanceOf: 'web', env: { MODE: 'fast', TUIX_INSTANCE: '1' } },
      phase: { type: 'stopped', why: 'lost' },
    })
  })

  it('takes the word of the state for how many there are, where that knows of them', () => {
    const known = [managedProcess({ config: config({ name: 'web-1', instanceOf: 'web', instances: 4 }) })]
    expect(told([instance(2, 4, 10)], known)).toEqual(['web-2 running of 4'])
    expect(told([instance(3, 4, 10)], known)).toEqual(['web-3 running of 4', 'web-2 stopped of 4'])
  })
})
