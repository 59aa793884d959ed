import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { archivePath } from '../../src/logs/files/archives.ts'
import { FRESH, readRotation, rotationPath, writeRotation } from '../../src/logs/files/rotation-record.ts'
import { readAfter } from '../../src/logs/reading/cursor.ts'
import { followLogs } from '../../src/logs/reading/follow.ts'
import { readLogs } from '../../src/logs/reading/read.ts'
import { LogIndexer } from '../../src/logs/timestamps/index-writer.ts'
import { encodeEntries } from '../../src/logs/timestamps/timestamp.ts'
import type { LogSource } from '../../src/model/views/logs.ts'
import { readHistory } from '../../src/storage/history.ts'
import { logSource } from '../helpers/log-source.ts'
import { type TempFolder, tempFolder } from '../helpers/temp.ts'
import { damaged, damagedBytes, expectTold } from './damage.ts'
import { runs } from './runs.ts'

/* Whatever became of the files beside a log: its lines are read all the same, or a sentence names the file. */

let temp: TempFolder
let source: LogSource
beforeEach(() => {
  temp = tempFolder('fuzz')
  source = logSource(temp.path)
  writeFileSync(source.logFile, LINES)
  writeFileSync(source.errorFile, 'trouble\n')
})
afterEach(() => temp.remove())

const LINES = 'one\ntwo\nthree\n'
const RUNS = runs(37)
const start = (message: string) => JSON.stringify({ time: 1, name: 'web', type: 'start', run: 1, message })
const EVENTS = `${start('first')}\n${start('second')}\n`

const index = encodeEntries([
  { time: 10, stream: 'stdout', offset: 4 },
  { time: 11, stream: 'stderr', offset: 8 },
  { time: 12, stream: 'stdout', offset: LINES.length },
])

async function messages(): Promise<string[]> {
  return (await readLogs([source], {})).map(({ message }) => message)
}

describe('an index', () => {
  const any = fc.oneof(damagedBytes(index), fc.uint8Array({ maxLength: 200 }))

  it('of any bytes costs no line', async () => {
    await fc.assert(
      fc.asyncProperty(any, async (bytes) => {
        writeFileSync(source.indexFile, bytes)
        expect((await messages()).sort()).toEqual(['one', 'three', 'trouble', 'two'])
        expect((await readLogs([source], { lines: 1 })).length).toBe(1)
      }),
      RUNS,
    )
  })

  it('of any bytes is written on, and what follows has its time', () => {
    fc.assert(
      fc.property(any, (bytes) => {
        writeFileSync(source.indexFile, bytes)
        writeFileSync(source.logFile, LINES)
        const indexer = new LogIndexer()
        try {
          indexer.watch(source)
          appendFileSync(source.logFile, 'four\n')
          indexer.record(source.name)
        } finally {
          indexer.close()
        }
        expect(readFileSync(source.indexFile).length % 16).toBe(0)
      }),
      RUNS,
    )
  })

  it('of any bytes keeps nobody from following', async () => {
    await fc.assert(
      fc.asyncProperty(any, async (bytes) => {
        writeFileSync(source.indexFile, bytes)
        const seen: string[] = []
        const following = followLogs([source], { lines: 10 }, ({ message }) => seen.push(message), {
          onError: (error) => seen.push(String(error)),
        })
        await following.ready
        following.dispose()
        expect(seen.sort()).toEqual(['one', 'three', 'trouble', 'two'])
      }),
      RUNS,
    )
  })
})

describe('a rotation record', () => {
  it('of any bytes is refused by its name, or gives what the log has', async () => {
    writeFileSync(archivePath(source.logFile, 0), 'zero\n')
    writeRotation(source.logFile, { ...FRESH, generation: 2, base: 5 })
    const record = readFileSync(rotationPath(source.logFile))
    await fc.assert(
      fc.asyncProperty(fc.oneof(damagedBytes(record), fc.uint8Array({ maxLength: 100 })), async (bytes) => {
        writeFileSync(rotationPath(source.logFile), bytes)
        try {
          expect(readRotation(source.logFile)?.base ?? 0).toBeGreaterThanOrEqual(0)
          for (const line of await messages()) expect(['zero', 'one', 'two', 'three', 'trouble']).toContain(line)
        } catch (error) {
          expect((error as Error).message).toBe(`${rotationPath(source.logFile)} is not a rotation record`)
        }
      }),
      runs(20),
    )
  })
})

describe('the journal', () => {
  it('of any text gives the events that are whole', async () => {
    const texts = fc.oneof(
      damaged(EVENTS),
      fc.string({ unit: 'binary' }),
      fc.json().map((text) => `${text}\n${EVENTS}`),
    )
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        writeFileSync(source.eventsFile, text)
        for (const event of await readHistory(source.eventsFile, {})) expect(typeof event.name).toBe('string')
        expect(await messages()).toEqual(expect.arrayContaining(['one', 'two', 'three', 'trouble']))
      }),
      RUNS,
    )
  })

  it('with values of any kind gives lines that can be shown', async () => {
    const event = fc.record({
      time: fc.jsonValue(),
      name: fc.constantFrom('web', null, 1),
      type: fc.jsonValue(),
      message: fc.jsonValue(),
    })
    await fc.assert(
      fc.asyncProperty(event, async (value) => {
        writeFileSync(source.eventsFile, `${JSON.stringify(value)}\n`)
        for (const log of await readLogs([source], {})) {
          expect(typeof log.message).toBe('string')
          expect(log.timestamp.toISOString()).toMatch(/Z$/)
        }
        for (const { type, message } of await readHistory(source.eventsFile, {})) {
          expect(typeof type).toBe('string')
          expect(typeof message).toBe('string')
        }
      }),
      RUNS,
    )
  })

  it('nested deeper than any event is passed over', async () => {
    writeFileSync(source.eventsFile, `{"time":1,"name":"web","type":${'['.repeat(100_000)}\n${EVENTS}`)
    expect((await readHistory(source.eventsFile, {})).length).toBe(2)
  })
})

describe('a cursor', () => {
  it('of any text is refused, or read from', async () => {
    writeFileSync(source.eventsFile, EVENTS)
    const { cursor } = await readAfter([source], 'start', {}, Date.now())
    const plain = Buffer.from(cursor, 'base64url').toString()
    const encoded = (text: string) => Buffer.from(text).toString('base64url')
    const cursors = fc.oneof(
      damaged(cursor),
      damaged(plain).map(encoded),
      fc.json().map(encoded),
      fc.string({ unit: 'binary' }),
      fc.constant(encoded('['.repeat(100_000))),
    )
    await fc.assert(
      fc.asyncProperty(cursors, async (text) => {
        try {
          const { logs, cursor: next } = await readAfter([source], text, {}, Date.now())
          expect(logs.length).toBeLessThanOrEqual(6)
          expect(next).toMatch(/^[\w-]+$/)
        } catch (error) {
          expectTold(error)
        }
      }),
      RUNS,
    )
  })
})
