import {
  appendFileSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FRESH, writeRotation } from '../../../src/logs/files/rotation-record.ts'
import { IndexFile } from '../../../src/logs/timestamps/index-file.ts'
import { LogIndexer } from '../../../src/logs/timestamps/index-writer.ts'
import {
  decodeEntries,
  ENTRY_SIZE,
  encodeEntries,
  type TimestampEntry,
} from '../../../src/logs/timestamps/timestamp.ts'
import type { LogSource } from '../../../src/model/views/logs.ts'
import { logSource } from '../../helpers/log-source.ts'
import { type TempFolder, tempFolder } from '../../helpers/temp.ts'

let folder: TempFolder
let source: LogSource
const indexers: LogIndexer[] = []

beforeEach(() => {
  folder = tempFolder()
  source = logSource(folder.path)
})
afterEach(() => {
  for (const indexer of indexers.splice(0)) indexer.close()
  folder.remove()
})

/** Looks only when it is told to. */
function indexer(options: ConstructorParameters<typeof LogIndexer>[0] = {}): LogIndexer {
  const made = new LogIndexer({ watchFile: () => () => {}, ...options })
  indexers.push(made)
  return made
}
const entries = () => decodeEntries(readFileSync(source.indexFile))
const brief = () => entries().map((entry) => `${entry.stream} ${entry.offset}`)

/** Sets a file's own time, in ms. */
const writtenAt = (path: string, ms: number) => utimesSync(path, ms / 1000, ms / 1000)

describe('timestamp entries', () => {
  it('hold times and offsets beyond 32 bits', () => {
    const written: TimestampEntry[] = [
      { time: 1_900_000_000_123, stream: 'stdout', offset: 0 },
      { time: 1, stream: 'stderr', offset: 5 * 2 ** 40 + 7 },
    ]
    expect(encodeEntries(written).length).toBe(2 * ENTRY_SIZE)
    expect(decodeEntries(encodeEntries(written))).toEqual(written)
  })

  it('are read up to a torn one', () => {
    const bytes = encodeEntries([
      { time: 1, stream: 'stdout', offset: 1 },
      { time: 2, stream: 'stdout', offset: 2 },
    ])
    expect(decodeEntries(bytes.subarray(0, ENTRY_SIZE + 7)).length).toBe(1)
  })
})

describe('a run', () => {
  it('has no times before its start, though the clock of files lags by some ms', () => {
    appendFileSync(source.logFile, 'before\n')
    writtenAt(source.logFile, 1000)
    indexer().watch(source)
    appendFileSync(source.logFile, 'after\n')
    writtenAt(source.logFile, 1996)
    indexer().watch(source, 2000)
    appendFileSync(source.logFile, 'later\n')
    writtenAt(source.logFile, 2500)
    indexer().watch(source, 2000)
    expect(entries()).toEqual([
      { time: 1000, stream: 'stdout', offset: 7 },
      { time: 2000, stream: 'stdout', offset: 13 },
      { time: 2500, stream: 'stdout', offset: 19 },
    ])
  })
})

describe('IndexFile', () => {
  it('drops the older half when it has grown too large, and continues', () => {
    const size = 32 * 2 ** 20
    writeFileSync(source.indexFile, Buffer.alloc(size))
    const index = new IndexFile(source.indexFile)
    index.append([{ time: 1, stream: 'stdout', offset: 10 }])
    index.append([{ time: 2, stream: 'stderr', offset: 20 }])
    expect(index.last().get('stdout')?.offset).toBe(10)
    index.close()
    expect(statSync(source.indexFile).size).toBe(size / 2 + 2 * ENTRY_SIZE)
    expect(decodeEntries(readFileSync(source.indexFile)).map((entry) => entry.offset)).toEqual([10, 20])
  })
})

