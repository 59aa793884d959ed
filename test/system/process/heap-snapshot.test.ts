import { spawn } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../../src/system/clock.ts'
import { heapSnapshotEnvironment, takeHeapSnapshot } from '../../../src/system/process/heap-snapshot.ts'
import { identify } from '../../../src/system/process/identity.ts'
import { readEntry } from '../../../src/system/process/proc.ts'
import { executable, type Runtime } from '../../helpers/runtimes.ts'
import { type TempFolder, tempFolder } from '../../helpers/temp.ts'
import { until } from '../../helpers/until.ts'

let temp: TempFolder
let leaders: number[] = []
beforeEach(() => {
  temp = tempFolder('heap')
  mkdirSync(join(temp.path, 'cwd'))
})
afterEach(async () => {
  for (const pid of leaders) process.kill(-pid, 'SIGKILL')
  await until(() => leaders.every((pid) => readEntry(pid)?.alive !== true), { what: 'the end of the children' })
  leaders = []
  temp.remove()
})

/** A shell whose child holds a secret in its heap and says when it is ready. */
async function start(runtime: Runtime, extra: Record<string, string>) {
  const script = join(temp.path, 'leak.mjs')
  writeFileSync(
    script,
    "globalThis.kept = ['a secret in the heap']; console.log('ready'); setInterval(() => {}, 1000); process.send?.(1)",
  )
  const env = { PATH: process.env.PATH ?? '', ...extra }
  const child = spawn('/bin/sh', ['-c', `"${executable(runtime)}" "${script}"; true`], {
    cwd: join(temp.path, 'cwd'),
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const { pid } = child
  if (pid === undefined) throw new Error('sh did not start')
  leaders.push(pid)
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  await until(() => output.includes('ready'), { what: 'the child' })
  const leader = identify(pid)
  if (!leader) throw new Error('the child has ended')
  return leader
}

const request = (leader: Awaited<ReturnType<typeof start>>) => ({
  name: 'web',
  leader,
  folder: join(temp.path, 'logs'),
})

describe('heapSnapshotEnvironment', () => {
  it('adds its option to NODE_OPTIONS once', () => {
    const once = heapSnapshotEnvironment({ A: 'b', NODE_OPTIONS: '--no-warnings' })
    expect(once).toEqual({ A: 'b', NODE_OPTIONS: '--no-warnings --heapsnapshot-signal=SIGUSR2' })
    expect(heapSnapshotEnvironment(once)).toEqual(once)
    expect(heapSnapshotEnvironment({})).toEqual({ NODE_OPTIONS: '--heapsnapshot-signal=SIGUSR2' })
  })
})

describe('takeHeapSnapshot', () => {
  it('moves the complete snapshot of a Node program to the logs, private, also from below a shell', async () => {
    const leader = await start('node', heapSnapshotEnvironment({}))
    const result = await takeHeapSnapshot(request(leader), systemClock)
    if (!('file' in result)) throw new Error(result.missing)
    expect(result.file).toMatch(/\/logs\/web\.\d{8}\.\d{6}\.\d+\.heapsnapshot$/)
    const snapshot = JSON.parse(readFileSync(result.file, 'utf8'))
    expect(snapshot.strings).toContain('a secret in the heap')
    expect(statSync(result.file).mode & 0o777).toBe(0o600)
    expect(readdirSync(join(temp.path, 'cwd'))).toEqual([])
    // It lives on.
    expect(identify(leader.pid)).toEqual(leader)
  })

  it('keeps the newest three, and those of other processes', async () => {
    const leader = await start('node', heapSnapshotEnvironment({}))
    const folder = join(temp.path, 'logs')
    mkdirSync(folder)
    const old = [1, 2, 3, 4].map((day) => `web.2020010${day}.000000.7.heapsnapshot`)
    for (const name of [...old, 'web-2.20200101.000000.7.heapsnapshot', 'web.out.log'])
      writeFileSync(join(folder, name), '')
    const result = await takeHeapSnapshot(request(leader), systemClock)
    if (!('file' in result)) throw new Error(result.missing)
    expect(readdirSync(folder).sort()).toEqual(
      [
        'web-2.20200101.000000.7.heapsnapshot',
        ...old.slice(2),
        result.file.slice(folder.length + 1),
        'web.out.log',
      ].sort(),
    )
  })

  it.each([
    ['Bun, which would die of the signal', 'bun', heapSnapshotEnvironment({})],
    ['a program that was not started for it', 'node', {}],
  ] as const)('spares %s', async (_, runtime, environment) => {
    const leader = await start(runtime, environment)
    expect(await takeHeapSnapshot(request(leader), systemClock)).toEqual({
      missing: 'no heap snapshot: the process has no Node program that can write one',
    })
    expect(identify(leader.pid)).toEqual(leader)
  })
})
