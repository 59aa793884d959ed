import { execFileSync } from 'node:child_process'
import { appendFileSync, utimesSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lastLinesNow } from '../../../src/logs/reading/last-lines-now.ts'
import { readLogs } from '../../../src/logs/reading/read.ts'
import { encodeEntries, type TimestampEntry } from '../../../src/logs/timestamps/timestamp.ts'
import type { LogSource } from '../../../src/model/views/logs.ts'
import { logSource } from '../../helpers/log-source.ts'
import { type TempFolder, tempFolder } from '../../helpers/temp.ts'

let folder: TempFolder
let web: LogSource
let sizes: Map<string, number>
beforeEach(() => {
  folder = tempFolder()
  web = logSource(folder.path)
  sizes = new Map()
})
afterEach(() => folder.remove())

/** Appends text to a stream and records it as written at `time`. */
function write(to: LogSource, stream: TimestampEntry['stream'], time: number, text: string): void {
  const path = stream === 'stdout' ? to.logFile : to.errorFile
  appendFileSync(path, text)
  const offset = (sizes.get(path) ?? 0) + Buffer.byteLength(text)
  sizes.set(path, offset)
  appendFileSync(to.indexFile, encodeEntries([{ time, stream, offset }]))
  utimesSync(path, time / 1000, time / 1000)
}

const event = (time: number, type: string, message: string, name = 'web') =>
  appendFileSync(web.eventsFile, `${JSON.stringify({ time, name, type, run: 1, message })}\n`)

describe('the last lines without waiting', () => {
  it('are those of readLogs: both streams and the events of several processes, in order of time', async () => {
    const worker = logSource(folder.path, 'worker')
    event(1000, 'start', 'started')
    write(web, 'stdout', 1000, 'out 1\nout 2\n')
    write(web, 'stderr', 1500, 'error: err 1\n')
    write(worker, 'stdout', 1200, 'worker 1\n')
    event(1300, 'start', 'of another', 'other')
    write(web, 'stdout', 2000, 'out 3\nunfinished')
    for (const count of [1, 3, 10]) {
      expect(lastLinesNow([web, worker], count)).toEqual(await readLogs([web, worker], { lines: count }))
    }
    expect(lastLinesNow([web, worker], 10)).toHaveLength(7)
  })

  it('come from the end of a large log, whose first line in sight may be cut', async () => {
    const lines = Array.from({ length: 5000 }, (_, index) => `line ${index} ${'x'.repeat(50)}`)
    write(web, 'stdout', 1000, `${lines.join('\n')}\n`)
    expect(lastLinesNow([web], 20)).toEqual(await readLogs([web], { lines: 20 }))
    const all = lastLinesNow([web], 5000)
    expect(all.length).toBeLessThan(400)
    for (const { message } of all) expect(lines).toContain(message)
  })

  it('are none if no file is there, or if a pipe is in its place', () => {
    expect(lastLinesNow([web], 10)).toEqual([])
    execFileSync('mkfifo', [web.logFile])
    expect(lastLinesNow([web], 10)).toEqual([])
  })
})
