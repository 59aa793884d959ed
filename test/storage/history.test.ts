import { appendFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ProcessEvent } from '../../src/model/lifecycle/events.ts'
import { followHistory, readHistory } from '../../src/storage/history.ts'
import { type TempFolder, tempFolder } from '../helpers/temp.ts'
import { until } from '../helpers/until.ts'

let temp: TempFolder
let file: string
beforeEach(() => {
  temp = tempFolder('history')
  file = join(temp.path, 'events.jsonl')
})
afterEach(() => temp.remove())

const event = (time: number, changes: Partial<ProcessEvent> = {}): ProcessEvent => ({
  time,
  name: 'web',
  type: 'start',
  run: 1,
  message: `event ${time}`,
  ...changes,
})
const lines = (...events: ProcessEvent[]) => events.map((item) => `${JSON.stringify(item)}\n`).join('')
const times = (events: ProcessEvent[]) => events.map(({ time }) => time)

describe('past events', () => {
  it('include matching events of the earlier file, oldest first', async () => {
    writeFileSync(`${file}.1`, lines(event(1), event(2, { name: 'db' })))
    writeFileSync(file, lines(event(3, { type: 'crash' }), event(4, { name: '' }), event(5)))
    expect(times(await readHistory(file, {}))).toEqual([1, 2, 3, 4, 5])
    expect(times(await readHistory(file, { names: ['web'] }))).toEqual([1, 3, 5])
    expect(times(await readHistory(file, { names: ['web', 'db'], lines: 3 }))).toEqual([2, 3, 5])
    expect(times(await readHistory(file, { types: ['crash'] }))).toEqual([3])
    expect(times(await readHistory(file, { since: 4 }))).toEqual([4, 5])
  })

  it('are empty without a file, and skip torn lines', async () => {
    expect(await readHistory(file, {})).toEqual([])
    writeFileSync(file, `{"time":1,"na\n17\n${lines(event(2))}`)
    expect(times(await readHistory(file, {}))).toEqual([2])
  })
})

describe('a follower', () => {
  const end = { abort: () => {} }
  afterEach(() => end.abort())

  /** Follows until the end of the test; what it has been given so far. */
  function follow(query: Parameters<typeof followHistory>[1]): ProcessEvent[] {
    const controller = new AbortController()
    end.abort = () => controller.abort()
    const given: ProcessEvent[] = []
    void (async () => {
      for await (const item of followHistory(file, query, controller.signal)) given.push(item)
    })()
    return given
  }

  it('gives the last events and then each new one once, across a new file', async () => {
    writeFileSync(file, lines(event(1), event(2)))
    const given = follow({ names: ['web'], lines: 1 })
    await until(() => given.length === 1, { what: 'the last one' })
    appendFileSync(file, lines(event(3), event(4, { name: 'db' }), event(5)))
    await until(() => given.length === 3, { what: 'the new ones' })
    appendFileSync(file, lines(event(6)))
    renameSync(file, `${file}.1`)
    writeFileSync(file, lines(event(7)))
    await until(() => given.length === 5, { what: 'those of both files' })
    expect(times(given)).toEqual([2, 3, 5, 6, 7])
  })

  it('waits for a missing file', async () => {
    const given = follow({})
    writeFileSync(file, lines(event(1)))
    await until(() => given.length === 1, { what: 'the first one' })
  })
})
