import { appendFileSync, closeSync, ftruncateSync, openSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readLogs } from '../../../src/logs/reading/read.ts'
import { lastLines, lastLinesOfFailure } from '../../../src/logs/reading/tail.ts'
import { encodeEntries, type TimestampEntry } from '../../../src/logs/timestamps/timestamp.ts'
import type { ProcessEvent } from '../../../src/model/lifecycle/events.ts'
import type { LogSource } from '../../../src/model/views/logs.ts'
import { logSource } from '../../helpers/log-source.ts'
import { type TempFolder, tempFolder } from '../../helpers/temp.ts'

let folder: TempFolder
let source: LogSource
const sizes = new Map<string, number>()
beforeEach(() => {
  folder = tempFolder()
  source = logSource(folder.path)
})
afterEach(() => folder.remove())

/** Appends text to a stream and records it as written at `time`. */
function write(to: LogSource, stream: TimestampEntry['stream'], time: number, text: string): void {
  const path = stream === 'stdout' ? to.logFile : to.errorFile
  appendFileSync(path, text)
  sizes.set(path, (sizes.get(path) ?? 0) + Buffer.byteLength(text))
  appendFileSync(to.indexFile, encodeEntries([{ time, stream, offset: sizes.get(path) as number }]))
  utimesSync(path, time / 1000, time / 1000)
}
/** Bytes that this process has read until now, also from memory of the system. */
const bytesRead = () => Number(/^rchar: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1])
function event(time: number, type: ProcessEvent['type'], message: string, name = 'web'): void {
  appendFileSync(source.eventsFile, `${JSON.stringify({ time, name, type, run: 1, message })}\n`)
}

async function messages(query: Parameters<typeof readLogs>[1] = {}, sources = [source]): Promise<string[]> {
  return (await readLogs(sources, query)).map((log) => log.message)
}

describe('readLogs', () => {
  it('ends with the newest lines after the clock was set back, though events before it have later times', async () => {
    const now = Date.now()
    const ahead = now + 5 * 3_600_000
    event(ahead, 'start', 'started')
    write(source, 'stdout', ahead + 1000, 'before\n')
    event(ahead + 2000, 'ready', 'up')
    write(source, 'stdout', now - 2000, 'after 1\nafter 2\n')
    write(source, 'stderr', now - 1000, 'after 3\n')
    expect(await messages({ lines: 3 })).toEqual(['after 1', 'after 2', 'after 3'])
    expect(await messages()).toEqual(['started', 'before', 'up', 'after 1', 'after 2', 'after 3'])
  })

  it('merges both streams and the events in order of time', async () => {
    event(1000, 'start', 'started')
    write(source, 'stdout', 1000, 'out 1\n')
    write(source, 'stderr', 1000, 'error: err 1\n')
    write(source, 'stdout', 1000, 'out 2\n')
    write(source, 'stdout', 3000, 'out 3\nout 4\n')
    write(source, 'stderr', 2000, 'err 2\n')
    event(3000, 'crash', 'exited with 1')
    event(2500, 'start', 'of another', 'other')
    appendFileSync(source.eventsFile, '{"torn":')
    const logs = await readLogs([source])
    expect(logs.map((log) => [log.timestamp.getTime(), log.source, log.level, log.message])).toEqual([
      [1000, 'system', 'info', 'started'],
      [1000, 'stdout', 'info', 'out 1'],
      [1000, 'stderr', 'error', 'error: err 1'],
      [1000, 'stdout', 'info', 'out 2'],
      [2000, 'stderr', 'info', 'err 2'],
      [3000, 'stdout', 'info', 'out 3'],
      [3000, 'stdout', 'info', 'out 4'],
      [3000, 'system', 'error', 'exited with 1'],
    ])
    expect(new Set(logs.map((log) => log.name))).toEqual(new Set(['web']))
  })

  it('merges many processes', async () => {
    const other = logSource(folder.path, 'other')
    write(source, 'stdout', 1, 'web 1\n')
    write(other, 'stdout', 2, 'other 2\n')
    write(source, 'stderr', 3, 'web 3\n')
    event(4, 'stop', 'other stopped', 'other')
    event(5, 'stop', 'web stopped')
    expect(await messages({}, [source, other])).toEqual(['web 1', 'other 2', 'web 3', 'other stopped', 'web stopped'])
  })

  it('treats missing files as empty', async () => {
    expect(await readLogs([source])).toEqual([])
    expect(await readLogs([source], { lines: 5, until: 100 })).toEqual([])
  })

  it('dates a line by the time at which it was complete', async () => {
    write(source, 'stdout', 1000, 'one li')
    write(source, 'stdout', 2000, 'ne\ntw')
    write(source, 'stdout', 3000, 'o\n')
    const logs = await readLogs([source])
    expect(logs.map((log) => [log.message, log.timestamp.getTime()])).toEqual([
      ['one line', 2000],
      ['two', 3000],
    ])
  })

  it('loses no line without a timestamp entry', async () => {
    write(source, 'stdout', 1000, 'noted\n')
    appendFileSync(source.logFile, 'not noted\n')
    utimesSync(source.logFile, 7, 7)
    expect((await readLogs([source])).map((log) => [log.message, log.timestamp.getTime()])).toEqual([
      ['noted', 1000],
      ['not noted', 7000],
    ])
    writeFileSync(source.indexFile, '')
    expect((await readLogs([source])).map((log) => log.timestamp.getTime())).toEqual([7000, 7000])
  })

  it('does not date lines by entries from before a truncation', async () => {
    write(source, 'stdout', 1000, 'a long line that is gone\n')
    writeFileSync(source.logFile, 'new\n')
    utimesSync(source.logFile, 5, 5)
    expect((await readLogs([source]))[0]?.timestamp.getTime()).toBe(5000)
    appendFileSync(source.indexFile, encodeEntries([{ time: 4000, stream: 'stdout', offset: 4 }]))
    expect((await readLogs([source]))[0]?.timestamp.getTime()).toBe(4000)
  })

  it('reads a file once if both streams go to it', async () => {
    const merged = { ...source, errorFile: source.logFile }
    write(merged, 'stdout', 1, 'once\n')
    expect(await messages({}, [merged])).toEqual(['once'])
  })

  it('filters by stream, level and pattern, and counts only matching lines', async () => {
    write(source, 'stdout', 1, 'a fine day\n\x1b[31mERROR\x1b[39m: a bad day\n')
    write(source, 'stderr', 2, 'WARN: a day like others\nerror: night\n')
    event(3, 'restart', 'a day later')
    expect(await messages({ streams: ['stderr'] })).toEqual(['WARN: a day like others', 'error: night'])
    expect(await messages({ streams: ['system'] })).toEqual(['a day later'])
    expect(await messages({ level: 'error', streams: ['stderr'] })).toEqual(['error: night'])
    expect(await messages({ grep: /^ERROR: a bad|like/g })).toEqual([
      '\x1b[31mERROR\x1b[39m: a bad day',
      'WARN: a day like others',
    ])
    expect(await messages({ grep: /day/g, lines: 2 })).toEqual(['WARN: a day like others', 'a day later'])
    expect(await messages({ lines: 0 })).toEqual([])
  })

  it('respects since and until, also if an entry is within a line', async () => {
    for (let i = 1; i <= 50; i++) write(source, 'stdout', i * 10, `${i} one\n${i} t`)
    write(source, 'stdout', 1000, 'end\n')
    event(200, 'health', 'event')
    const between = await readLogs([source], { since: 200, until: new Date(210) })
    expect(between.map((log) => log.message)).toEqual(['event', '19 t20 one', '20 t21 one'])
    expect((await messages({ until: 15 })).length).toBe(1)
    expect(await messages({ until: 5 })).toEqual([])
    expect(await messages({ since: 1000 })).toEqual(['50 tend'])
    expect((await messages()).length).toBe(52)
  })

  it('finds the entries of a quiet stream behind many of a busy one', async () => {
    write(source, 'stderr', 1, 'first\n')
    write(source, 'stdout', 2, 'x\n')
    const busy: TimestampEntry[] = Array.from({ length: 20_000 }, (_, i) => ({
      time: 3 + i,
      stream: 'stdout',
      offset: 4 + 2 * i,
    }))
    appendFileSync(source.logFile, 'x\n'.repeat(20_000))
    appendFileSync(source.indexFile, encodeEntries(busy))
    const logs = await readLogs([source])
    expect(logs[0]?.message).toBe('first')
    expect(logs.map((log) => log.timestamp.getTime())).toEqual(Array.from({ length: 20_002 }, (_, i) => i + 1))
  })

  it('reads no more of a file of 5 GB than of a small one for its last lines', async () => {
    const last = Array.from({ length: 1000 }, (_, i) => `line ${i}`)
    const fd = openSync(source.logFile, 'a')
    ftruncateSync(fd, 5 * 2 ** 30)
    closeSync(fd)
    appendFileSync(source.logFile, `\n${last.join('\n')}\n`)
    const before = bytesRead()
    expect(await messages({ lines: 100 })).toEqual(last.slice(-100))
    expect(bytesRead() - before).toBeLessThan(50e6)
  })
})

