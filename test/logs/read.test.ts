import { appendFileSync, closeSync, ftruncateSync, openSync, utimesSync, writeFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { encodeNotes, type Note } from '../../src/logs/note.ts'
import { readLogs } from '../../src/logs/read.ts'
import { lastLines } from '../../src/logs/tail.ts'
import type { ProcessEvent } from '../../src/model/events.ts'
import type { LogSource } from '../../src/model/logs.ts'
import { logSource } from '../helpers/log-source.ts'
import { type TempFolder, tempFolder } from '../helpers/temp.ts'

let folder: TempFolder
let source: LogSource
const sizes = new Map<string, number>()
beforeEach(() => {
  folder = tempFolder()
  source = logSource(folder.path)
})
afterEach(() => folder.remove())

/** Appends text to a stream and notes it as written at `time`. */
function write(to: LogSource, stream: Note['stream'], time: number, text: string): void {
  const path = stream === 'stdout' ? to.logFile : to.errorFile
  appendFileSync(path, text)
  sizes.set(path, (sizes.get(path) ?? 0) + Buffer.byteLength(text))
  appendFileSync(to.indexFile, encodeNotes([{ time, stream, offset: sizes.get(path) as number }]))
  utimesSync(path, time / 1000, time / 1000)
}
function event(time: number, type: ProcessEvent['type'], message: string, name = 'web'): void {
  appendFileSync(source.eventsFile, `${JSON.stringify({ time, name, type, run: 1, message })}\n`)
}

async function messages(query: Parameters<typeof readLogs>[1] = {}, sources = [source]): Promise<string[]> {
  return (await readLogs(sources, query)).map((log) => log.message)
}

describe('readLogs', () => {
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

  it('takes missing files for empty ones', async () => {
    expect(await readLogs([source])).toEqual([])
    expect(await readLogs([source], { lines: 5, until: 100 })).toEqual([])
  })

  it('gives a line the time at which it was complete', async () => {
    write(source, 'stdout', 1000, 'one li')
    write(source, 'stdout', 2000, 'ne\ntw')
    write(source, 'stdout', 3000, 'o\n')
    const logs = await readLogs([source])
    expect(logs.map((log) => [log.message, log.timestamp.getTime()])).toEqual([
      ['one line', 2000],
      ['two', 3000],
    ])
  })

  it('loses no line for which there is no note', async () => {
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

  it('does not give the times of what was truncated to what came after', async () => {
    write(source, 'stdout', 1000, 'a long line that is gone\n')
    writeFileSync(source.logFile, 'new\n')
    utimesSync(source.logFile, 5, 5)
    expect((await readLogs([source]))[0]?.timestamp.getTime()).toBe(5000)
    appendFileSync(source.indexFile, encodeNotes([{ time: 4000, stream: 'stdout', offset: 4 }]))
    expect((await readLogs([source]))[0]?.timestamp.getTime()).toBe(4000)
  })

  it('reads one file once when both streams go to it', async () => {
    const merged = { ...source, errorFile: source.logFile }
    write(merged, 'stdout', 1, 'once\n')
    expect(await messages({}, [merged])).toEqual(['once'])
  })

  it('filters by stream, level and pattern, and counts only what matches', async () => {
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

  it('finds since and until, also when a note lies within a line', async () => {
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

  it('finds the notes of a quiet stream behind many of a busy one', async () => {
    write(source, 'stderr', 1, 'first\n')
    write(source, 'stdout', 2, 'x\n')
    const busy: Note[] = Array.from({ length: 20_000 }, (_, i) => ({
      time: 3 + i,
      stream: 'stdout',
      offset: 4 + 2 * i,
    }))
    appendFileSync(source.logFile, 'x\n'.repeat(20_000))
    appendFileSync(source.indexFile, encodeNotes(busy))
    const logs = await readLogs([source])
    expect(logs[0]?.message).toBe('first')
    expect(logs.map((log) => log.timestamp.getTime())).toEqual(Array.from({ length: 20_002 }, (_, i) => i + 1))
  })

  it('reads the end of a file of 5 GB as fast as that of a small one', async () => {
    const last = Array.from({ length: 1000 }, (_, i) => `line ${i}`)
    const fd = openSync(source.logFile, 'a')
    ftruncateSync(fd, 5 * 2 ** 30)
    closeSync(fd)
    appendFileSync(source.logFile, `\n${last.join('\n')}\n`)
    const began = performance.now()
    expect(await messages({ lines: 100 })).toEqual(last.slice(-100))
    // Reading 5 GB takes seconds; the bound only has to tell that apart.
    expect(performance.now() - began).toBeLessThan(1000)
  })
})

describe('lastLines', () => {
  it('gives what the process said itself', async () => {
    write(source, 'stdout', 1, 'starting\n')
    write(source, 'stderr', 2, 'cannot bind\nbye')
    event(3, 'crash', 'exited with 1')
    expect(await lastLines(source, 2)).toEqual(['cannot bind', 'bye'])
    expect(await lastLines(source, 9)).toEqual(['starting', 'cannot bind', 'bye'])
    expect(await lastLines(source, 9, { stdout: 9, stderr: 0 })).toEqual(['cannot bind', 'bye'])
    expect(await lastLines(source, 9, { stdout: 0, stderr: 12 })).toEqual(['starting', 'bye'])
  })
})
