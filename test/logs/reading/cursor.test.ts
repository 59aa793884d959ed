import { appendFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readAfter } from '../../../src/logs/reading/cursor.ts'
import type { LogQuery } from '../../../src/logs/reading/query.ts'
import { flushLog } from '../../../src/logs/rotation/flush.ts'
import { rotateIfNeeded } from '../../../src/logs/rotation/rotate.ts'
import type { ProcessEvent } from '../../../src/model/lifecycle/events.ts'
import type { LogSource } from '../../../src/model/views/logs.ts'
import { logSource } from '../../helpers/log-source.ts'
import { type TempFolder, tempFolder } from '../../helpers/temp.ts'

let folder: TempFolder
let source: LogSource
let cursor: string
beforeEach(() => {
  folder = tempFolder()
  source = logSource(folder.path)
  cursor = 'start'
})
afterEach(() => folder.remove())

const out = (text: string) => appendFileSync(source.logFile, text)
const event = (message: string, type: ProcessEvent['type'] = 'start') =>
  appendFileSync(source.eventsFile, `${JSON.stringify({ time: Date.now(), name: 'web', type, run: 1, message })}\n`)

/** The next reading's messages; the cursor goes on. */
async function next(query: LogQuery = {}, now = Date.now()): Promise<string[]> {
  const read = await readAfter([source], cursor, query, now)
  cursor = read.cursor
  return read.logs.map(({ message }) => message).sort()
}

describe('readAfter', () => {
  it('returns every line of streams and events in exactly one reading', async () => {
    expect(await next()).toEqual([])
    out('one\n')
    event('started')
    expect(await next()).toEqual(['one', 'started'])
    expect(await next()).toEqual([])
    appendFileSync(source.errorFile, 'trouble\n')
    out('two\nthree\n')
    expect(await next()).toEqual(['three', 'trouble', 'two'])
  })

  it('starts with the next lines after a cursor of the end', async () => {
    out('old\n')
    cursor = 'end'
    expect(await next()).toEqual([])
    out('new\n')
    expect(await next()).toEqual(['new'])
  })

  it('skips lines that do not match the query', async () => {
    out('error: one\nfine\nerror: two\nerror: three\n')
    expect(await next({ level: 'error', lines: 2 })).toEqual(['error: three', 'error: two'])
    expect(await next()).toEqual([])
  })

  it('waits for the end of a line, but not forever', async () => {
    out('half')
    expect(await next()).toEqual([])
    out(' and half\nlast words')
    expect(await next()).toEqual(['half and half'])
    expect(await next({}, Date.now() + 3000)).toEqual(['last words'])
    expect(await next({}, Date.now() + 3000)).toEqual([])
  })

  it('does not wait for hours because the time of day was set back', async () => {
    out('last words')
    expect(await next({}, Date.now() - 3_600_000)).toEqual(['last words'])
  })

  it('continues through rotation and flush, and starts over with a new file', async () => {
    const line = `${'x'.repeat(99)}\n`
    out(line.repeat(100))
    expect(await next()).toHaveLength(100)
    out(line.repeat(100))
    await rotateIfNeeded(source.logFile, { maxLogSize: 4096, maxLogFiles: 10 })
    expect(await next()).toHaveLength(100)
    await flushLog(source.logFile)
    out('after flush\n')
    expect(await next()).toEqual(['after flush'])
    truncateSync(source.logFile)
    out('short\n')
    expect(await next()).toEqual(['short'])
    writeFileSync(`${source.logFile}.new`, 'of another file, longer than the one before\n')
    renameSync(`${source.logFile}.new`, source.logFile)
    expect(await next()).toEqual(['of another file, longer than the one before'])
  })

  it('finds events in the earlier file', async () => {
    event('first')
    expect(await next()).toEqual(['first'])
    event('second')
    renameSync(source.eventsFile, `${source.eventsFile}.1`)
    event('third')
    expect(await next()).toEqual(['second', 'third'])
    event('fourth')
    expect(await next()).toEqual(['fourth'])
  })

  it.each(['', 'nonsense', 'WzFd', Buffer.from('{"a":["1:2",-1]}').toString('base64url')])(
    'rejects %j as an invalid cursor',
    async (text) => {
      await expect(readAfter([source], text, {}, Date.now())).rejects.toMatchObject({ code: 'usage' })
    },
  )
})
