import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ProcessEvent } from '../../src/model/events.ts'
import { Broadcast } from '../../src/supervisor/broadcast.ts'
import { Journal } from '../../src/supervisor/journal.ts'
import { type TempFolder, tempFolder } from '../helpers/temp.ts'

let temp: TempFolder
let file: string
beforeEach(() => {
  temp = tempFolder('journal')
  file = join(temp.path, 'events.jsonl')
})
afterEach(() => temp.remove())

const event = (run: number, message = 'started'): ProcessEvent => ({
  time: run,
  name: 'web',
  type: 'start',
  run,
  message,
})
const runs = (path: string) => {
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1)
  return lines.map((line) => (JSON.parse(line) as ProcessEvent).run)
}
const LONG = 'x'.repeat(100_000)

describe('the journal', () => {
  it('has one line for each event, private, whatever the message holds', () => {
    const journal = new Journal(file)
    journal.append(event(1, 'two\nlines'))
    journal.append(event(2))
    expect(runs(file)).toEqual([1, 2])
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it('never grows beyond its cap, and keeps what was just before', () => {
    const journal = new Journal(file)
    for (let run = 0; run < 100; run++) journal.append(event(run, LONG))
    expect(statSync(file).size).toBeLessThanOrEqual(4_000_000)
    expect(statSync(`${file}.1`).size).toBeLessThanOrEqual(4_000_000)
    const kept = [...runs(`${file}.1`), ...runs(file)]
    expect(kept).toEqual(Array.from({ length: kept.length }, (_, i) => 100 - kept.length + i))
    expect(kept.length).toBeGreaterThanOrEqual(40)
  })

  it('counts what an earlier supervisor wrote', () => {
    writeFileSync(file, `${'x'.repeat(3_999_990)}\n`)
    new Journal(file).append(event(1))
    expect(runs(file)).toEqual([1])
  })

  it('goes on when the file was deleted, also at its cap', () => {
    const journal = new Journal(file)
    for (let run = 0; run < 39; run++) journal.append(event(run, LONG))
    rmSync(file)
    journal.append(event(39, LONG))
    journal.append(event(40, LONG))
    expect(runs(file)).toContain(40)
  })

  it('begins a line of its own after one that was torn', () => {
    writeFileSync(file, `${JSON.stringify(event(1))}\n{"time":2,"name":"we`)
    const journal = new Journal(file)
    journal.append(event(3))
    journal.append(event(4))
    const [first, torn, ...rest] = readFileSync(file, 'utf8').split('\n')
    expect([first, ...rest]).toEqual([...[1, 3, 4].map((run) => JSON.stringify(event(run))), ''])
    expect(torn).toBe('{"time":2,"name":"we')
  })

  it('survives that nothing can be written', () => {
    const journal = new Journal(join(temp.path, 'none', 'events.jsonl'))
    expect(() => journal.append(event(1))).not.toThrow()
  })
})

describe('the broadcast', () => {
  it('tells everyone who listens, until they have heard enough', () => {
    const broadcast = new Broadcast<number>()
    const heard: string[] = []
    const end = broadcast.listen((item) => heard.push(`a${item}`))
    broadcast.listen((item) => heard.push(`b${item}`))
    broadcast.emit(1)
    end()
    broadcast.emit(2)
    expect(heard).toEqual(['a1', 'b1', 'b2'])
  })

  it('keeps everything from the moment on that somebody asked, though they read later', async () => {
    const broadcast = new Broadcast<number>()
    const end = new AbortController()
    const items = broadcast.iterate(end.signal)
    for (const item of [1, 2, 3]) broadcast.emit(item)
    const read: number[] = []
    for await (const item of items) {
      read.push(item)
      if (item === 3) break
    }
    expect(read).toEqual([1, 2, 3])
  })

  it('loses the oldest for one who does not read', async () => {
    const broadcast = new Broadcast<number>()
    const end = new AbortController()
    const items = broadcast.iterate(end.signal)[Symbol.asyncIterator]()
    for (let item = 1; item <= 10_001; item++) broadcast.emit(item)
    expect(await items.next()).toEqual({ done: false, value: 2 })
  })

  it.each(['before it was read', 'while somebody waits', 'before it was asked for'])(
    'ends when aborted %s',
    async (when) => {
      const broadcast = new Broadcast<number>()
      const end = new AbortController()
      if (when === 'before it was asked for') end.abort()
      const items = broadcast.iterate(end.signal)[Symbol.asyncIterator]()
      const waiting = when === 'while somebody waits' ? items.next() : undefined
      end.abort()
      expect(await (waiting ?? items.next())).toMatchObject({ done: true })
    },
  )
})
