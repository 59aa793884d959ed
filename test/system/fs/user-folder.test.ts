import { mkdirSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { userFolder } from '../../../src/system/fs/user-folder.ts'
import { type TempFolder, tempFolder } from '../../helpers/temp.ts'

let folder: TempFolder

beforeEach(() => {
  folder = tempFolder('user')
})

afterEach(() => folder.remove())

describe('the folder of a user', () => {
  it('is below XDG_STATE_HOME, or below the home', () => {
    expect(userFolder({ XDG_STATE_HOME: `${folder.path}/new` })).toBe(`${folder.path}/new/tuix`)
    expect(userFolder({ HOME: folder.path })).toBe(`${folder.path}/.local/state/tuix`)
    expect(userFolder({ HOME: folder.path, XDG_STATE_HOME: 'relative' })).toBe(`${folder.path}/.local/state/tuix`)
  })

  it('is not made in a home that is missing', () => {
    expect(userFolder({ HOME: `${folder.path}/none` })).toBe(null)
  })

  it.skipIf(process.getuid?.() === 0)('is not in a place of another user', () => {
    expect(userFolder({ HOME: '/', XDG_STATE_HOME: '/usr/none' })).toBe(null)
    mkdirSync(`${folder.path}/.local`)
    expect(userFolder({ HOME: '/' })).toBe(null)
  })
})
