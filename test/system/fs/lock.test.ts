import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Identity } from '../../../src/model/lifecycle/identity.ts'
import { acquireLock, type Lock, type LockRecord } from '../../../src/system/fs/lock.ts'
import { type Running, run } from '../../helpers/running.ts'
import { type TempFolder, tempFolder } from '../../helpers/temp.ts'
import { until } from '../../helpers/until.ts'

let temp: TempFolder
const started: Running[] = []
beforeEach(() => {
  temp = tempFolder('lock')
})
afterEach(async () => {
  for (const one of started) one.kill('SIGKILL')
  await Promise.all(started.splice(0).map(({ finished }) => finished))
  temp.remove()
})

const owner = (pid: number): { identity: Identity; pidNamespace: string } => ({
  identity: { pid, startTime: pid * 10, bootId: 'boot' },
  pidNamespace: '',
})
const everyoneLives = async () => true
const everyoneIsDead = async () => false

async function take(pid: number, lives = everyoneLives): Promise<Lock> {
  const result = await acquireLock(temp.path, owner(pid), lives)
  if (!('release' in result)) throw new Error(`held by ${result.identity.pid}`)
  return result
}

async function holder(pid: number, lives = everyoneLives): Promise<number | undefined> {
  const result = await acquireLock(temp.path, owner(pid), lives)
  return 'release' in result ? undefined : result.identity.pid
}

describe('twenty processes that acquire one lock at once', () => {
  it('have one winner in every round, also after the previous holder was killed', async () => {
    const contender = join(temp.path, 'contender.mjs')
    buildSync({
      entryPoints: [fileURLToPath(new URL('../../fixtures/lock-contender.ts', import.meta.url))],
      bundle: true,
      format: 'esm',
      platform: 'node',
      outfile: contender,
    })
    const folder = join(temp.path, 'locked')
    mkdirSync(folder)
    const go = join(temp.path, 'go')
    let contenders: Running[] = []
    for (let round = 0; round < 5; round++) {
      const missing = Array.from({ length: 20 - contenders.length }, () => {
        return run([contender, folder, go, String(round)], { cwd: temp.path })
      })
      started.push(...missing)
      contenders.push(...missing)
      const said = (one: Running) => new RegExp(`^${round} (.+)$`, 'm').exec(one.stdout())?.[1]
      const ready = (one: Running) => one.stdout().includes(`ready ${round}\n`)
      await until(() => contenders.every(ready), { what: 'twenty contenders' })
      // Whole at once, since they look for it all the time.
      writeFileSync(`${go}.new`, String(Date.now() + 100))
      renameSync(`${go}.new`, `${go}.${round}`)
      await until(() => contenders.every(said), { what: 'twenty answers' })

      const winners = contenders.filter((one) => said(one) === 'won')
      expect(winners).toHaveLength(1)
      const [winner] = winners
      contenders = contenders.filter((one) => one !== winner)
      expect(new Set(contenders.map(said))).toEqual(new Set([`held by ${winner?.pid}`]))
      winner?.kill('SIGKILL')
      await winner?.finished
      expect(readdirSync(folder).filter((name) => !/^lock\.\d+$/.test(name))).toEqual([])
    }
  })
})

