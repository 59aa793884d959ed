import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseProcess, resolveProcess, toWire } from '../../src/config/index.ts'
import { resolveOwn } from '../../src/config/resolve-declared.ts'
import { configFolder } from './folder.ts'

let folder: ReturnType<typeof configFolder>
beforeEach(() => {
  folder = configFolder()
})
afterEach(() => folder.remove())

const place = { path: 'processes[0]', cwd: '/elsewhere' }
const written = {
  name: 'web',
  command: 'node server.mjs',
  env: { A: '1' },
  watchPaths: ['src'],
  healthCheck: { type: 'output', outputPattern: 'ready' },
}

async function loaded() {
  folder.write('processes.json', [written])
  const [process] = (await folder.load()).processes
  if (!process) throw new Error('no process was loaded')
  return process
}

describe('a process that was loaded', () => {
  it('is taken as it is', async () => {
    const process = await loaded()
    expect(parseProcess(process, place)).toBe(process)
    expect(parseProcess(parseProcess(written, place), { ...place, cwd: '/' }).cwd).toBe('/elsewhere')
  })

  it('cannot be changed, so that it stays as it was checked', async () => {
    const process = await loaded()
    for (const part of [process, process.env, process.watchPaths, process.healthCheck])
      expect(Object.isFrozen(part)).toBe(true)
  })

  it('is checked in a copy that has a change', async () => {
    const copy = { ...(await loaded()), restartDelay: 'soon' }
    expect(() => parseProcess(copy, place)).toThrow(/^`processes\[0\]\.restartDelay` must be a whole number/)
  })

  it('becomes what the schema makes of it, without the schema', async () => {
    const process = await loaded()
    expect(await resolveOwn(toWire(process), place)).toEqual(resolveProcess({ ...process }, place))
  })
})

describe('a process that is given in code', () => {
  it('stays the caller’s to change', () => {
    const own = { ...written, env: { A: '1' }, healthCheck: { type: 'output', outputPattern: /ready/g } }
    const parsed = parseProcess(own, place)
    own.env.A = '2'
    own.healthCheck.outputPattern.lastIndex = 1
    expect(parsed.env).toEqual({ A: '1' })
    expect(parseProcess(own, place).env).toEqual({ A: '2' })
  })
})
