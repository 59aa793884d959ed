import { describe, expect, it } from 'vitest'
import { markerOf } from '../../src/model/members.ts'
import { type Carrier, makeId, nameOf, rebuild, unknownIds, unrecordedLeader } from '../../src/model/recover.ts'
import { config, identity, managedProcess } from './processes.ts'

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
  })

  it('is of the very run whose spawn had been written but not its pid', () => {
    const carriers = [carrier(60, markerOf(ID, 3))]
    expect(unrecordedLeader(managedProcess({ run: 3, status: 'starting' }), carriers)?.entry.pid).toBe(60)
    const recorded = managedProcess({ run: 3, status: 'starting', identity: identity(60) })
    expect(unrecordedLeader(recorded, carriers)).toBeUndefined()
  })

  it('is the oldest session leader of the newest run', () => {
    const carriers = [
      carrier(90, markerOf(ID, 4)),
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
    ]
    expect(unknownIds([managedProcess()], carriers, 'f00d')).toEqual(['f00d:db:7'])
  })

  it('never bring a second process with a name that the state has', () => {
    expect(unknownIds([managedProcess()], [carrier(1, markerOf('f00d:web:other', 1))], 'f00d')).toEqual([])
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
      status: 'running',
      run: 4,
      identity: identity(70),
      startedAt: 5000,
    })
    expect(process.reason).toMatch(/rebuilt from what was running/)
  })
})
