import { mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ManagedProcess } from '../../src/model/lifecycle/process.ts'
import { writeSaved } from '../../src/storage/state-file.ts'
import { Store } from '../../src/storage/store.ts'
import { pidSpace } from '../../src/system/process/pid-space.ts'
import { type TempFolder, tempFolder } from '../helpers/temp.ts'
import { until } from '../helpers/until.ts'
import { managedProcess } from '../model/processes.ts'

const BOTH = ['state.json', 'state.json.bak']

let temp: TempFolder
let file: string
let processes: ManagedProcess[]
let snapshots: number
let problems: string[]
let store: Store
beforeEach(() => {
  temp = tempFolder('store')
  file = join(temp.path, 'state.json')
  processes = [managedProcess({ run: 1 })]
  snapshots = 0
  problems = []
  const snapshot = () => {
    snapshots++
    return processes
  }
  store = new Store(file, { snapshot }, { warn: (detail) => problems.push(detail) })
})
afterEach(() => temp.remove())

const runOnDisk = () => JSON.parse(readFileSync(file, 'utf8')).processes[0].run
const setRun = (run: number) => {
  processes = [managedProcess({ run })]
  store.changed()
}

describe('the store', () => {
  it('goes there and back', async () => {
    store.changed()
    await store.flushed()
    expect(Store.load(file, 0)).toEqual({ saved: { schema: 2, ...pidSpace(), processes }, problem: null })
  })

  it('combines all changes of one turn into one write', async () => {
    for (let run = 0; run < 1000; run++) setRun(run)
    await store.flushed()
    expect(snapshots).toBe(1)
    expect(runOnDisk()).toBe(999)
  })

  it('combines all changes during a write into one more, which flushed waits for', async () => {
    setRun(1)
    await new Promise(setImmediate)
    await Promise.resolve()
    for (let run = 2; run < 1000; run++) setRun(run)
    await store.flushed()
    expect(snapshots).toBe(2)
    expect(runOnDisk()).toBe(999)
  })

  it('is flushed at once if there is nothing to write', async () => {
    await store.flushed()
    expect(readdirSync(temp.path)).toEqual([])
  })

  it('reports a failing disk once, and retries by itself until it works', async () => {
    mkdirSync(file)
    setRun(5)
    await store.flushed()
    setRun(6)
    await store.flushed()
    expect(problems).toHaveLength(1)
    rmdirSync(file)
    await until(() => runOnDisk() === 6)
    expect(readdirSync(temp.path).sort()).toEqual(BOTH)
  })

  it('reports a failing disk, and retries at the next change', async () => {
    mkdirSync(file)
    setRun(5)
    await store.flushed()
    expect(problems).toHaveLength(1)
    expect(problems[0]).toBe(`state.json could not be written: ${file}: it is a folder`)
    rmdirSync(file)
    setRun(6)
    await store.flushed()
    expect(runOnDisk()).toBe(6)
    expect(problems).toHaveLength(1)
    expect(readdirSync(temp.path).sort()).toEqual(BOTH)
  })
})

describe('the last write', () => {
  it('replaces a write that is under way', async () => {
    for (let round = 0; round < 20; round++) {
      const again = new Store(file, { snapshot: () => processes }, { warn: (detail) => problems.push(detail) })
      processes = [managedProcess({ run: 1 })]
      again.changed()
      // Somewhere within the asynchronous write.
      for (let turn = 0; turn < round % 6; turn++) await new Promise(setImmediate)
      processes = [managedProcess({ run: 2 })]
      again.closeSync()
      await again.flushed()
      expect(runOnDisk()).toBe(2)
    }
    expect(problems).toEqual([])
    expect(readdirSync(temp.path).sort()).toEqual(BOTH)
  })

  it('is the last one', async () => {
    store.closeSync()
    setRun(9)
    await store.flushed()
    store.closeSync()
    expect(runOnDisk()).toBe(1)
  })

  it('is skipped if the file belongs to another supervisor', async () => {
    store.changed()
    store.abandon()
    await store.flushed()
    store.closeSync()
    expect(readdirSync(temp.path)).toEqual([])
  })

  it('is reported if it fails', () => {
    mkdirSync(file)
    store.closeSync()
    expect(problems).toHaveLength(1)
  })
})

