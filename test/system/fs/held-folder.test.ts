import { cpSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { folderIdOf } from '../../../src/system/fs/folder-id.ts'
import { HeldFolder } from '../../../src/system/fs/held-folder.ts'
import { placeHash } from '../../../src/system/fs/place-hash.ts'
import { type TempFolder, tempFolder } from '../../helpers/temp.ts'

let temp: TempFolder
let held: HeldFolder
const at = (path: string) => join(temp.path, path)

beforeEach(() => {
  temp = tempFolder('held')
  mkdirSync(at('app/.tuix'), { recursive: true })
  held = new HeldFolder(at('app/.tuix'))
})
afterEach(() => {
  held.close()
  temp.remove()
})

describe('a held folder', () => {
  it('is here as long as its path leads to it', () => {
    expect(held.look()).toBe('here')
    expect(held.currentPath()).toBe(at('app/.tuix'))
    renameSync(at('app'), at('other'))
    renameSync(at('other'), at('app'))
    expect(held.look()).toBe('here')
  })

  it('has moved if its path leads to nothing or to another folder, and says where it is', () => {
    renameSync(at('app'), at('app.old'))
    expect(held.look()).toBe('moved')
    expect(held.currentPath()).toBe(at('app.old/.tuix'))
    cpSync(at('app.old'), at('app'), { recursive: true })
    expect(held.look()).toBe('moved')
    expect(held.currentPath()).toBe(at('app.old/.tuix'))
  })

  it('is missing if it was deleted from a parent that is still there, until it is taken anew', () => {
    rmSync(at('app/.tuix'), { recursive: true })
    expect(held.look()).toBe('missing')
    expect(held.currentPath()).toBeNull()
    mkdirSync(at('app/.tuix'))
    expect(held.look()).toBe('missing')
    held.renew()
    expect(held.look()).toBe('here')
    expect(held.id).toBe(folderIdOf(at('app/.tuix')))
  })

  it('is deleted if its parent is deleted, too, and another one at its path is no parent', () => {
    rmSync(at('app'), { recursive: true })
    expect(held.look()).toBe('deleted')
    mkdirSync(at('app'))
    expect(held.look()).toBe('deleted')
    mkdirSync(at('app/.tuix'))
    expect(held.look()).toBe('deleted')
    expect(held.currentPath()).toBeNull()
  })
})

describe('placeHash', () => {
  it('stays when the project is renamed and when its state folder is deleted, and differs for a copy', () => {
    const before = placeHash(at('app/.tuix'))
    expect(before).toMatch(/^[0-9a-f]{8}$/)
    rmSync(at('app/.tuix'), { recursive: true })
    renameSync(at('app'), at('app.old'))
    expect(placeHash(at('app.old/.tuix'))).toBe(before)
    mkdirSync(at('app'))
    for (const other of ['app/.tuix', 'app.old/state', 'none/.tuix']) expect(placeHash(at(other))).not.toBe(before)
  })
})
