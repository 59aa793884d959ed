import {
  appendFileSync,
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openLogs } from '../../../src/logs/files/append.ts'
import { type TempFolder, tempFolder } from '../../helpers/temp.ts'

let folder: TempFolder
beforeEach(() => {
  folder = tempFolder()
})
afterEach(() => folder.remove())

describe('openLogs', () => {
  const files = () => ({
    logFile: join(folder.path, 'deep/logs/web.out.log'),
    errorFile: join(folder.path, 'web.err.log'),
  })

  it('creates private files and folders, and appends', () => {
    const { logFile, errorFile } = files()
    for (const word of ['one\n', 'two\n']) {
      const logs = openLogs({ logFile, errorFile })
      writeSync(logs.stdout, word)
      writeSync(logs.stderr, word)
      logs.close()
    }
    expect(readFileSync(logFile, 'utf8')).toBe('one\ntwo\n')
    expect(readFileSync(errorFile, 'utf8')).toBe('one\ntwo\n')
    expect(statSync(logFile).mode & 0o777).toBe(0o600)
    expect(statSync(join(folder.path, 'deep/logs')).mode & 0o777).toBe(0o700)
  })

  it('opens a shared file once', () => {
    const { logFile } = files()
    const logs = openLogs({ logFile, errorFile: logFile })
    expect(logs.stderr).toBe(logs.stdout)
    logs.close()
  })

  it('appends after another program wrote to the file or truncated it', () => {
    const { logFile, errorFile } = files()
    const logs = openLogs({ logFile, errorFile })
    writeSync(logs.stdout, 'before\n')
    writeFileSync(logFile, '')
    writeSync(logs.stdout, 'after\n')
    appendFileSync(logFile, 'other\n')
    writeSync(logs.stdout, 'last\n')
    logs.close()
    expect(readFileSync(logFile, 'utf8')).toBe('after\nother\nlast\n')
  })

  it('ends the unfinished last line of the previous run, once', () => {
    const { logFile, errorFile } = files()
    writeFileSync(errorFile, 'panic: no mem')
    openLogs({ logFile, errorFile }).close()
    openLogs({ logFile, errorFile }).close()
    expect(readFileSync(errorFile, 'utf8')).toBe('panic: no mem\n')
  })

  it('leaves no descriptor open when the second file cannot be opened', () => {
    const { logFile } = files()
    const probe = () => {
      const fd = openSync('/dev/null', 'r')
      closeSync(fd)
      return fd
    }
    const before = probe()
    expect(() => openLogs({ logFile, errorFile: mkdtempSync(join(folder.path, 'folder-')) })).toThrow(
      /is a folder, not a file$/,
    )
    expect(probe()).toBe(before)
    rmSync(logFile)
  })
})
