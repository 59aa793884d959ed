import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newHealth } from '../../../src/model/lifecycle/health.ts'
import { checkId, MARKER, markerOf } from '../../../src/model/tree/members.ts'
import { HAS_PROC } from '../../../src/system/process/proc.ts'
import { sweepNow } from '../../../src/system/process/sweep.ts'
import { fixture } from '../../helpers/children.ts'
import { processesOf } from '../../helpers/processes.ts'
import { type TempFolder, tempFolder } from '../../helpers/temp.ts'
import { until } from '../../helpers/until.ts'
import { check, checkOnce, healthTarget } from './check.ts'

let folder: TempFolder

beforeEach(() => {
  folder = tempFolder('check')
})
afterEach(() => {
  for (const pid of left()) process.kill(pid, 'SIGKILL')
  folder.remove()
})

/** What runs in the folder by now. */
const left = () => processesOf(folder.path)
const script = (source: string) => checkOnce({ type: 'script', script: source }, healthTarget(folder.path))
const exec = (command: string) => checkOnce({ type: 'exec', command }, healthTarget(folder.path))

describe('a script check', () => {
  it('runs JavaScript with top-level await, on the runtime of the supervisor', async () => {
    const result = await script(`
      const { readdir } = await import('node:fs/promises')
      await readdir('.')
      if (process.execPath !== ${JSON.stringify(process.execPath)}) process.exit(2)
      if (typeof fetch === 'function') { process.exit(0) } else { process.exit(1) }
    `)
    expect(result).toMatchObject({ ok: true, detail: 'exited with 0' })
  })

  it('reports its output when it fails', async () => {
    const source = `
      for (let i = 0; i < 30; i++) console.log('line ' + i)
      console.error('x'.repeat(2000))
      process.exitCode = 3
    `
    const { ok, detail } = await script(source)
    const lines = detail.split('\n')
    expect(ok).toBe(false)
    expect(lines[0]).toBe('exited with 3')
    expect(lines.filter((line) => line.startsWith('line '))).toEqual(
      Array.from({ length: 19 }, (_, i) => `line ${i + 11}`),
    )
    expect(lines.filter((line) => line.startsWith('xxx')).map((line) => line.length)).toEqual([501])
  })

  it('reports errors in the script', async () => {
    expect((await script('await Promise.reject(new Error("no database"))')).detail).toContain('no database')
    expect((await script('this is not JavaScript')).ok).toBe(false)
  })

  it('runs in the folder and environment of the process', async () => {
    const target = healthTarget(folder.path)
    target.env.PORT = '3000'
    const source = `process.exit(process.env.PORT === '3000' && process.cwd() === ${JSON.stringify(folder.path)} ? 0 : 1)`
    expect(await checkOnce({ type: 'script', script: source }, target)).toMatchObject({ ok: true })
  })

  it('accepts the path of a script, relative to the folder of the process', async () => {
    writeFileSync(join(folder.path, 'deep health.mjs'), 'console.log(import.meta.url)\nprocess.exit(9)\n')
    const { detail } = await script('deep health.mjs')
    expect(detail).toMatch(/^exited with 9\nfile:.*deep%20health\.mjs$/)
    expect((await script('./missing.mjs')).detail).toContain('missing.mjs')
  })
})

it.skipIf(!HAS_PROC)('a script check runs on though the file of the runtime is deleted', async () => {
  const { execPath } = process
  const rules = { interval: 20, timeout: 20_000 }
  const { results, first, any, dispose } = check(
    { type: 'script', script: 'process.exit(0)', ...rules },
    healthTarget(folder.path),
  )
  try {
    await any()
    process.execPath = join(folder.path, 'gone')
    const seen = results.length
    // One may have been under way.
    await first((result) => results.indexOf(result) > seen)
    expect(results.filter(({ ok }) => !ok)).toEqual([])
  } finally {
    process.execPath = execPath
    dispose()
  }
})

