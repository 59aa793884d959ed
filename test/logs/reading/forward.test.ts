import { appendFileSync, renameSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listArchives, removeArchive } from '../../../src/logs/files/archives.ts'
import { ForwardReader } from '../../../src/logs/reading/forward.ts'
import type { LogQuery } from '../../../src/logs/reading/query.ts'
import { StreamTail } from '../../../src/logs/reading/stream-tail.ts'
import { flushLog } from '../../../src/logs/rotation/flush.ts'
import { rotateIfNeeded } from '../../../src/logs/rotation/rotate.ts'
import type { ProcessEvent } from '../../../src/model/lifecycle/events.ts'
import type { LogSource } from '../../../src/model/views/logs.ts'
import { logSource } from '../../helpers/log-source.ts'
import { type TempFolder, tempFolder } from '../../helpers/temp.ts'
import { until } from '../../helpers/until.ts'

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

/** Messages of a reader of its own that takes so many and is closed. The cursor goes on. */
async function next(limit = 1000, query: LogQuery = {}, sources = [source]): Promise<string[]> {
  const reader = new ForwardReader(query, cursor)
  await reader.setSources(sources)
  const { logs } = await reader.next(limit)
  cursor = reader.cursor
  await reader.close()
  return logs.map(({ message }) => message)
}

/** Makes the last line of a file old enough to count though it is not finished. */
function age(path = source.logFile): void {
  const then = new Date(Date.now() - 3000)
  utimesSync(path, then, then)
}

describe('readers one after the other', () => {
  it('get every line of streams and events once, as many at a time as they take', async () => {
    expect(await next()).toEqual([])
    out('one\ntwo\nthree\n')
    appendFileSync(source.errorFile, 'trouble\n')
    event('started')
    const all = [await next(2), await next(1), await next(0), await next(9), await next(9)]
    expect(all.flat().sort()).toEqual(['one', 'started', 'three', 'trouble', 'two'])
    expect(all.map(({ length }) => length)).toEqual([2, 1, 0, 2, 0])
  })

  it('leave out what does not match, and do not come back to it', async () => {
    out('error: one\nfine\nerror: two\n')
    expect(await next(1, { level: 'error' })).toEqual(['error: one'])
    expect(await next(9, { grep: /fine|one/ })).toEqual(['fine'])
    expect(await next(9)).toEqual([])
  })

  it('get an unfinished line when it has not grown for a while, and later what follows it', async () => {
    out('half')
    expect(await next()).toEqual([])
    age()
    expect(await next()).toEqual(['half'])
    out('\n')
    expect(await next()).toEqual([])
    out('more\nrest')
    age()
    expect(await next()).toEqual(['more', 'rest'])
    out(' of it\n')
    expect(await next()).toEqual([' of it'])
  })

  it('go on through rotation and flush, and begin anew with another file', async () => {
    const lines = (from: number) => Array.from({ length: 100 }, (_, i) => `${from + i} ${'x'.repeat(95)}`)
    out(`${lines(0).join('\n')}\n`)
    expect(await next(50)).toEqual(lines(0).slice(0, 50))
    out(`${lines(100).join('\n')}\n`)
    await rotateIfNeeded(source.logFile, { maxLogSize: 4096, maxLogFiles: 10 })
    expect(await next()).toEqual([...lines(0).slice(50), ...lines(100)])
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

  it('find the rest of the events when their file was renamed', async () => {
    event('first')
    event('second')
    expect(await next(1)).toEqual(['first'])
    renameSync(source.eventsFile, `${source.eventsFile}.1`)
    event('third')
    expect(await next()).toEqual(['second', 'third'])
    event('fourth')
    expect(await next()).toEqual(['fourth'])
  })

  it('read what is new for them from its beginning', async () => {
    const other = logSource(folder.path, 'other')
    out('one\n')
    expect(await next()).toEqual(['one'])
    appendFileSync(other.logFile, 'first of the other\n')
    expect(await next(9, {}, [source, other])).toEqual(['first of the other'])
    expect(await next(9, {}, [source])).toEqual([])
    appendFileSync(other.logFile, 'second\n')
    expect(await next(9, {}, [source, other])).toEqual(['second'])
  })

  it.each(['', 'nonsense', 'WzFd', Buffer.from('{"a":["1:2",-1]}').toString('base64url')])(
    'refuse %j as a cursor',
    (text) => {
      expect(() => new ForwardReader({}, text)).toThrow('invalid cursor')
    },
  )
})

describe('one reader', () => {
  it('wakes when a file grows, when it is woken, and when it is aborted', async () => {
    const end = new AbortController()
    out('one\n')
    const reader = new ForwardReader({}, 'start')
    try {
      await reader.setSources([source])
      const read = async () => (await reader.next(9)).logs.map(({ message }) => message)
      expect(await read()).toEqual(['one'])
      await reader.grown(end.signal)
      expect(await read()).toEqual([])
      const grown = reader.grown(end.signal)
      out('two\n')
      await grown
      await until(async () => (await read()).includes('two'))
      const woken = reader.grown(end.signal)
      reader.wake()
      await woken
      const aborted = reader.grown(end.signal)
      end.abort()
      await aborted
    } finally {
      await reader.close()
    }
  })
})

it('a tail goes on behind archives that were deleted since it looked, in one step', async () => {
  const line = `${'x'.repeat(99)}\n`
  out(line.repeat(400))
  const tail = new StreamTail(source.logFile)
  await tail.seek(undefined)
  try {
    await rotateIfNeeded(source.logFile, { maxLogSize: 4096, maxLogFiles: 10 })
    await tail.refresh()
    for (const { base } of await listArchives(source.logFile)) await removeArchive(source.logFile, base)
    expect(await tail.pull()).toEqual({ lines: [], restarted: false })
    out('next\n')
    await tail.refresh()
    const pulled = await tail.pull()
    expect(pulled?.lines.at(-1)?.text).toBe('next')
  } finally {
    await tail.close()
  }
})
