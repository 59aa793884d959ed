import { chownSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { privateFolder, relaySocket, removeAbandoned } from '../../../src/targets/ssh/private-folder.ts'
import { isRoot, NOBODY } from '../../helpers/nobody.ts'
import { type TempFolder, tempFolder } from '../../helpers/temp.ts'

const { XDG_RUNTIME_DIR, TMPDIR } = process.env
const name = `tuix-${process.getuid?.()}`
let temp: TempFolder

beforeEach(() => {
  temp = tempFolder()
  for (const folder of ['run', 'tmp']) mkdirSync(join(temp.path, folder))
  setPlaces(join(temp.path, 'run'), join(temp.path, 'tmp'))
})
afterEach(() => {
  setPlaces(XDG_RUNTIME_DIR, TMPDIR)
  temp.remove()
})

function setPlaces(run: string | undefined, tmp: string | undefined): void {
  for (const [key, value] of Object.entries({ XDG_RUNTIME_DIR: run, TMPDIR: tmp })) {
    if (value === undefined) delete process.env[key]
    else process.env[key] = value
  }
}

describe('the folder for connections', () => {
  it('is in the runtime folder, for this user alone', () => {
    const folder = privateFolder()
    expect(folder).toBe(join(temp.path, 'run', name))
    expect(statSync(folder).mode & 0o777).toBe(0o700)
  })

  it.each([
    ['is not set', undefined],
    ['has a path that is too long for a socket', `/tmp/${'x'.repeat(60)}`],
    ['has a path that ssh would change', '/tmp/%h'],
    ['cannot be written to', '/proc/1'],
  ])('is in the temporary folder if the runtime folder %s', (_, run) => {
    setPlaces(run, join(temp.path, 'tmp'))
    expect(privateFolder()).toBe(join(temp.path, 'tmp', name))
  })

  it.each<[string, (path: string) => void]>([
    ['a link', (path) => symlinkSync(temp.path, path)],
    ['a file', (path) => writeFileSync(path, '')],
  ])('is never %s that somebody has put in its place', (_, make) => {
    make(join(temp.path, 'run', name))
    expect(privateFolder()).toBe(join(temp.path, 'tmp', name))
  })

  it.skipIf(!isRoot)('never belongs to another user', () => {
    mkdirSync(join(temp.path, 'run', name))
    chownSync(join(temp.path, 'run', name), NOBODY, NOBODY)
    expect(privateFolder()).toBe(join(temp.path, 'tmp', name))
  })

  it('is cleared of the sockets of relays that were killed, and of no others', async () => {
    const folder = privateFolder()
    const [living, dead] = [relaySocket(folder, 'a'), relaySocket(folder, 'b')]
    const server = createServer().listen(living)
    await new Promise((resolve) => server.once('listening', resolve))
    for (const file of [dead, join(folder, 'other.sock')]) writeFileSync(file, '')
    await removeAbandoned(folder)
    expect(readdirSync(folder).sort()).toEqual(['other.sock', 'relay-a.sock'])
    await new Promise((resolve) => server.close(resolve))
  })
})
