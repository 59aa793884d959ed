import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listArchives } from '../../../src/logs/files/archives.ts'
import { FRESH, MARKER_SIZE, readRotation, writeRotation } from '../../../src/logs/files/rotation-record.ts'
import { followLogs } from '../../../src/logs/reading/follow.ts'
import { readLogs } from '../../../src/logs/reading/read.ts'
import { recoverRotation } from '../../../src/logs/rotation/cut.ts'
import { flushLog } from '../../../src/logs/rotation/flush.ts'
import { rotateIfNeeded } from '../../../src/logs/rotation/rotate.ts'
import { LogRotator } from '../../../src/logs/rotation/rotator.ts'
import { LogIndexer } from '../../../src/logs/timestamps/index-writer.ts'
import type { LogSource } from '../../../src/model/views/logs.ts'
import { fixture, interpreter } from '../../helpers/children.ts'
import { logSource } from '../../helpers/log-source.ts'
import { type TempFolder, tempFolder } from '../../helpers/temp.ts'
import { until } from '../../helpers/until.ts'

const LINE = `${'x'.repeat(99)}\n`
const LIMITS = { maxLogSize: 4096, maxLogFiles: 10 }

let folder: TempFolder
let source: LogSource
let indexer: LogIndexer
beforeEach(() => {
  folder = tempFolder()
  source = logSource(folder.path)
  indexer = new LogIndexer()
})
afterEach(() => {
  indexer.close()
  folder.remove()
})

const messages = async () => (await readLogs([source])).map(({ message }) => message)