describe('lastLines', () => {
  it('returns the lines of the process itself', async () => {
    write(source, 'stdout', 1, 'starting\n')
    write(source, 'stderr', 2, 'cannot bind\nbye')
    event(3, 'crash', 'exited with 1')
    expect(await lastLines(source, 2)).toEqual(['cannot bind', 'bye'])
    expect(await lastLines(source, 9)).toEqual(['starting', 'cannot bind', 'bye'])
    expect(await lastLines(source, 9, { stdout: 9, stderr: 0 })).toEqual(['cannot bind', 'bye'])
    expect(await lastLines(source, 9, { stdout: 0, stderr: 12 })).toEqual(['starting', 'bye'])
  })
})

describe('the last lines of a run that failed', () => {
  const start = { stdout: 0, stderr: 0 }
  const frames = (count: number) => Array.from({ length: count }, (_, i) => `    at frame${i} (x.js:1:2)`)
  const linesOf = async (lines: string[]) => {
    write(source, 'stderr', 1000, `${lines.join('\n')}\n`)
    return await lastLinesOfFailure(source, 10, start)
  }

  it('begin with the error if its stack and what is below it are longer', async () => {
    const error = ['Error [ERR_MODULE_NOT_FOUND]: no x', ...frames(8), '  code: 1', '}', '', 'Node.js v20.20.2']
    expect(await linesOf(['node:internal/modules/esm/resolve:873', ...error])).toEqual(error)
  })

  it('begin with the error of a program that npm has run, not with that of npm', async () => {
    const below = [...frames(3), ...Array.from({ length: 9 }, (_, i) => `npm error line ${i}`)]
    expect(await linesOf(['> dev', 'TypeError: no', ...below])).toEqual(['TypeError: no', ...below])
  })

  it('are as many as ever after an error that is long past, or without a stack', async () => {
    const rest = Array.from({ length: 10 }, (_, i) => `line ${i}`)
    expect(await linesOf(['Error: one line', 'and more', ...rest])).toEqual(rest)
    expect(await linesOf(['Error: long past', ...frames(60), ...rest])).toEqual(rest)
  })
})