describe('loading', () => {
  it('finds nothing in an empty folder', () => {
    expect(Store.load(file, 0)).toEqual({ saved: { ...pidSpace(), processes: [] }, problem: null })
  })

  it.each(['', '{"schema":1', '{"schema":99,"processes":[]}'])('sets %j aside and reports it', (text) => {
    writeFileSync(file, text)
    const { saved, problem } = Store.load(file, 1234)
    expect(saved.processes).toEqual([])
    expect(problem).toContain(`was moved to ${file}.corrupt-1234`)
    expect(readFileSync(`${file}.corrupt-1234`, 'utf8')).toBe(text)
    expect(readdirSync(temp.path)).toEqual(['state.json.corrupt-1234'])
  })

  it('reads the state of an earlier boot, with its id', () => {
    writeFileSync(file, writeSaved(processes, { bootId: 'an earlier boot' }))
    expect(Store.load(file, 0).saved.bootId).toBe('an earlier boot')
  })

  it('creates files that only their user can read', async () => {
    store.changed()
    await store.flushed()
    for (const name of BOTH) expect(statSync(join(temp.path, name)).mode & 0o777).toBe(0o600)
  })
})

describe('the copy', () => {
  const copy = () => `${file}.bak`
  const lose: [string, () => void][] = [
    ['is gone', () => rmSync(file)],
    ['is empty', () => writeFileSync(file, '')],
    ['is cut', () => writeFileSync(file, readFileSync(file).subarray(0, 40))],
  ]

  it.each(lose)('has the state of the last write if the file %s', async (_, damage) => {
    setRun(7)
    store.closeSync()
    damage()
    const { saved, problem } = Store.load(file, 1)
    expect(saved.processes).toEqual(processes)
    expect(problem).toMatch(
      /^state\.json was (?:missing|unusable \(.+\) and was moved to .+); the state was restored from its copy$/,
    )
  })

  it('is ignored if the file can be read, and set aside if it is unusable too', async () => {
    store.closeSync()
    writeFileSync(copy(), 'nonsense')
    expect(Store.load(file, 1).problem).toBeNull()
    rmSync(file)
    const { saved, problem } = Store.load(file, 1)
    expect(saved.processes).toEqual([])
    expect(problem).toMatch(/^state\.json\.bak was unusable \(.+\) and was moved to .+\.bak\.corrupt-1$/)
  })

  it('gives what can be read of it when neither can be read as a whole, and tells what not', () => {
    const newer = managedProcess({ id: 'newer' }, { name: 'newer' })
    const unknown = { ...newer, config: { ...newer.config, healthCheck: { type: 'oracle' }, watch: 7 } }
    const dreaming = { ...managedProcess({ id: 'dreamer' }, { name: 'dreamer' }), phase: { type: 'dreaming' } }
    const plain = managedProcess({ id: 'plain' }, { name: 'plain' })
    for (const path of [file, copy()]) {
      writeFileSync(path, JSON.stringify({ schema: 2, bootId: 'b', processes: [unknown, dreaming, plain] }))
    }
    const { saved, problem } = Store.load(file, 1)
    expect(saved).toMatchObject({ bootId: 'b', processes: [newer, plain] })
    expect(problem).toMatch(
      /the rest was kept, newer goes on without `watch`, newer goes on without `healthCheck`, dreamer was left out \(processes\[1\]\.phase is not what it must be\)$/,
    )
    expect(readdirSync(temp.path).filter((name) => name.includes('corrupt'))).toHaveLength(2)
  })

  it.each([
    ['at the end', () => store.closeSync()],
    ['meanwhile', () => store.flushed()],
  ])('is never older than the file: it is deleted if it cannot be written %s', async (_, written) => {
    store.changed()
    await store.flushed()
    rmSync(copy())
    mkdirSync(join(copy(), 'full'), { recursive: true })
    setRun(8)
    await written()
    expect(runOnDisk()).toBe(8)
    expect(problems).toEqual([])
  })
})
