import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listArchives } from '../../../src/logs/files/archives.ts'
import { LogFile } from '../../../src/logs/files/log-file.ts'
import { FRESH, MARKER_SIZE, readRotation, writeRotation } from '../../../src/logs/files/rotation-record.ts'
import { followLogs } from '../../../src/logs/reading/follow.ts'
import { readLogs } from '../../../src/logs/reading/read.ts'
import { cut, recoverRotation } from '../../../src/logs/rotation/cut.ts'
import { rotateIfNeeded } from '../../../src/logs/rotation/rotate.ts'
import { LogRotator } from '../../../src/logs/rotation/rotator.ts'
import { LogIndexer } from '../../../src/logs/timestamps/index-writer.ts'
import type { LogSource } from '../../../src/model/views/logs.ts'
import { bundleProgram } from '../../helpers/bundle.ts'
import { logSource } from '../../helpers/log-source.ts'
import { type TempFolder, tempFolder } from '../../helpers/temp.ts'
import { until } from '../../helpers/until.ts'

const KB = 1024
const LIMITS = { maxLogSize: 64 * KB, maxLogFiles: 1000 }

/** Whether the file system of the temp folder can cut a file's beginning off. */
const canCollapse = (() => {
  const folder = tempFolder()
  try {
    const file = join(folder.path, 'probe')
    writeFileSync(file, Buffer.alloc(8 * KB))
    return spawnSync('fallocate', ['--collapse-range', '--offset', '0', '--length', '4096', file]).status === 0
  } finally {
    folder.remove()
  }
})()

let folder: TempFolder
let source: LogSource
let log: string
const children: ChildProcess[] = []
const path = process.env.PATH

beforeEach(() => {
  folder = tempFolder()
  source = logSource(folder.path)
  log = source.logFile
})
afterEach(async () => {
  process.env.PATH = path
  for (const child of children.splice(0)) {
    if (child.exitCode === null && child.signalCode === null && child.kill('SIGKILL')) await once(child, 'exit')
  }
  folder.remove()
})

const numbered = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `line ${from + i}`)
const append = (from: number, to: number) => appendFileSync(log, `${numbered(from, to).join('\n')}\n`)
const lines = async (count?: number) =>
  (await readLogs([source], count === undefined ? {} : { lines: count })).map((line) => line.message)
const archives = async () => (await listArchives(log)).map(({ base }) => base)

function launch(program: string, args: string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  const child = spawn(process.execPath, [program, ...args], { stdio: 'inherit', env: { ...process.env, ...env } })
  children.push(child)
  return child
}

const rotator = () =>
  bundleProgram(
    folder.path,
    'rotator',
    `import { rotateIfNeeded } from './logs/rotation/rotate.ts'
    for (;;) if (!(await rotateIfNeeded(process.argv[2], ${JSON.stringify(LIMITS)}))) await new Promise((r) => setTimeout(r, 1))`,
  )