describe('flushLog', () => {
  it("empties the log and deletes its archives, and the child's next line is the first, with its time", async () => {
    const child = openSync(source.logFile, 'a')
    try {
      indexer.watch(source)
      writeSync(child, LINE.repeat(100))
      indexer.record('web')
      await rotateIfNeeded(source.logFile, LIMITS)
      expect(await flushLog(source.logFile)).toBe(10_000)
      expect(await messages()).toEqual([])
      expect(await listArchives(source.logFile)).toEqual([])
      const before = Date.now()
      writeSync(child, 'after\n')
      indexer.record('web')
      expect(readFileSync(source.logFile, 'utf8')).toBe('after\n')
      const [log] = await readLogs([source])
      expect(log).toMatchObject({ message: 'after', source: 'stdout' })
      expect(log?.timestamp.getTime()).toBeGreaterThanOrEqual(before - 50)
    } finally {
      closeSync(child)
    }
  })

  it('loses no later line, through the rotations that follow', async () => {
    appendFileSync(source.logFile, LINE.repeat(3))
    await flushLog(source.logFile)
    const lines = Array.from({ length: 2000 }, (_, i) => `line ${i}`)
    appendFileSync(source.logFile, `${lines.join('\n')}\n`)
    await rotateIfNeeded(source.logFile, LIMITS)
    expect(await listArchives(source.logFile)).not.toEqual([])
    expect(await messages()).toEqual(lines)
  })

  it('does not create a missing log, and accepts an empty one', async () => {
    expect(await flushLog(source.logFile)).toBe(0)
    expect(existsSync(source.logFile)).toBe(false)
    appendFileSync(source.logFile, '')
    expect(await flushLog(source.logFile)).toBe(0)
  })

  it('does not disturb a follower', async () => {
    const seen: string[] = []
    const following = followLogs([source], {}, ({ message }) => seen.push(message))
    try {
      await following.ready
      appendFileSync(source.logFile, 'before, and longer than what follows\n')
      await until(() => seen.length === 1, { what: 'the line before' })
      await flushLog(source.logFile)
      appendFileSync(source.logFile, 'after\n')
      await until(() => seen.length === 2, { what: 'the line after' })
      expect(seen).toEqual(['before, and longer than what follows', 'after'])
    } finally {
      following.dispose()
    }
  })

  it('repeats no line to a follower, however often it happens while a child writes', async () => {
    const log = openSync(source.logFile, 'a')
    const child = spawn(interpreter('counter'), [fixture('counter'), '0.2'], { stdio: ['ignore', log, 'inherit'] })
    closeSync(log)
    const seen: number[] = []
    const following = followLogs([source], {}, ({ message }) => seen.push(Number(message)))
    try {
      await following.ready
      for (let flushes = 0; flushes < 50; flushes++) {
        const before = seen.length
        await until(() => seen.length > before, { everyMs: 1, what: 'lines between two flushes' })
        await flushLog(source.logFile)
      }
      const last = seen.length
      await until(() => seen.length > last, { what: 'lines after the last flush' })
      expect(seen.slice(1).filter((number, index) => number <= (seen[index] as number))).toEqual([])
    } finally {
      following.dispose()
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
  })

  it('waits for a rotation of the same log', async () => {
    appendFileSync(source.logFile, LINE.repeat(1000))
    const rotator = new LogRotator({ folder: folder.path })
    const rotated = rotator.check(source.logFile, 100_000, LIMITS)
    const flushed = rotator.flush(source.logFile)
    await rotated
    expect(await listArchives(source.logFile)).not.toEqual([])
    expect(await flushed).toBeGreaterThan(0)
    await rotator.idle()
    expect(await messages()).toEqual([])
    expect(await listArchives(source.logFile)).toEqual([])
  })
})

describe('a flush that was interrupted', () => {
  const BEFORE = LINE.repeat(10)
  const LENGTH = 2 ** 20

  /** As far as it has come, with what the child has written since. */
  function interrupt(at: 'prepared' | 'overwritten' | 'marked' | 'cut'): void {
    const marker = Buffer.alloc(MARKER_SIZE, 7)
    const head = Buffer.from(BEFORE.slice(0, MARKER_SIZE))
    const overwritten = marker.toString() + BEFORE.slice(MARKER_SIZE)
    writeFileSync(source.logFile, { prepared: BEFORE, overwritten, marked: overwritten, cut: '' }[at])
    appendFileSync(source.logFile, 'after\n')
    const isMarked = at === 'marked' || at === 'cut'
    const record = { ...FRESH, generation: 1, length: LENGTH, origin: LENGTH, isMarked, marker, head }
    writeRotation(source.logFile, record)
  }

  it.each(['prepared', 'overwritten', 'marked'] as const)('is finished if it was %s', async (at) => {
    interrupt(at)
    expect(await messages()).toEqual([])
    await recoverRotation(source.logFile)
    expect(await messages()).toEqual([])
    appendFileSync(source.logFile, 'then\n')
    expect(await messages()).toEqual(['then'])
    expect(readRotation(source.logFile)).toMatchObject({ generation: 2, base: LENGTH, origin: LENGTH })
  })

  it('keeps the lines after the truncation', async () => {
    interrupt('cut')
    expect(await messages()).toEqual(['after'])
    await recoverRotation(source.logFile)
    appendFileSync(source.logFile, 'then\n')
    expect(await messages()).toEqual(['after', 'then'])
  })

  it('is over if the log was deleted since', async () => {
    interrupt('marked')
    rmSync(source.logFile)
    await recoverRotation(source.logFile)
    expect(existsSync(source.logFile)).toBe(false)
    appendFileSync(source.logFile, 'new\n')
    expect(await messages()).toEqual(['new'])
  })

  it('does not disturb a follower: each line comes once, before and after it is finished', async () => {
    const seen: string[] = []
    writeFileSync(source.logFile, BEFORE)
    const following = followLogs([source], {}, ({ message }) => seen.push(message))
    try {
      await following.ready
      interrupt('cut')
      await until(() => seen.length > 0, { what: 'the line after the emptying' })
      await recoverRotation(source.logFile)
      appendFileSync(source.logFile, 'then\n')
      await until(() => seen.includes('then'), { what: 'the next line' })
      expect(seen).toEqual(['after', 'then'])
    } finally {
      following.dispose()
    }
  })
})

describe('events', () => {
  it('from before a flush are hidden, except those of other processes', async () => {
    const event = (name: string, type: string, message: string) =>
      appendFileSync(source.eventsFile, `${JSON.stringify({ time: Date.now(), name, type, run: 1, message })}\n`)
    event('web', 'start', 'started')
    event('api', 'start', 'api started')
    event('web', 'flush', 'log emptied')
    event('web', 'ready', 'ready')
    expect(await messages()).toEqual(['log emptied', 'ready'])
    const both = await readLogs([source, logSource(folder.path, 'api')])
    expect(both.map(({ message }) => message)).toEqual(['api started', 'log emptied', 'ready'])
  })
})
