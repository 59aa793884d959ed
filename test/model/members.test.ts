import { describe, expect, it } from 'vitest'
import { type Candidate, markerOf, membersOf, parseMarker, type Target } from '../../src/model/members.ts'
import { identity } from './processes.ts'

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

function members(table: Planted[], target: Partial<Target> = {}): number[] {
  const whole: Target = { id: ID, leader: LEADER, known: [], logs: [], ...target }
  const find = (pid: number) => table.find((entry) => entry.pid === pid)
  const facts = { marker: (pid: number) => find(pid)?.marker, outputs: (pid: number) => find(pid)?.outputs ?? [] }
  return membersOf(table, whole, facts)
    .map(({ pid }) => pid)
    .sort((a, b) => a - b)
}

describe('membersOf', () => {
  it.each([
    ['the group', { pgid: 100 }],
    ['the session', { sid: 100 }],
    ['descent', { ppid: 100 }],
    ['the marker, of any run', { marker: markerOf(ID, 7) }],
    ['a log file as its output', { outputs: ['8:1'] }],
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

  it('takes the leader itself, whatever marker it has exec’ed itself into', () => {
    const renamed = { ...leader, marker: markerOf('f00d:other:2', 1) }
    expect(members([renamed])).toEqual([100])
  })

  it('leaves the dead out', () => {
    expect(members([{ ...leader, alive: false }, stranger(200, { pgid: 100, alive: false })])).toEqual([])
  })

  it('does not look into what is older than its leader', () => {
    expect(members([leader, stranger(50, { startTime: 999, outputs: ['8:1'] })], { logs: ['8:1'] })).toEqual([100])
  })

  it('finds by marker and log alone where no leader was ever seen', () => {
    const table = [
      stranger(200, { startTime: 1, marker: markerOf(ID, 1) }),
      stranger(300, { startTime: 1, outputs: ['8:1'] }),
      stranger(400, { startTime: 1 }),
    ]
    expect(members(table, { leader: null, logs: ['8:1'] })).toEqual([200, 300])
  })

  it('takes no group for the groups 0 and 1', () => {
    const table = [stranger(1, { startTime: 1, ppid: 0 }), stranger(200, { pgid: 1, sid: 1, ppid: 5 })]
    expect(members(table, { leader: identity(0, 0) })).toEqual([])
    expect(members([stranger(200, { pgid: 1, sid: 1, ppid: 5 })], { leader: identity(1, 1) })).toEqual([])
  })
})

describe('the marker', () => {
  it('goes there and back, slashes in the id too', () => {
    expect(parseMarker(markerOf('a/b:web:1', 12))).toEqual({ id: 'a/b:web:1', run: 12 })
  })

  it.each(['', 'web', '/1', 'web/', 'web/0', 'web/-1', 'web/1.5', 'web/one'])('is not %j', (text) => {
    expect(parseMarker(text)).toBeUndefined()
  })
})
