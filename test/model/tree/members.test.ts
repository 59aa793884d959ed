import { describe, expect, it } from 'vitest'
import {
  begunDuring,
  type Candidate,
  checkId,
  hiddenOrphans,
  MARKER,
  markerOf,
  membersOf,
  parseMarker,
  type Target,
  writersOf,
} from '../../../src/model/tree/members.ts'
import { identity } from '../processes.ts'

const ID = 'f00d:web:1'
const LEADER = identity(100, 1000)

interface Planted extends Candidate {
  marker?: string
  outputs?: string[]
}

/** A process like init's children: nothing of it says that it is ours. */
function stranger(pid: number, facts: Partial<Planted> = {}): Planted {
  return { pid, ppid: 1, pgid: pid, sid: pid, startTime: 2000, alive: true, ...facts }
}

const leader = stranger(100, { startTime: 1000 })

const wholeTarget = (target: Partial<Target>): Target => ({ id: ID, leader: LEADER, known: [], logs: [], ...target })
const pidsOf = (entries: Planted[]) => entries.map(({ pid }) => pid).sort((a, b) => a - b)
function factsOf(table: Planted[]) {
  const find = (pid: number) => table.find((entry) => entry.pid === pid)
  return { marker: (pid: number) => find(pid)?.marker, outputs: (pid: number) => find(pid)?.outputs ?? [] }
}

function members(table: Planted[], target: Partial<Target> = {}, ancestors: number[] = []): number[] {
  return pidsOf(membersOf(table, wholeTarget(target), factsOf(table), new Set(ancestors)))
}

describe('membersOf', () => {
  it.each([
    ['the group', { pgid: 100 }],
    ['the session', { sid: 100 }],
    ['descent', { ppid: 100 }],
    ['the marker, of any run', { marker: markerOf(ID, 7) }],
    ['the marker of one of its health checks', { marker: markerOf(checkId(ID, 'r'), 1) }],
    ['the group, also with its marker', { pgid: 100, marker: markerOf(ID, 7) }],
    ['the marker, as old as its leader', { marker: markerOf(ID, 7), startTime: 1000 }],
    ['a log file as its output', { outputs: ['8:1'] }],
    ['a log file as its output, in a session as old as its leader', { outputs: ['8:1'], startTime: 1000 }],
  ])('finds a process by %s', (_, facts) => {
    expect(members([leader, stranger(200, facts), stranger(300)], { logs: ['8:1'] })).toEqual([100, 200])
  })

  it('finds descendants of descendants in whatever order the table is', () => {
    const table = [stranger(400, { ppid: 300 }), stranger(300, { ppid: 200 }), stranger(200, { ppid: 100 }), leader]
    expect(members(table)).toEqual([100, 200, 300, 400])
  })

  it('finds what was known before by pid and start time, but not a later process with that pid', () => {
    const known = [identity(200, 1500), identity(300, 1500)]
    const table = [stranger(200, { startTime: 1500 }), stranger(300, { startTime: 1600 })]
    expect(members(table, { known })).toEqual([200])
  })

  it('takes nothing from a group whose number belongs to another process by now', () => {
    const table = [stranger(100, { startTime: 5000 }), stranger(200, { pgid: 100, sid: 100, startTime: 5001 })]
    expect(members(table)).toEqual([])
  })

  it('finds the group of a leader that is gone', () => {
    expect(members([stranger(200, { pgid: 100 })])).toEqual([200])
  })

  it('takes nothing for the number of a group whose leader it never saw, unless the leader is there', () => {
    const grouped = stranger(200, { pgid: 100, sid: 100 })
    const proven = [
      stranger(300, { pgid: 100, marker: markerOf(ID, 1) }),
      stranger(400, { pgid: 100, sid: 400, outputs: ['8:1'] }),
      stranger(500, { pgid: 100, ppid: 300 }),
    ]
    const unseen = { leaderUnseen: true, logs: ['8:1'] }
    expect(members([grouped], unseen)).toEqual([])
    expect(members([grouped, ...proven], unseen)).toEqual([300, 400, 500])
    expect(members([leader, grouped], unseen)).toEqual([100, 200])
    expect(members([{ ...leader, alive: false }, grouped], unseen)).toEqual([200])
  })

  it('takes an ancestor of the asking program only for its identity or its marker', () => {
    const table = [
      leader,
      stranger(200, { pgid: 100, outputs: ['8:1'] }),
      stranger(300, { outputs: ['8:1'] }),
      stranger(400, { ppid: 100 }),
      stranger(500, { marker: markerOf(ID, 1) }),
    ]
    expect(members(table, { logs: ['8:1'] }, [200, 300, 400, 500])).toEqual([100, 500])
    expect(members(table, { logs: ['8:1'] }, [100, 500])).toEqual([100, 200, 300, 400, 500])
  })

  it('does not take what writes its log file in a session that is older than its leader', () => {
    const shell = stranger(90, { startTime: 500 })
    const redirected = stranger(200, { sid: 90, outputs: ['8:1'] })
    const table = [leader, shell, redirected, stranger(300, { sid: 91, outputs: ['8:1'] })]
    expect(members(table, { logs: ['8:1'] })).toEqual([100, 300])
  })

  it('never takes what carries another marker, in whatever way it is related', () => {
    const marker = markerOf('f00d:other:2', 1)
    const table = [
      leader,
      stranger(200, { pgid: 100, marker }),
      stranger(300, { ppid: 100, marker }),
      stranger(400, { outputs: ['8:1'], marker }),
      stranger(500, { ppid: 300, marker }),
    ]
    expect(members(table, { logs: ['8:1'] })).toEqual([100])
  })

  it.each([markerOf(checkId('f00d:other:2', 'r'), 1), `${markerOf(checkId(ID, 'r'), 1)}x`, 'nonsense'])(
    'never takes what carries the marker %s',
    (marker) => {
      expect(members([leader, stranger(200, { pgid: 100, marker }), stranger(300, { marker })])).toEqual([100])
    },
  )

  it('finds what is younger than the oldest that was known, though older than its leader', () => {
    const table = [leader, stranger(200, { startTime: 700, outputs: ['8:1'] })]
    expect(members(table, { known: [identity(150, 500)], logs: ['8:1'] })).toEqual([100, 200])
  })

  it('does not look at the outputs of anybody where no log is its own', () => {
    const outputs = () => {
      throw new Error('looked')
    }
    const target = { id: ID, leader: LEADER, known: [], logs: [] }
    expect(membersOf([leader, stranger(200)], target, { marker: () => undefined, outputs })).toEqual([leader])
  })

  it('takes the leader itself, whatever marker it has exec’ed itself into', () => {
    const renamed = { ...leader, marker: markerOf('f00d:other:2', 1) }
    expect(members([renamed])).toEqual([100])
  })

  it('leaves the dead out', () => {
    expect(members([{ ...leader, alive: false }, stranger(200, { pgid: 100, alive: false })])).toEqual([])
  })

  it('does not look into what is older than its leader', () => {
    const older = [{ ppid: 100 }, { outputs: ['8:1'], sid: 91 }, { marker: markerOf(ID, 1) }]
    const table = [leader, ...older.map((facts, i) => stranger(50 + i, { startTime: 999, ...facts }))]
    expect(members(table, { logs: ['8:1'] })).toEqual([100])
  })

  it('finds by the marker alone where there is no leader', () => {
    const table = [
      stranger(200, { startTime: 1, marker: markerOf(ID, 1) }),
      stranger(300, { startTime: 1, outputs: ['8:1'] }),
      stranger(400, { startTime: 1 }),
      stranger(500, { startTime: 0, marker: markerOf(ID, 2) }),
    ]
    expect(members(table, { leader: null, logs: ['8:1'] })).toEqual([200, 500])
    expect(members(table, { leader: identity(0, 5000), logs: ['8:1'] })).toEqual([200, 500])
    expect(members(table, { leader: null, known: [identity(400, 1)] })).toEqual([200, 400, 500])
  })

  it('takes no group for the groups 0 and 1', () => {
    const table = [stranger(1, { startTime: 1, ppid: 0 }), stranger(200, { pgid: 1, sid: 1, ppid: 5 })]
    expect(members(table, { leader: identity(0, 0) })).toEqual([])
    expect(members([stranger(200, { pgid: 1, sid: 1, ppid: 5 })], { leader: identity(1, 1) })).toEqual([])
    expect(members([stranger(200, { pgid: 2 })], { leader: identity(2, 1) })).toEqual([200])
  })

  it('never takes process 1, whatever says that it is one', () => {
    const first = stranger(1, { startTime: 1000, ppid: 0, marker: markerOf(ID, 1), outputs: ['8:1'] })
    const known = [identity(1, 1000)]
    expect(members([first], { leader: identity(1, 1000), known, logs: ['8:1'] })).toEqual([])
  })
})

