import { execFileSync } from 'node:child_process'
import { closeSync, constants, fstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openLogs } from '../../../src/logs/files/append.ts'
import { openForChild, openPlain, readPlain } from '../../../src/system/fs/plain-file.ts'
import { openPlainHandle } from '../../../src/system/fs/plain-handle.ts'
import { type TempFolder, tempFolder } from '../../helpers/temp.ts'

let temp: TempFolder
const path = (name: string) => join(temp.path, name)
const APPEND = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT

beforeEach(() => {
  temp = tempFolder('plain')
})
afterEach(() => temp.remove())

describe('a file', () => {
  it('is opened, read and created', async () => {
    const fd = openPlain(path('log'), APPEND, 0o600)
    writeFileSync(fd, 'one\n')
    closeSync(fd)
    expect(readPlain(path('log'))).toBe('one\n')
    const handle = await openPlainHandle(path('log'))
    expect((await handle.stat()).size).toBe(4)
    await handle.close()
    expect(() => openPlain(path('none'))).toThrow(expect.objectContaining({ code: 'ENOENT' }))
    await expect(openPlainHandle(path('none'))).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('may be a device that a child writes to, which keeps it as it is', () => {
    const fd = openForChild('/dev/null', APPEND, 0o600)
    const flags = Number.parseInt(
      /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1] ?? '',
      8,
    )
    expect([fstatSync(fd).isCharacterDevice(), flags & constants.O_NONBLOCK]).toEqual([true, 0])
    closeSync(fd)
  })
})

describe('what one would have to wait for', () => {
  it('is refused at once: a FIFO that nobody reads or writes', async () => {
    const fifo = path('pipe')
    execFileSync('mkfifo', [fifo])
    const refusal = `${fifo} is a FIFO, not a file`
    expect(() => openPlain(fifo)).toThrow(refusal)
    expect(() => openPlain(fifo, APPEND, 0o600)).toThrow(refusal)
    expect(() => openPlain(fifo, constants.O_RDWR)).toThrow(refusal)
    expect(() => openForChild(fifo, APPEND, 0o600)).toThrow(refusal)
    expect(() => readPlain(fifo)).toThrow(refusal)
    expect(() => openLogs({ logFile: path('out'), errorFile: fifo })).toThrow(refusal)
    await expect(openPlainHandle(fifo)).rejects.toThrow(refusal)
  })

  it('is refused in words: a socket and a folder', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(path('socket'), resolve))
    mkdirSync(path('folder'))
    for (const [name, kind] of [
      ['socket', 'socket'],
      ['folder', 'folder'],
    ]) {
      const refusal = `${path(name ?? '')} is a ${kind}, not a file`
      expect(() => openPlain(path(name ?? ''), APPEND, 0o600)).toThrow(refusal)
      expect(() => readPlain(path(name ?? ''))).toThrow(refusal)
      await expect(openPlainHandle(path(name ?? ''))).rejects.toThrow(refusal)
    }
    await new Promise((resolve) => server.close(resolve))
  })
})
