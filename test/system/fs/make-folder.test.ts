import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeFolder } from '../../../src/system/fs/make-folder.ts'
import { type TempFolder, tempFolder } from '../../helpers/temp.ts'

let temp: TempFolder
beforeEach(() => {
  temp = tempFolder('folders')
})
afterEach(() => temp.remove())

describe('a folder', () => {
  it('is made with those that it lies in, all private, or is there already', () => {
    const folder = join(temp.path, 'a/b/c')
    makeFolder(folder, 0o700)
    makeFolder(folder, 0o700)
    makeFolder('/', 0o700)
    expect(statSync(join(temp.path, 'a')).mode & 0o777).toBe(0o700)
    expect(statSync(folder).isDirectory()).toBe(true)
  })

  it('cannot be made where a file is', () => {
    writeFileSync(join(temp.path, 'file'), '')
    expect(() => makeFolder(join(temp.path, 'file'), 0o700)).toThrow(
      `${join(temp.path, 'file')} is a file, not a folder`,
    )
    expect(() => makeFolder(join(temp.path, 'file/a/b'), 0o700)).toThrow(expect.objectContaining({ code: 'ENOTDIR' }))
  })

  it('cannot be made where nothing can, which is known at once', () => {
    expect(() => makeFolder('/proc/none/such', 0o700)).toThrow(expect.objectContaining({ code: 'ENOENT' }))
  })
})
