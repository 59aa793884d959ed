import { appendFileSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { setImmediate as immediate } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Following, followLogs, followLogsIterator } from '../../../src/logs/reading/follow.ts'
import type { LogQuery } from '../../../src/logs/reading/query.ts'
import { encodeEntries } from '../../../src/logs/timestamps/timestamp.ts'
import type { ProcessEvent } from '../../../src/model/lifecycle/events.ts'
import type { LogSource, ProcessLog } from '../../../src/model/views/logs.ts'
import { logSource } from '../../helpers/log-source.ts'
import { type TempFolder, tempFolder } from '../../helpers/temp.ts'
import { until } from '../../helpers/until.ts'

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
/** A path that cannot be opened, even by root. */
function circular(): string {
  const path = `${folder.path}/circular`
  symlinkSync(path, path)
  return path
}
const event = (type: ProcessEvent['type'], message: string, name = 'web') =>
  appendFileSync(source.eventsFile, `${JSON.stringify({ time: Date.now(), name, type, run: 1, message })}\n`)

describe('followLogs', () => {
  it('passes on only new lines, of present files and of files that appear', async () => {
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

  it('begins with the requested last lines, and neither loses nor repeats one', async () => {
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

  it('passes on every new line, also after the time of day was set back to before the first', async () => {
    const { following, see } = follow({ since: Date.now() + 3_600_000 })
    await following.ready
    out('new\n')
    await see('new')
  })

  it('passes on the lines since a time, then follows', async () => {
    out('before\n')
    const { following, see } = follow({ since: 0 })
    await following.ready
    out('after\n')
    await see('before', 'after')
  })

  it('joins a line that comes in pieces, without splitting a character', async () => {
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

  it('passes on the unfinished last line of a run before its end', async () => {
    const { following, see } = follow()
    await following.ready
    out('one\ntwo')
    event('crash', 'exited with 1')
    await see('one', 'two', 'exited with 1')
    // The next run's log begins with the newline that is missing.
    out('\nthree\n\nfour\n')
    await see('one', 'two', 'exited with 1', 'three', '', 'four')
  })

  it('passes on an unfinished line after two quiet seconds, and its rest as another line', async () => {
    const { following, see, messages } = follow()
    await following.ready
    out('Continue? ')
    await see('Continue? ')
    out('yes\n')
    await see('Continue? ', 'yes')
    expect(messages().length).toBe(2)
  })

  it('starts over after a truncation', async () => {
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

  it('finishes a renamed file, then continues with its successor', async () => {
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

  it('keeps the order of lines from several processes', async () => {
    const other = logSource(folder.path, 'other')
    const { following, see } = follow({}, [source, other])
    await following.ready
    for (let i = 0; i < 10; i++) {
      appendFileSync(i % 2 ? source.logFile : other.errorFile, `line ${i}\n`)
      await see(...Array.from({ length: i + 1 }, (_, n) => `line ${n}`))
    }
  })

  it('filters lines', async () => {
    const { following, see } = follow({ level: 'warn', grep: /day/, lines: 1 })
    out('ERROR: a day\nERROR: a night\n')
    await following.ready
    out('a fine day\nERROR: night\nWARN: day\n')
    await see('ERROR: a day', 'WARN: day')
  })

  it('passes on nothing after it is disposed, even from within the callback', async () => {
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

  it('reports a file that cannot be read, and continues', async () => {
    const errors: unknown[] = []
    const seen: string[] = []
    const broken = { ...logSource(folder.path, 'broken'), logFile: circular() }
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

describe('a process that appears', () => {
  /** Follows those of `known`, as far as their names begin with `job`. */
  function followJobs(query: LogQuery = {}, known = new Map<string, LogSource>()) {
    const asked: string[] = []
    const isMeant = (name: string) => name.startsWith('job')
    const find = async (name: string) => {
      asked.push(name)
      const found = known.get(name)
      if (!found) throw new Error(`no ${name}`)
      return isMeant(name) ? found : null
    }
    const sources = async () => [...known.values()].filter(({ name }) => isMeant(name))
    const seen: string[] = []
    const followed = { eventsFile: source.eventsFile, sources, find }
    const following = followLogs(followed, query, ({ name, message }) => seen.push(`${name}: ${message}`))
    followings.push(following)
    const see = (...lines: string[]) =>
      until(() => seen.length >= lines.length, { what: `${lines.length} lines` }).then(() =>
        expect(seen).toEqual(lines),
      )
    const add = (name: string) => known.set(name, logSource(folder.path, name))
    const print = (name: string, text: string) => appendFileSync(logSource(folder.path, name).logFile, `${text}\n`)
    return { asked, ready: following.ready, seen, see, add, print, known }
  }

  it('is followed from its first line, and its earlier life is not', async () => {
    const { logFile, indexFile } = logSource(folder.path, 'job-1')
    appendFileSync(logFile, 'of an earlier life\n')
    appendFileSync(indexFile, encodeEntries([{ time: 1000, stream: 'stdout', offset: 19 }]))
    const { ready, see, add, print } = followJobs({ lines: 5 })
    await ready
    add('job-1')
    print('job-1', 'early')
    event('start', 'started', 'job-1')
    await see('job-1: started', 'job-1: early')
    print('job-1', 'later')
    await see('job-1: started', 'job-1: early', 'job-1: later')
  })

  it('is looked for again at each event until it is known, and not again if it is another', async () => {
    const { asked, ready, see, add, print } = followJobs()
    await ready
    add('web')
    for (let i = 0; i < 3; i++) event('start', 'started', 'web')
    event('start', 'started', 'job')
    event('signal', 'signalled', 'job')
    await until(() => asked.includes('job'))
    add('job')
    print('job', 'early')
    event('ready', 'ready', 'job')
    await see('job: ready', 'job: early')
    expect(asked).toEqual(['web', 'job', 'job'])
    event('remove', 'removed', 'web')
    event('start', 'started', 'web')
    await until(() => asked.length === 4)
  })

  it('ends with its removal, and goes on without loss or repetition if it appears again', async () => {
    const { ready, seen, add, print } = followJobs()
    add('job')
    await ready
    const all: string[] = []
    // Without recorded times, lines may come after the events that follow them.
    const check = async () => {
      await until(() => seen.length >= all.length, { what: `${all.length} lines` })
      expect([...seen].sort()).toEqual(all.map((line) => `job: ${line}`).sort())
    }
    for (let round = 0; round < 10; round++) {
      print('job', `begin ${round}`)
      appendFileSync(logSource(folder.path, 'job').logFile, `cut ${round}`)
      event('exit', `exited ${round}`, 'job')
      event('remove', `removed ${round}`, 'job')
      all.push(`begin ${round}`, `cut ${round}`, `exited ${round}`, `removed ${round}`)
      // Its first lines may come before, with or after the removal is noticed.
      if (round % 3 === 0) await check()
      if (round % 3 === 1) await immediate()
      if (round === 5) rmSync(logSource(folder.path, 'job').logFile)
      else print('job', '')
      event('start', `started ${round}`, 'job')
      all.push(`started ${round}`)
      await check()
    }
  })

  it('may have another log file than before', async () => {
    const { ready, see, add, print, known } = followJobs()
    add('job')
    await ready
    event('remove', 'removed', 'job')
    await see('job: removed')
    known.set('job', { ...logSource(folder.path, 'other'), name: 'job' })
    print('other', 'there')
    event('start', 'started', 'job')
    await see('job: removed', 'job: started', 'job: there')
    print('job', 'nobody')
    print('other', 'here')
    await see('job: removed', 'job: started', 'job: there', 'job: here')
  })
})

describe('followLogsIterator', () => {
  it('yields lines until the loop is left', async () => {
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

  it('throws the error of a file that cannot be read', async () => {
    const broken = { ...source, logFile: circular() }
    await expect(followLogsIterator([broken], {}).next()).rejects.toThrow(/ELOOP/)
  })
})