describe('rotateIfNeeded', () => {
  it('leaves a small or missing log alone', async () => {
    expect(await rotateIfNeeded(log, LIMITS)).toBe(false)
    writeFileSync(log, Buffer.alloc(64 * KB, 'x\n'))
    expect(await rotateIfNeeded(log, LIMITS)).toBe(false)
    expect(readdirSync(folder.path)).toEqual(['web.out.log'])
  })

  it('moves the beginning into archives of equal size, and the whole reads as before', async () => {
    append(0, 30_000)
    const before = readFileSync(log)
    expect(await rotateIfNeeded(log, LIMITS)).toBe(true)
    expect(await rotateIfNeeded(log, LIMITS)).toBe(false)
    expect(statSync(log).size).toBeLessThanOrEqual(64 * KB)
    const bases = await archives()
    expect(bases).toEqual(bases.map((_, i) => i * 64 * KB))
    const parts = (await listArchives(log)).map((archive) => readFileSync(archive.path))
    expect(Buffer.concat([...parts, readFileSync(log)]).equals(before)).toBe(true)
    append(30_000, 60_000)
    expect(await rotateIfNeeded(log, LIMITS)).toBe(true)
    expect(await lines()).toEqual(numbered(0, 60_000))
    expect(await lines(20_000)).toEqual(numbered(40_000, 60_000))
  })

  it('keeps the configured number of archives, and begins at a whole line', async () => {
    for (let i = 0; i < 5; i++) {
      append(i * 10_000, (i + 1) * 10_000)
      await rotateIfNeeded(log, { ...LIMITS, maxLogFiles: 2 })
      expect((await archives()).length).toBeLessThanOrEqual(2)
    }
    const read = await lines()
    expect(read.length).toBeGreaterThan(10_000)
    expect(read).toEqual(numbered(50_000 - read.length, 50_000))
    append(50_000, 60_000)
    await rotateIfNeeded(log, { ...LIMITS, maxLogFiles: 0 })
    expect(await archives()).toEqual([])
    expect((await lines()).at(-1)).toBe('line 59999')
  })

  it('compresses archives, which are read like the others', async () => {
    append(0, 30_000)
    await rotateIfNeeded(log, { ...LIMITS, compress: true })
    expect((await listArchives(log)).every((archive) => archive.isCompressed)).toBe(true)
    expect(readdirSync(folder.path).some((name) => name.endsWith('.new'))).toBe(false)
    expect(await lines()).toEqual(numbered(0, 30_000))
  })

  it('keeps times across rotations', async () => {
    const indexer = new LogIndexer({ watchFile: () => () => {} })
    indexer.watch(source)
    for (let i = 0; i < 6; i++) {
      append(i * 5000, (i + 1) * 5000)
      indexer.record('web')
      await rotateIfNeeded(log, LIMITS)
      indexer.record('web')
      await until(() => Date.now() > statSync(log).mtimeMs + 5)
    }
    indexer.close()
    const logs = await readLogs([source])
    expect(logs.map((line) => line.message)).toEqual(numbered(0, 30_000))
    const times = logs.map((line) => line.timestamp.getTime())
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    expect(new Set(times).size).toBe(6)
    expect(new Set(times.filter((_, i) => Math.floor(i / 5000) === 3)).size).toBe(1)
  })

  it('continues after the child has emptied its log', async () => {
    append(0, 10_000)
    await rotateIfNeeded(log, LIMITS)
    writeFileSync(log, '')
    append(70_000, 90_000)
    await rotateIfNeeded(log, LIMITS)
    expect((await lines(20_000)).slice(1)).toEqual(numbered(70_001, 90_000))
  })

  it('copies and truncates if the file system cannot cut off the beginning', async () => {
    process.env.PATH = folder.path
    for (let i = 0; i < 3; i++) {
      append(i * 10_000, (i + 1) * 10_000)
      expect(await rotateIfNeeded(log, LIMITS)).toBe(true)
      expect(statSync(log).size).toBe(0)
    }
    append(30_000, 30_010)
    expect(await lines()).toEqual(numbered(0, 30_010))
  })
})

describe('a reader', () => {
  it('reads again if the file is cut between the placement and the read', async () => {
    append(0, 20_000)
    const content = readFileSync(log)
    const length = 64 * KB
    const file = (await LogFile.open(log)) as LogFile
    const handle = await open(log, 'r')
    const prototype = Object.getPrototypeOf(handle) as { read: (...args: unknown[]) => Promise<unknown> }
    await handle.close()
    const { read } = prototype
    let reads = 0
    prototype.read = async function (...args) {
      if (++reads === 1) {
        writeFileSync(`${log}.${'0'.repeat(16)}`, content.subarray(0, length))
        writeFileSync(log, content.subarray(length))
        writeRotation(log, { ...FRESH, generation: 2, base: length })
      }
      return read.apply(this, args)
    }
    try {
      const bytes = await file.read(length + 100, 1000)
      expect(bytes.toString()).toBe(content.subarray(length + 100, length + 1100).toString())
    } finally {
      prototype.read = read
      await file.close()
    }
    expect(reads).toBe(2)
  })
})

