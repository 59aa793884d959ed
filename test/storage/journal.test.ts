import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ProcessEvent } from '../../src/model/lifecycle/events.ts'
import { Journal } from '../../src/storage/journal.ts'
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
  it('writes one private line per event, whatever the message contains', () => {
    const journal = new Journal(file)
    journal.append(event(1, 'two\nlines'))
    journal.append(event(2))
    expect(runs(file)).toEqual([1, 2])
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it('never exceeds its limit, and keeps the file before', () => {
    const journal = new Journal(file)
    for (let run = 0; run < 100; run++) journal.append(event(run, LONG))
    expect(statSync(file).size).toBeLessThanOrEqual(4_000_000)
    expect(statSync(`${file}.1`).size).toBeLessThanOrEqual(4_000_000)
    const kept = [...runs(`${file}.1`), ...runs(file)]
    expect(kept).toEqual(Array.from({ length: kept.length }, (_, i) => 100 - kept.length + i))
    expect(kept.length).toBeGreaterThanOrEqual(40)
  })

  it('counts the bytes of an earlier supervisor', () => {
    writeFileSync(file, `${'x'.repeat(3_999_990)}\n`)
    new Journal(file).append(event(1))
    expect(runs(file)).toEqual([1])
  })

  it('continues after the file was deleted, also at its limit', () => {
    const journal = new Journal(file)
    for (let run = 0; run < 39; run++) journal.append(event(run, LONG))
    rmSync(file)
    journal.append(event(39, LONG))
    journal.append(event(40, LONG))
    expect(runs(file)).toContain(40)
  })

  it('starts a new line after a torn one', () => {
    writeFileSync(file, `${JSON.stringify(event(1))}\n{"time":2,"name":"we`)
    const journal = new Journal(file)
    journal.append(event(3))
    journal.append(event(4))
    const [first, torn, ...rest] = readFileSync(file, 'utf8').split('\n')
    expect([first, ...rest]).toEqual([...[1, 3, 4].map((run) => JSON.stringify(event(run))), ''])
    expect(torn).toBe('{"time":2,"name":"we')
  })

  it('survives a disk that cannot be written', () => {
    const journal = new Journal(join(temp.path, 'none', 'events.jsonl'))
    expect(() => journal.append(event(1))).not.toThrow()
  })
})