describe('the lock', () => {
  it('returns the record of its holder', async () => {
    await take(1)
    expect(await holder(2)).toBe(1)
  })

  it('passes on from a dead holder, and removes its record', async () => {
    await take(1)
    const { file } = await take(2, everyoneIsDead)
    expect(readdirSync(temp.path)).toEqual([file.slice(temp.path.length + 1)])
  })

  it('passes on after its release, though the holder is alive', async () => {
    const lock = await take(1)
    lock.release()
    expect(await holder(2)).toBeUndefined()
  })

  it('is free in a copy of the folder, whose record belongs to the original', async () => {
    const [original, copy] = ['8:1:5', '8:2:6'].map((folder) => ({ ...owner(1), folder })) as [object, object]
    const asked = (own: object) => acquireLock(temp.path, own as ReturnType<typeof owner>, everyoneLives)
    expect('release' in (await asked(original))).toBe(true)
    expect('release' in (await asked(original))).toBe(false)
    expect('release' in (await asked(copy))).toBe(true)
  })

  it('passes on after its release, wherever the folder was moved', async () => {
    const lock = await take(1)
    const moved = `${temp.path}.moved`
    renameSync(temp.path, moved)
    try {
      lock.release(moved)
      expect(existsSync(temp.path)).toBe(false)
    } finally {
      renameSync(moved, temp.path)
    }
    expect(await holder(2)).toBeUndefined()
  })

  it('passes on after its release on a full disk', async () => {
    const first = await take(1)
    mkdirSync(join(temp.path, `lock-${process.pid}-2.tmp`))
    first.release()
    rmSync(join(temp.path, `lock-${process.pid}-2.tmp`), { recursive: true })
    expect(await holder(2)).toBeUndefined()
  })

  it('checks the holder with its whole record', async () => {
    await take(1)
    let asked: LockRecord | undefined
    await acquireLock(temp.path, owner(2), async (record) => {
      asked = record
      return true
    })
    expect(asked).toEqual({ ...owner(1), released: false })
  })

  it('stays with the next holder after a late release', async () => {
    const old = await take(1)
    await take(2, everyoneIsDead)
    old.release()
    expect(await holder(3)).toBe(2)
  })

  it('treats an invalid record as that of a dead holder', async () => {
    writeFileSync(join(temp.path, 'lock.7'), '{"identity":')
    const lock = await take(1)
    expect(lock.file).toBe(join(temp.path, 'lock.8'))
  })

  it('is not kept from anybody by a file with a number that nobody can count to', async () => {
    for (const count of [16, 23, 100]) writeFileSync(join(temp.path, `lock.${'9'.repeat(count)}`), '')
    const lock = await take(1)
    expect(lock.file).toBe(join(temp.path, 'lock.1'))
    expect(await holder(2)).toBe(1)
    lock.release()
    await take(2)
  })

  it('leaves other files of the folder alone', async () => {
    for (const name of ['lock.txt', 'state.json', 'lock.1.bak']) writeFileSync(join(temp.path, name), '')
    await take(1)
    expect(readdirSync(temp.path).sort()).toEqual(['lock.1', 'lock.1.bak', 'lock.txt', 'state.json'])
  })

  it('has a record that only its user can read', async () => {
    const before = process.umask(0)
    try {
      const { file } = await take(1)
      expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject(owner(1))
      expect(statSync(file).mode & 0o777).toBe(0o600)
    } finally {
      process.umask(before)
    }
  })
})

describe('a folder that was deleted', () => {
  const deleteAndMake = () => {
    rmSync(temp.path, { recursive: true })
    mkdirSync(temp.path)
  }

  it('gets its record back', async () => {
    const lock = await take(1)
    deleteAndMake()
    expect(lock.restore()).toBe(true)
    expect(await holder(2)).toBe(1)
    expect(lock.restore()).toBe(true)
  })

  it('belongs to the holder that came meanwhile, even with the same number', async () => {
    const old = await take(1)
    deleteAndMake()
    const { file } = await take(2)
    expect(file).toBe(old.file)
    expect(old.restore()).toBe(false)
    old.release()
  })

  it('belongs to the holder that came meanwhile with a lower number', async () => {
    await take(1)
    const old = await take(2, everyoneIsDead)
    deleteAndMake()
    await take(3)
    expect(old.restore()).toBe(false)
    expect(await holder(4)).toBe(3)
  })

  it('has nothing to release', async () => {
    const lock = await take(1)
    rmSync(temp.path, { recursive: true })
    lock.release()
    mkdirSync(temp.path)
    expect(await holder(2)).toBeUndefined()
  })
})