describe('an interrupted rotation', () => {
  const LENGTH = 64 * KB

  /** Everything up to the cut, which the file system then refuses or makes. */
  async function interrupted(at: 'prepared' | 'overwritten' | 'marked' | 'cut') {
    append(0, 10_000)
    const content = readFileSync(log)
    writeFileSync(`${log}.${'0'.repeat(16)}`, content.subarray(0, LENGTH))
    const marker = Buffer.alloc(MARKER_SIZE, 7)
    const head = content.subarray(0, MARKER_SIZE)
    if (at !== 'prepared') {
      const overwritten = Buffer.from(content)
      marker.copy(overwritten)
      writeFileSync(log, at === 'cut' ? content.subarray(LENGTH) : overwritten)
    }
    const isMarked = at === 'marked' || at === 'cut'
    writeRotation(log, { ...FRESH, generation: 1, base: 0, length: LENGTH, isMarked, marker, head, origin: 0 })
  }

  for (const at of ['prepared', 'overwritten', 'marked', 'cut'] as const) {
    it(`is read without loss, and recovered: ${at}`, async () => {
      await interrupted(at)
      expect(await lines()).toEqual(numbered(0, 10_000))
      append(10_000, 10_010)
      await recoverRotation(log)
      expect((readRotation(log)?.generation ?? 1) % 2).toBe(0)
      expect(await lines()).toEqual(numbered(0, 10_010))
      append(10_010, 20_000)
      await rotateIfNeeded(log, LIMITS)
      expect(await lines()).toEqual(numbered(0, 20_000))
    })
  }

  it('is undone if the cut is no longer possible', async () => {
    await interrupted('marked')
    process.env.PATH = folder.path
    await recoverRotation(log)
    expect(readRotation(log)?.base).toBe(0)
    expect(await archives()).toEqual([])
    expect(await lines()).toEqual(numbered(0, 10_000))
  })

  it('is undone if the cut fails', async () => {
    append(0, 10_000)
    await expect(cut(log, LENGTH, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(readRotation(log)).toMatchObject({ generation: 2, base: 0 })
    expect(await lines()).toEqual(numbered(0, 10_000))
  })
})

describe.skipIf(!canCollapse)('rotation while a child writes', () => {
  it('loses no line at full speed, repeats none to a follower, and records all in order', async () => {
    const COUNT = 400_000
    const rotators = new LogRotator({
      folder: folder.path,
      onError: (_, error) => {
        throw error
      },
    })
    const indexer = new LogIndexer({
      onSize: (_name, _stream, size) => void rotators.check(log, size, LIMITS).then(() => indexer.record('web')),
    })
    writeFileSync(log, '')
    indexer.watch(source)
    const followed: string[] = []
    const following = followLogs([source], {}, (line) => followed.push(line.message))
    await following.ready
    const flood = join(import.meta.dirname, '../../fixtures/flood.mjs')
    const fd = openSync(log, 'a')
    const child = spawn(process.execPath, [flood, String(COUNT)], { stdio: ['ignore', fd, 'inherit'] })
    closeSync(fd)
    children.push(child)
    await once(child, 'exit')
    indexer.record('web')
    await rotators.idle()
    await until(() => followed.length >= COUNT)
    following.dispose()
    indexer.close()
    expect((await archives()).length).toBeGreaterThan(10)
    const expected = numbered(0, COUNT)
    expect(await lines()).toEqual(expected)
    expect(followed).toEqual(expected)
  })

  it('may be killed at any moment', async () => {
    const COUNT = 600_000
    const program = await rotator()
    writeFileSync(log, '')
    const code = `import { appendFileSync, openSync, writeSync } from 'node:fs'
      const fd = openSync(process.argv[2], 'a')
      for (let i = 0; i < ${COUNT}; i++) writeSync(fd, 'line ' + i + '\\n')`
    const writer = launch(await bundleProgram(folder.path, 'writer', code), [log])
    const ended = once(writer, 'exit')
    let isWriting = true
    void ended.then(() => {
      isWriting = false
    })
    let insideTheWindow = 0
    while (isWriting) {
      const child = launch(program, [log])
      const exit = once(child, 'exit')
      const generation = readRotation(log)?.generation ?? 0
      const isInside = () => {
        const now = readRotation(log)?.generation ?? 0
        return now !== generation && now % 2 === 1
      }
      await until(() => !isWriting || isInside(), { everyMs: 1 })
      child.kill('SIGKILL')
      await exit
      if ((readRotation(log)?.generation ?? 0) % 2 === 1) insideTheWindow += 1
      // The last may be half written.
      const tail = (await lines(1000)).slice(0, -1).map((line) => Number(line.slice(5)))
      expect(tail).toEqual(tail.map((_, i) => (tail[0] as number) + i))
    }
    await recoverRotation(log)
    expect(insideTheWindow).toBeGreaterThan(0)
    expect(await lines()).toEqual(numbered(0, COUNT))
  })

  it('waits for a cut that outlives its supervisor', async () => {
    const slow = join(folder.path, 'slow')
    mkdirSync(slow)
    const [begun, go] = [join(folder.path, 'begun'), join(folder.path, 'go')]
    const real = execFileSync('sh', ['-c', 'command -v fallocate'], { encoding: 'utf8' }).trim()
    // Ends too when the folder is removed because something failed.
    const script = `#!/bin/sh\n: > ${begun}\nwhile [ -e ${begun} ] && [ ! -e ${go} ]; do sleep 0.02; done\nexec ${real} "$@"\n`
    writeFileSync(join(slow, 'fallocate'), script, { mode: 0o700 })
    append(0, 10_000)
    const child = launch(await rotator(), [log], { PATH: `${slow}:${path}` })
    const exit = once(child, 'exit')
    await until(() => existsSync(begun))
    child.kill('SIGKILL')
    await exit
    let isRecovered = false
    const recovery = recoverRotation(log).then(() => {
      isRecovered = true
    })
    append(10_000, 10_010)
    expect(await lines()).toEqual(numbered(0, 10_010))
    expect(isRecovered).toBe(false)
    writeFileSync(go, '')
    await recovery
    expect(await lines()).toEqual(numbered(0, 10_010))
    expect(existsSync(`${log}.${'0'.repeat(16)}`)).toBe(true)
  })
})
