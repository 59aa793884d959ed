import { existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { self } from '../../src/system/process/identity.ts'
import { pidNamespace } from '../../src/system/process/pid-space.ts'
import { removeLeftovers } from '../../src/testing/leftovers.ts'
import { allStacks, lockStack, makeStack, portsFolder, stacksFolder, stateFolder } from '../../src/testing/place.ts'
import { portsOf, releasePorts, reservePort } from '../../src/testing/ports.ts'
import { type TempFolder, tempFolder } from '../helpers/temp.ts'

let folder: TempFolder
let before: string | undefined
beforeEach(() => {
  folder = tempFolder()
  before = process.env.TMPDIR
  process.env.TMPDIR = folder.path
})
afterEach(() => {
  if (before === undefined) delete process.env.TMPDIR
  else process.env.TMPDIR = before
  folder.remove()
})

const nothing = () => {}

/** A stack whose holder was another process. */
function heldBy(identity: object): string {
  const stack = join(stacksFolder(), `stack-${Math.random().toString(36).slice(2, 8)}`)
  mkdirSync(stack)
  writeFileSync(join(stack, 'lock.1'), JSON.stringify({ identity, pidNamespace: pidNamespace(), released: false }))
  return stack
}

describe('the folder of all stacks', () => {
  it('is private to the user', () => {
    expect(statSync(stacksFolder()).mode & 0o777).toBe(0o700)
  })

  it('is refused if it is a link, which somebody else may have made', () => {
    symlinkSync('/usr', join(folder.path, `tuix-stacks-${process.getuid?.()}`))
    expect(() => stacksFolder()).toThrow(/belongs to another user: set TMPDIR/)
  })

  it('has a folder for each stack, which is held as long as its holder lives', async () => {
    const stack = await makeStack(stacksFolder())
    expect(allStacks(stacksFolder())).toEqual([stack])
    expect(await lockStack(stack)).toBeUndefined()
    await removeLeftovers(stacksFolder(), nothing)
    expect(existsSync(stack)).toBe(true)
  })
})

describe('a leftover', () => {
  it.each([
    { holder: 'a dead process', identity: () => ({ ...self(), startTime: 1 }) },
    { holder: 'a process from before a reboot', identity: () => ({ ...self(), bootId: 'another' }) },
  ])('of $holder is removed, with its ports', async ({ identity }) => {
    const stack = heldBy(identity())
    const port = reservePort(stack, () => false)
    expect(portsOf(stack)).toEqual([port])
    await removeLeftovers(stacksFolder(), nothing)
    expect(existsSync(stack)).toBe(false)
    expect(readdirSync(portsFolder(stacksFolder()))).toEqual([])
  })

  it('from before a reboot is removed without a supervisor, which would start everything again', async () => {
    const stack = heldBy({ ...self(), bootId: 'another' })
    mkdirSync(stateFolder(stack))
    writeFileSync(join(stateFolder(stack), 'state.json'), 'nothing that a supervisor can read')
    await removeLeftovers(stacksFolder(), nothing)
    expect(existsSync(stack)).toBe(false)
  })

  it('of a runner in another container, which may live, stays', async () => {
    const stack = heldBy({ ...self(), pidNamespace: 'pid:[1]', startTime: 1 })
    await removeLeftovers(stacksFolder(), nothing)
    expect(existsSync(stack)).toBe(true)
  })

  it('that was just made and is held by nobody yet is removed, and its maker makes another one', async () => {
    mkdirSync(join(stacksFolder(), 'stack-empty1'))
    await removeLeftovers(stacksFolder(), nothing)
    expect(allStacks(stacksFolder())).toEqual([])
  })
})

describe('ports', () => {
  it('are reserved for one stack alone, and can be given back', async () => {
    const [one, two] = [await makeStack(stacksFolder()), await makeStack(stacksFolder())]
    const free = new Set([10_001, 10_002])
    const isTaken = (port: number) => !free.has(port)
    const first = reservePort(one, isTaken)
    const second = reservePort(two, isTaken)
    expect([first, second].sort()).toEqual([10_001, 10_002])
    expect(reservePort(one, isTaken)).toBeUndefined()
    releasePorts(one, portsOf(one))
    expect(reservePort(two, isTaken)).toBe(first)
    expect(portsOf(two).sort()).toEqual([10_001, 10_002])
  })
})
