import { appendFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { setImmediate as immediate } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Following, followLogs, followLogsIterator } from '../../src/logs/follow.ts'
import type { LogQuery } from '../../src/logs/query.ts'
import type { ProcessEvent } from '../../src/model/events.ts'
import type { LogSource, ProcessLog } from '../../src/model/logs.ts'
import { logSource } from '../helpers/log-source.ts'
import { type TempFolder, tempFolder } from '../helpers/temp.ts'
import { until } from '../helpers/until.ts'

let folder: TempFolder
let source: LogSource
const followings: Following[] = []
beforeEach(() => {
  folder = tempFolder()
  source = logSource(folder.path)
})
afterEach(() => {
  for (const following of followings.splice(0)) following.dispose()
  folder.remove()
})

function follow(query: LogQuery = {}, sources = [source]) {
  const logs: ProcessLog[] = []
  const following = followLogs(sources, query, (log) => logs.push(log))
  followings.push(following)
  const messages = () => logs.map((log) => log.message)
  const see = (...expected: string[]) =>
    until(() => messages().length >= expected.length, { what: `${expected.length} lines` }).then(() =>
      expect(messages()).toEqual(expected),
    )
  return { following, messages, see }
}

const out = (text: string) => appendFileSync(source.logFile, text)
const event = (type: ProcessEvent['type'], message: string, name = 'web') =>
  appendFileSync(source.eventsFile, `${JSON.stringify({ time: Date.now(), name, type, run: 1, message })}\n`)

describe('followLogs', () => {
  it('gives new lines only, of files that are there and of files that come', async () => {
    out('old\n')
    const { following, see } = follow()
    await following.ready
    out('new\n')
    await see('new')
    appendFileSync(source.errorFile, 'first error\n')
    await see('new', 'first error')
    event('restart', 'trying again')
    event('restart', 'somebody else', 'other')
    await see('new', 'first error', 'trying again')
  })

  it('begins with the last lines asked for and neither loses nor doubles one', async () => {
    for (let round = 0; round < 20; round++) {
      const { following, see, messages } = follow({ lines: 3 })
      const from = round * 10
      for (let i = 0; i < 5; i++) out(`${from + i}\n`)
      await following.ready
      for (let i = 5; i < 10; i++) out(`${from + i}\n`)
      await until(() => messages().at(-1) === `${from + 9}`)
      const first = Number(messages()[0])
      await see(...Array.from({ length: from + 10 - first }, (_, i) => `${first + i}`))
      following.dispose()
    }
  })

  it('gives what was said since a time, then goes on', async () => {
    out('before\n')
    const { following, see } = follow({ since: 0 })
    await following.ready
    out('after\n')
    await see('before', 'after')
  })

  it('puts a line together that comes in pieces, and splits no character', async () => {
    const { following, see } = follow()
    out('begin')
    await following.ready
    const rest = Buffer.from('ning é😀\n')
    for (const byte of rest) {
      appendFileSync(source.logFile, Buffer.of(byte))
      await immediate()
    }
    out('next\n')
    await see('beginning é😀', 'next')
  })

  it('gives the last words of a run before its end, though they lack a newline', async () => {
    const { following, see } = follow()
    await following.ready
    out('one\ntwo')
    event('crash', 'exited with 1')
    await see('one', 'two', 'exited with 1')
    // The next run's log begins with the newline that is missing.
    out('\nthree\n\nfour\n')
    await see('one', 'two', 'exited with 1', 'three', '', 'four')
  })

  it('gives an unfinished line after two quiet seconds, and its end as a line of its own', async () => {
    const { following, see, messages } = follow()
    await following.ready
    out('Continue? ')
    await see('Continue? ')
    out('yes\n')
    await see('Continue? ', 'yes')
    expect(messages().length).toBe(2)
  })

  it('begins anew when the file is truncated', async () => {
    const { following, see } = follow()
    out('0123456789\n')
    await following.ready
    out('before\n')
    await see('before')
    truncateSync(source.logFile)
    out('after\n')
    await see('before', 'after')
    writeFileSync(source.logFile, '')
    out('x\n')
    await see('before', 'after', 'x')
  })

  it('finishes a renamed file, then goes on with the one that takes its name', async () => {
    const { following, see } = follow()
    await following.ready
    out('one\n')
    await see('one')
    renameSync(source.logFile, `${source.logFile}.1`)
    appendFileSync(`${source.logFile}.1`, 'two\nthr')
    await see('one', 'two')
    appendFileSync(`${source.logFile}.1`, 'ee')
    out('four\n')
    await see('one', 'two', 'three', 'four')
    rmSync(source.logFile)
    out('five\n')
    await see('one', 'two', 'three', 'four', 'five')
  })

  it('keeps the order of what comes from several processes', async () => {
    const other = logSource(folder.path, 'other')
    const { following, see } = follow({}, [source, other])
    await following.ready
    for (let i = 0; i < 10; i++) {
      appendFileSync(i % 2 ? source.logFile : other.errorFile, `line ${i}\n`)
      await see(...Array.from({ length: i + 1 }, (_, n) => `line ${n}`))
    }
  })

  it('filters', async () => {
    const { following, see } = follow({ level: 'warn', grep: /day/, lines: 1 })
    out('ERROR: a day\nERROR: a night\n')
    await following.ready
    out('a fine day\nERROR: night\nWARN: day\n')
    await see('ERROR: a day', 'WARN: day')
  })

  it('is silent once disposed, even from within the callback', async () => {
    const seen: string[] = []
    const following = followLogs([source], {}, (log) => {
      seen.push(log.message)
      following.dispose()
    })
    const { following: witness, see } = follow()
    await Promise.all([following.ready, witness.ready])
    out('one\ntwo\n')
    await see('one', 'two')
    out('three\n')
    await see('one', 'two', 'three')
    expect(seen).toEqual(['one'])
  })

  it('reports a file that cannot be read and goes on', async () => {
    const errors: unknown[] = []
    const seen: string[] = []
    const broken = { ...logSource(folder.path, 'broken'), logFile: folder.path }
    const following = followLogs([broken, source], {}, (log) => seen.push(log.message), {
      onError: (error) => errors.push(error),
    })
    followings.push(following)
    await following.ready
    expect(errors.length).toBeGreaterThan(0)
    out('fine\n')
    await until(() => seen.includes('fine'))
  })
})

describe('followLogsIterator', () => {
  it('gives lines until the loop is left', async () => {
    out('old\n')
    const seen: string[] = []
    for await (const log of followLogsIterator([source], { lines: 1 })) {
      seen.push(log.message)
      if (seen.length === 3) break
      out(`new ${seen.length}\n`)
    }
    expect(seen).toEqual(['old', 'new 1', 'new 2'])
  })

  it('ends when it is aborted', async () => {
    const abort = new AbortController()
    const seen: string[] = []
    out('one\n')
    for await (const log of followLogsIterator([source], { lines: 1 }, abort.signal)) {
      seen.push(log.message)
      setImmediate(() => abort.abort())
    }
    expect(seen).toEqual(['one'])
  })

  it('throws what a file cannot be read for', async () => {
    const broken = { ...source, logFile: folder.path }
    await expect(followLogsIterator([broken], {}).next()).rejects.toThrow(/EISDIR/)
  })
})
