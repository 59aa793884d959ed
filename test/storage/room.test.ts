import { existsSync, mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { withRoom, withRoomLater } from '../../src/storage/room.ts'
import { type TempFolder, tempFolder } from '../helpers/temp.ts'

let temp: TempFolder
beforeEach(() => {
  temp = tempFolder('room')
})
afterEach(() => temp.remove())

const FULL = Object.assign(new Error('no space'), { code: 'ENOSPC' })
const inFolder = (path: string) => join(temp.path, path)

function write(path: string, seconds = 0): void {
  mkdirSync(dirname(inFolder(path)), { recursive: true })
  writeFileSync(inFolder(path), '{}')
  if (seconds > 0) utimesSync(dirname(inFolder(path)), seconds, seconds)
}

/** What is there at each attempt of a write that never has room. */
function attempts(): string[][] {
  const seen: string[][] = []
  const failing = () => {
    const folders = ['good-runs', 'crashes'].map(inFolder).filter(existsSync)
    const found = folders.flatMap((folder) => readdirSync(folder))
    seen.push([...found.sort(), ...['state.json', 'state.json.bak'].filter((file) => existsSync(inFolder(file)))])
    throw FULL
  }
  expect(() => withRoom(temp.path, failing)).toThrow('no space')
  return seen
}

describe('a write on a full disk', () => {
  it('is given the room of what is needed least, one after the other', () => {
    write('crashes/web-9/report.json', 100)
    write('crashes/db-1/report.json', 200)
    write('good-runs/web.json')
    write('state.json')
    write('state.json.bak')
    const state = ['state.json', 'state.json.bak']
    expect(attempts()).toEqual([
      ['db-1', 'web-9', 'web.json', ...state],
      ['db-1', 'web-9', ...state],
      ['db-1', ...state],
      state,
      ['state.json'],
    ])
  })

  it('stops as soon as there is room', async () => {
    write('crashes/web-1/report.json', 100)
    write('crashes/web-2/report.json', 200)
    const once = () => {
      if (readdirSync(inFolder('crashes')).length === 2) throw FULL
      return 'written'
    }
    expect(withRoom(temp.path, once)).toBe('written')
    write('crashes/web-1/report.json', 100)
    await withRoomLater(temp.path, async () => void once())
    expect(readdirSync(inFolder('crashes'))).toEqual(['web-2'])
  })

  it('leaves the copy where the state itself is damaged or missing', () => {
    write('state.json.bak')
    expect(attempts()).toEqual([['state.json.bak']])
    writeFileSync(inFolder('state.json'), '{"half')
    expect(attempts()).toEqual([['state.json', 'state.json.bak']])
  })

  it('deletes nothing that a link leads to', () => {
    write('elsewhere/web-1/report.json')
    symlinkSync(inFolder('elsewhere'), inFolder('crashes'))
    attempts()
    expect(existsSync(inFolder('elsewhere/web-1/report.json'))).toBe(true)
  })

  it('that fails for another reason deletes nothing', async () => {
    write('crashes/web-1/report.json')
    const refused = () => {
      throw Object.assign(new Error('refused'), { code: 'EACCES' })
    }
    expect(() => withRoom(temp.path, refused)).toThrow('refused')
    await expect(withRoomLater(temp.path, async () => refused())).rejects.toThrow('refused')
    expect(existsSync(inFolder('crashes/web-1'))).toBe(true)
  })
})
