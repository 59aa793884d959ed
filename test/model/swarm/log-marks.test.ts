import { describe, expect, it } from 'vitest'
import { cursorOf, MarkedReader, marksIn, type TaskLine } from '../../../src/model/swarm/log-marks.ts'

function line(task: string, time: string, message = ''): TaskLine {
  return { task, time, message, source: 'stdout' }
}

describe('a reader of the logs of tasks', () => {
  it('takes an earlier line of one task after a later one of another', () => {
    const reader = new MarkedReader({})
    expect(reader.isNew(line('a', '2026-01-01T00:00:02.000000000Z'))).toBe(true)
    expect(reader.isNew(line('b', '2026-01-01T00:00:01.000000000Z'))).toBe(true)
  })

  it('goes on from its marks, in the middle of lines of one time', () => {
    const all = ['1', '1', '2', '2', '2', '3'].map((time) => line('a', time))
    const first = new MarkedReader({})
    for (const each of all.slice(0, 4)) first.isNew(each)
    const second = new MarkedReader(marksIn(cursorOf(first.marks)) ?? {})
    expect(all.filter((each) => second.isNew(each))).toEqual(all.slice(4))
    const third = new MarkedReader(second.marks)
    expect(all.filter((each) => third.isNew(each))).toEqual([])
  })

  it.each(['', 'x', 'bnVsbA', 'eyJhIjoxfQ'])('knows that %j is no cursor of its own', (cursor) => {
    expect(marksIn(cursor)).toBeUndefined()
  })
})
