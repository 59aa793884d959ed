import { chmodSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { answers, prepareSocketFolder, socketPath } from '../../../src/system/net/socket.ts'
import { type TempFolder, tempFolder } from '../../helpers/temp.ts'

let temp: TempFolder
const runtimeFolder = process.env.XDG_RUNTIME_DIR
beforeEach(() => {
  temp = tempFolder('socket')
})
afterEach(() => {
  if (runtimeFolder === undefined) delete process.env.XDG_RUNTIME_DIR
  else process.env.XDG_RUNTIME_DIR = runtimeFolder
  temp.remove()
})

describe('socketPath', () => {
  /** The longest folder whose socket lies inside it. */
  const longest = '/'.padEnd(100 - '/supervisor.sock'.length, 'x')

  it('is in the folder if the path is short enough', () => {
    expect(socketPath('/app/.tuix')).toBe('/app/.tuix/supervisor.sock')
    expect(socketPath(longest)).toBe(`${longest}/supervisor.sock`)
  })

  it('is elsewhere if the path is too long, always the same for one folder and different for others', () => {
    process.env.XDG_RUNTIME_DIR = '/run/user/1000'
    const path = socketPath(`${longest}x`)
    expect(path).toMatch(/^\/run\/user\/1000\/tuix-\d+\/[0-9a-f]{16}\.sock$/)
    expect(socketPath(`${longest}x`)).toBe(path)
    expect(socketPath(`${longest}y`)).not.toBe(path)
  })

  it('counts bytes, not characters', () => {
    const letters = `/${'ä'.repeat(60)}`
    expect(letters.length).toBeLessThan(longest.length)
    expect(socketPath(letters)).not.toContain('ä')
  })

  it('works without a runtime folder', () => {
    delete process.env.XDG_RUNTIME_DIR
    expect(Buffer.byteLength(socketPath(`${longest}x`))).toBeLessThanOrEqual(100)
  })
})

describe('prepareSocketFolder', () => {
  it('makes the folder private, whatever its mode was', () => {
    const folder = join(temp.path, 'made')
    prepareSocketFolder(folder)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    chmodSync(folder, 0o777)
    prepareSocketFolder(folder)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
  })

  it('rejects a symbolic link', () => {
    const real = join(temp.path, 'real')
    const link = join(temp.path, 'link')
    mkdirSync(real)
    symlinkSync(real, link)
    expect(() => prepareSocketFolder(link)).toThrow(/belongs to another user/)
  })

  it('rejects a folder of another user', () => {
    const own = process.getuid
    // Only root could make a folder that belongs to somebody else; so we are somebody else.
    process.getuid = () => 4_000_000
    try {
      expect(() => prepareSocketFolder(temp.path)).toThrow(`${temp.path} belongs to another user; set XDG_RUNTIME_DIR`)
    } finally {
      if (own) process.getuid = own
    }
  })
})

describe('answers', () => {
  it('is true while something listens', async () => {
    const socket = join(temp.path, 's.sock')
    expect(await answers(socket)).toBe(false)
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(socket, resolve))
    expect(await answers(socket)).toBe(true)
    await new Promise((resolve) => server.close(resolve))
    expect(await answers(socket)).toBe(false)
  })

  it('is false for a stale socket and for a file', async () => {
    const file = join(temp.path, 'file')
    writeFileSync(file, '')
    expect(await answers(file)).toBe(false)
  })
})
