import { mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ManagedProcess } from '../../src/model/process.ts'
import { writeSaved } from '../../src/model/saved.ts'
import { Store } from '../../src/supervisor/store.ts'
import { bootId } from '../../src/system/identity.ts'
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
  store = new Store(file, snapshot, (message) => problems.push(message))
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
    expect(Store.load(file, 0)).toEqual({ saved: { schema: 1, bootId: bootId(), processes }, problem: null })
  })

  it('makes one write of all that happens in one turn', async () => {
    for (let run = 0; run < 1000; run++) setRun(run)
    await store.flushed()
    expect(snapshots).toBe(1)
    expect(runOnDisk()).toBe(999)
  })

  it('makes one more write of all that happens during a write, and has it when it is flushed', async () => {
    setRun(1)
    await new Promise(setImmediate)
    await Promise.resolve()
    for (let run = 2; run < 1000; run++) setRun(run)
    await store.flushed()
    expect(snapshots).toBe(2)
    expect(runOnDisk()).toBe(999)
  })

  it('is flushed at once where nothing is to be written', async () => {
    await store.flushed()
    expect(readdirSync(temp.path)).toEqual([])
  })

  it('says once that the disk refuses, and tries again by itself until it does not', async () => {
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

  it('says when the disk refuses, and tries again at the next change', async () => {
    mkdirSync(file)
    setRun(5)
    await store.flushed()
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(/^state\.json could not be written: E/)
    rmdirSync(file)
    setRun(6)
    await store.flushed()
    expect(runOnDisk()).toBe(6)
    expect(problems).toHaveLength(1)
    expect(readdirSync(temp.path).sort()).toEqual(BOTH)
  })
})

describe('the last write', () => {
  it('counts, though another one is under way', async () => {
    for (let round = 0; round < 20; round++) {
      const again = new Store(
        file,
        () => processes,
        (message) => problems.push(message),
      )
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

  it('is the last', async () => {
    store.closeSync()
    setRun(9)
    await store.flushed()
    store.closeSync()
    expect(runOnDisk()).toBe(1)
  })

  it('does not happen when the file belongs to another supervisor', async () => {
    store.changed()
    store.abandon()
    await store.flushed()
    store.closeSync()
    expect(readdirSync(temp.path)).toEqual([])
  })

  it('is told of when the disk refuses', () => {
    mkdirSync(file)
    store.closeSync()
    expect(problems).toHaveLength(1)
  })
})

describe('loading', () => {
  it('finds nothing where nothing is', () => {
    expect(Store.load(file, 0)).toEqual({ saved: { bootId: bootId(), processes: [] }, problem: null })
  })

  it.each(['', '{"schema":1', '{"schema":99,"processes":[]}'])('keeps %j aside and says so', (text) => {
    writeFileSync(file, text)
    const { saved, problem } = Store.load(file, 1234)
    expect(saved.processes).toEqual([])
    expect(problem).toContain(`it is kept as ${file}.corrupt-1234`)
    expect(readFileSync(`${file}.corrupt-1234`, 'utf8')).toBe(text)
    expect(readdirSync(temp.path)).toEqual(['state.json.corrupt-1234'])
  })

  it('takes what an earlier boot wrote, with that boot', () => {
    writeFileSync(file, writeSaved(processes, 'an earlier boot'))
    expect(Store.load(file, 0).saved.bootId).toBe('an earlier boot')
  })

  it('meets files that only their user can read', async () => {
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

  it.each(lose)('tells everything where the file %s, also what the last write said', async (_, damage) => {
    setRun(7)
    store.closeSync()
    damage()
    const { saved, problem } = Store.load(file, 1)
    expect(saved.processes).toEqual(processes)
    expect(problem).toMatch(
      /^state\.json was (?:gone|not usable \(.+\); it is kept as .+); what it said is known from its copy$/,
    )
  })

  it('is not asked where the file can be read, and is kept aside too where it is of no use', async () => {
    store.closeSync()
    writeFileSync(copy(), 'nonsense')
    expect(Store.load(file, 1).problem).toBeNull()
    rmSync(file)
    const { saved, problem } = Store.load(file, 1)
    expect(saved.processes).toEqual([])
    expect(problem).toMatch(/^state\.json\.bak was not usable \(.+\); it is kept as .+\.bak\.corrupt-1$/)
  })

  it.each([
    ['at the end', () => store.closeSync()],
    ['meanwhile', () => store.flushed()],
  ])('is never older than the file: it goes where it cannot be written %s', async (_, written) => {
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