describe('LogIndexer', () => {
  it('records each growth with the time of the file', () => {
    const index = indexer({ now: () => 9_000_000 })
    index.watch(source)
    writeFileSync(source.logFile, 'one\n')
    writtenAt(source.logFile, 5_000_000)
    index.record('web')
    index.record('web')
    appendFileSync(source.logFile, 'two\n')
    writtenAt(source.logFile, 10_000_000)
    index.record('web')
    expect(entries()).toEqual([
      { time: 5_000_000, stream: 'stdout', offset: 4 },
      { time: 9_000_000, stream: 'stdout', offset: 8 },
    ])
  })

  it('orders growth between two checks by the times of the files', () => {
    const index = indexer()
    index.watch(source)
    writeFileSync(source.logFile, 'later\n')
    writeFileSync(source.errorFile, 'sooner\n')
    writtenAt(source.logFile, 2_000_000)
    writtenAt(source.errorFile, 1_000_000)
    index.record('web')
    expect(brief()).toEqual(['stderr 7', 'stdout 6'])
  })

  it('continues the index of an earlier supervisor, however it ended', () => {
    const before = indexer()
    writeFileSync(source.logFile, 'one\n')
    before.watch(source)
    before.close()
    appendFileSync(source.indexFile, 'torn')
    indexer().watch(source)
    expect(brief()).toEqual(['stdout 4'])
    appendFileSync(source.logFile, 'meanwhile\n')
    appendFileSync(source.indexFile, 'torn')
    indexer().watch(source)
    expect(brief()).toEqual(['stdout 4', 'stdout 14'])
  })

  it('records that a file started over by truncation or replacement', () => {
    const index = indexer()
    writeFileSync(source.logFile, 'a long line\n')
    index.watch(source)
    truncateSync(source.logFile)
    index.record('web')
    appendFileSync(source.logFile, 'x\n')
    index.record('web')
    renameSync(source.logFile, `${source.logFile}.1`)
    index.record('web')
    writeFileSync(source.logFile, 'longer\n')
    index.record('web')
    expect(brief()).toEqual(['stdout 12', 'stdout 0', 'stdout 2', 'stdout 0', 'stdout 7'])
  })

  it('reads the rotation record only if the log may have moved or the file shrank', () => {
    let moves: number | undefined = 0
    const index = indexer({ movesOf: () => moves })
    const rotated = (base: number) => writeRotation(source.logFile, { ...FRESH, generation: 2, base })
    const append = () => {
      appendFileSync(source.logFile, 'x\n')
      index.record('web')
    }
    index.watch(source)
    append()
    rotated(1000)
    append()
    moves = undefined
    append()
    moves = 1
    append()
    expect(brief()).toEqual(['stdout 2', 'stdout 4', 'stdout 1006', 'stdout 1008'])
    rotated(2000)
    writeFileSync(source.logFile, '')
    append()
    expect(brief().at(-1)).toBe('stdout 2002')
  })

  it('treats one file for both streams as stdout', () => {
    const index = indexer()
    index.watch({ ...source, errorFile: source.logFile })
    appendFileSync(source.logFile, 'x\n')
    index.flush()
    expect(brief()).toEqual(['stdout 2'])
  })

  it('records the last growth when watching ends', () => {
    const index = indexer()
    index.watch(source)
    appendFileSync(source.errorFile, 'last words')
    index.unwatch('web')
    appendFileSync(source.errorFile, ' and more')
    index.record('web')
    expect(brief()).toEqual(['stderr 10'])
  })

  it('reports sizes, and survives a disk that cannot be written', () => {
    const sizes: [string, string, number][] = []
    const errors: string[] = []
    const index = indexer({
      onSize: (...size) => sizes.push(size),
      onError: (name) => errors.push(name),
    })
    index.watch({ ...source, indexFile: '/dev/full' })
    for (let i = 0; i < 3; i++) {
      appendFileSync(source.logFile, 'x\n')
      index.record('web')
    }
    expect(errors).toEqual(['web'])
    expect(sizes).toEqual([2, 4, 6].map((size) => ['web', 'stdout', size]))
  })

  it('reports a rotation record that is none, and throws nothing, since a timer may have called it', () => {
    const errors: string[] = []
    const index = indexer({ onError: (name, error) => errors.push(`${name}: ${(error as Error).message}`) })
    index.watch(source)
    writeFileSync(`${source.logFile}.rotation`, 'x'.repeat(72))
    for (let i = 0; i < 3; i++) {
      appendFileSync(source.logFile, 'x\n')
      index.record('web')
    }
    expect(errors).toEqual([`web: ${source.logFile}.rotation is not a rotation record`])
    rmSync(`${source.logFile}.rotation`)
    index.record('web')
  })
})