describe('writersOf', () => {
  const writers = (table: Planted[]) => pidsOf(writersOf(begunDuring(table, LEADER), ['8:1'], factsOf(table)))

  it('names what began during the run and writes its log, but is not marked', () => {
    const outputs = ['8:1']
    const table = [
      stranger(1, { outputs }),
      stranger(2, { outputs, startTime: 1000 }),
      stranger(200, { outputs }),
      stranger(300, { outputs, startTime: 999 }),
      stranger(400, { outputs, marker: markerOf('f00d:other:2', 1) }),
      stranger(500, { outputs, alive: false }),
      stranger(600, { outputs: ['8:2'] }),
    ]
    expect(writers(table)).toEqual([2, 200])
  })
})

describe('the marker', () => {
  it('goes there and back, slashes in the id too', () => {
    expect(parseMarker(markerOf('a/b:web:1', 12))).toEqual({ id: 'a/b:web:1', run: 12 })
    expect(parseMarker('a/1')).toEqual({ id: 'a', run: 1 })
  })

  it('is in a variable that older supervisors look for, too', () => {
    expect(MARKER).toBe('TUIX_PROCESS_ID')
  })

  it.each(['', 'web', '/1', 'web/', 'web/0', 'web/-1', 'web/1.5', 'web/one'])('is not %j', (text) => {
    expect(parseMarker(text)).toBeUndefined()
  })
})

describe('hiddenOrphans', () => {
  it('are what began during the run, lost its parent, and lets nobody look into it', () => {
    const table = [
      stranger(1),
      leader,
      stranger(50, { startTime: 500 }),
      stranger(60),
      stranger(200, { startTime: 1000 }),
      stranger(300, { ppid: 50 }),
      stranger(400, { ppid: 300 }),
      stranger(500, { startTime: 999 }),
      stranger(600, { alive: false }),
      stranger(700),
    ]
    const isHidden = (pid: number) => pid !== 100 && pid !== 700
    expect(pidsOf(hiddenOrphans(begunDuring(table, LEADER), new Set([1, 50, 60]), isHidden))).toEqual([200, 300])
  })
})
