import { chmodSync, lstatSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { compileCacheFolder } from '../../../src/system/fs/compile-cache.ts'
import { tempFolder } from '../../helpers/temp.ts'

const uid = process.getuid?.() ?? 0
let temporary: ReturnType<typeof tempFolder>
let home: string
beforeEach(() => {
  temporary = tempFolder()
  home = join(temporary.path, 'home')
  mkdirSync(home, 0o755)
})
afterEach(() => temporary.remove())

describe('the folder of compiled modules', () => {
  it('is made in HOME, for the user alone', () => {
    const umask = process.umask(0)
    const folder = compileCacheFolder({ HOME: home }, uid)
    process.umask(umask)
    expect(folder).toBe(join(home, '.cache/tuix-process-manager'))
    for (const path of [join(home, '.cache'), folder ?? '']) expect(lstatSync(path).mode & 0o777).toBe(0o700)
    expect(compileCacheFolder({ HOME: home }, uid)).toBe(folder)
  })

  it('is in XDG_CACHE_HOME where that is set', () => {
    const env = { HOME: '/nowhere', XDG_CACHE_HOME: home }
    expect(compileCacheFolder(env, uid)).toBe(join(home, 'tuix-process-manager'))
    expect(compileCacheFolder({ HOME: home, XDG_CACHE_HOME: '' }, uid)).toBe(join(home, '.cache/tuix-process-manager'))
  })

  it('may be behind links of the user', () => {
    mkdirSync(join(temporary.path, 'disk'), 0o755)
    symlinkSync(join(temporary.path, 'disk'), join(home, '.cache'))
    expect(compileCacheFolder({ HOME: home }, uid)).toBe(join(home, '.cache/tuix-process-manager'))
    expect(readdirSync(join(temporary.path, 'disk'))).toEqual(['tuix-process-manager'])
  })

  it('is none in a home that belongs to somebody else, and nothing is made there', () => {
    expect(compileCacheFolder({ HOME: home }, uid + 1)).toBe(null)
    expect(compileCacheFolder({ XDG_CACHE_HOME: home }, uid + 1)).toBe(null)
    expect(readdirSync(home)).toEqual([])
  })

  it.each([
    ['home', '.', 0o777],
    ['home of a group', '.', 0o775],
    ['folder of caches', '.cache', 0o733],
    ['cache', '.cache/tuix-process-manager', 0o750],
    ['cache that can be read', '.cache/tuix-process-manager', 0o744],
  ])('is none where others have a way into the %s', (_, open, mode) => {
    mkdirSync(join(home, '.cache/tuix-process-manager'), { recursive: true, mode: 0o700 })
    expect(compileCacheFolder({ HOME: home }, uid)).not.toBe(null)
    chmodSync(join(home, open), mode)
    expect(compileCacheFolder({ HOME: home }, uid)).toBe(null)
  })

  it('is none where it cannot be made', () => {
    writeFileSync(join(home, '.cache'), '')
    expect(compileCacheFolder({ HOME: home }, uid)).toBe(null)
    expect(compileCacheFolder({ HOME: join(home, 'missing') }, uid)).toBe(null)
  })

  it('is none without a home, in one that is relative, or where users have no ids', () => {
    expect(compileCacheFolder({}, uid)).toBe(null)
    expect(compileCacheFolder({ HOME: '.' }, uid)).toBe(null)
    expect(compileCacheFolder({ HOME: home }, undefined)).toBe(null)
  })
})