describe('an exec check', () => {
  it('runs a command line in a shell', async () => {
    expect(await exec('test -d . && exit $((1 - 1))')).toMatchObject({ ok: true })
    expect((await exec('echo out; echo err >&2; exit 7')).detail.split('\n').sort()).toEqual([
      'err',
      'exited with 7',
      'out',
    ])
    expect((await exec('kill -TERM $$')).detail).toBe('killed by SIGTERM')
    expect((await exec('no-such-program')).detail).toMatch(/^exited with 127\n/)
  })

  it('fails if the folder of the process is gone', async () => {
    const target = healthTarget(folder.path, { cwd: join(folder.path, 'gone') })
    const result = await checkOnce({ type: 'exec', command: 'true' }, target)
    expect(result).toMatchObject({ ok: false, inconclusive: true })
    expect(result.detail).toContain('could not be run')
  })

  it('is killed with its children when it exceeds its timeout', async () => {
    // One child in the group, one in a session of its own that has lost its parent and ignores signals.
    const family = `perl ${fixture('stubborn')} & (setsid sh -c 'trap "" TERM HUP; sleep 300' &); echo begun; sleep 300`
    const { any, dispose } = check(
      { type: 'exec', command: family, timeout: 1500, interval: 60_000 },
      // Healthy before, so that the next check is a minute away; one that starts is soon checked again.
      healthTarget(folder.path, { startedAt: 0, health: { ...newHealth(0), status: 'healthy' } }),
    )
    try {
      await until(() => left().length >= 4, { what: 'the family' })
      const result = await any()
      expect(result.ok).toBe(false)
      expect(result.detail).toMatch(/^no answer within 1.5 s\n/)
      expect(result.detail.split('\n')).toContain('begun')
      expect(left()).toEqual([])
    } finally {
      dispose()
    }
  })

  it('leaves nothing behind when it ends in time', async () => {
    const result = await exec("(setsid sleep 300 &); sleep 300 & echo 'on its way'; exit 1")
    expect(result.detail).toBe('exited with 1\non its way')
    expect(left()).toEqual([])
  })

  it('is killed when the check is ended', async () => {
    const { results, dispose } = check({ type: 'exec', command: 'sleep 300 & sleep 300' }, healthTarget(folder.path))
    await until(() => left().length >= 3, { what: 'the check' })
    dispose()
    await until(() => left().length === 0, { what: 'the end of the check' })
    expect(results).toEqual([])
  })

  it('never overlaps itself', async () => {
    const once = 'mkdir running || exit 1; sleep 0.05; rmdir running'
    const config = { type: 'exec', command: once, interval: 1 } as const
    const { results, dispose } = check(config, healthTarget(folder.path))
    await until(() => results.length >= 5, { what: 'five results' })
    dispose()
    expect(results.filter(({ ok }) => !ok)).toEqual([])
  })

  it('keeps only the end of a flood', async () => {
    const { detail } = await exec('yes flood | head -c 18000000; echo last; exit 1')
    expect(detail.split('\n').at(-1)).toBe('last')
    expect(detail.length).toBeLessThan(20 * 502)
  })

  it.skipIf(process.platform !== 'linux')('belongs to its process only when that is killed', async () => {
    const id = `f00d:web:${basename(folder.path)}`
    const env = { PATH: process.env.PATH ?? '', [MARKER]: markerOf(checkId(id, 'ab'), 1) }
    const child = spawn('sleep', ['300'], { env, detached: true, stdio: 'ignore' })
    const found = (...ids: string[]) =>
      sweepNow(ids.map((id) => ({ id, leader: null, known: [], logs: [] }))).map(({ members }) =>
        members.map(({ pid }) => pid),
      )
    try {
      // A child carries its own environment from the moment on at which it runs its program.
      await until(() => found(id)[0]?.length === 1, { what: 'the check among the process' })
      const { pid } = child
      expect(found(id, checkId(id, 'ab'), checkId(id, 'cd'), `${id}2`)).toEqual([[pid], [pid], [], []])
    } finally {
      child.kill('SIGKILL')
    }
  })
})
