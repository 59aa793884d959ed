import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openLogs } from '../../../src/logs/files/append.ts'
import { followLogs } from '../../../src/logs/reading/follow.ts'
import { readLogs } from '../../../src/logs/reading/read.ts'
import { LogIndexer } from '../../../src/logs/timestamps/index-writer.ts'
import { ENTRY_SIZE } from '../../../src/logs/timestamps/timestamp.ts'
import type { LogSource } from '../../../src/model/views/logs.ts'
import { bundleProgram } from '../../helpers/bundle.ts'
import { logSource } from '../../helpers/log-source.ts'
import { type TempFolder, tempFolder } from '../../helpers/temp.ts'
import { until } from '../../helpers/until.ts'

let folder: TempFolder
let source: LogSource
let indexer: LogIndexer
const children: ChildProcess[] = []

beforeEach(() => {
  folder = tempFolder()
  source = logSource(folder.path)
  indexer = new LogIndexer()
})
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode === null && child.kill('SIGKILL')) await once(child, 'exit')
  }
  indexer.close()
  folder.remove()
})

/** Runs a fixture with the process's log files as its stdout and stderr. */
function begin(fixture: string, ...args: number[]): ChildProcess {
  const logs = openLogs(source)
  indexer.watch(source)
  const file = join(import.meta.dirname, '../../fixtures', fixture)
  const child = spawn(process.execPath, [file, ...args.map(String)], { stdio: ['pipe', logs.stdout, logs.stderr] })
  children.push(child)
  logs.close()
  return child
}

const run = (fixture: string, ...args: number[]) => once(begin(fixture, ...args), 'exit')
const entries = () => statSync(source.indexFile).size / ENTRY_SIZE

const numbered = (count: number) => Array.from({ length: count }, (_, i) => `line ${i}`)

describe('a child that writes its own log', () => {
  // Not by the clock: on a busy machine twenty milliseconds may pass before this process is given its turn.
  it('is read and followed in the exact order of its alternating streams', async () => {
    const followed: string[] = []
    const following = followLogs([source], {}, (log) => followed.push(log.message))
    await following.ready
    const child = begin('alternate.mjs')
    for (let i = 1; i <= 100; i++) {
      child.stdin?.write('.')
      await until(() => entries() === i && followed.length === i, { everyMs: 5, what: `line ${i} to be seen` })
    }
    child.stdin?.end()
    await once(child, 'exit')
    const logs = await readLogs([source])
    following.dispose()
    expect(logs.map((log) => log.message)).toEqual(numbered(100))
    expect(logs.map((log) => log.source)).toEqual(numbered(100).map((_, i) => (i % 2 ? 'stderr' : 'stdout')))
    expect(followed).toEqual(numbered(100))
  })

  it('may write at full speed: every line comes once and in order, with few entries', async () => {
    const followed: string[] = []
    const following = followLogs([source], {}, (log) => followed.push(log.message))
    await following.ready
    const began = performance.now()
    await run('flood.mjs', 300_000)
    const seconds = (performance.now() - began) / 1000
    indexer.record('web')
    const logs = await readLogs([source])
    await until(() => followed.length >= 300_000)
    following.dispose()
    const expected = numbered(300_000)
    expect(logs.map((log) => log.message)).toEqual(expected)
    expect(followed).toEqual(expected)
    expect(new Set(logs.map((log) => log.timestamp.getTime())).size).toBeLessThan(30 + 40 * seconds)
  })

  it('is followed from run to run', async () => {
    const followed: string[] = []
    const following = followLogs([source], {}, (log) => followed.push(log.message))
    await following.ready
    for (let i = 0; i < 3; i++) await run('flood.mjs', 100)
    await until(() => followed.length >= 300)
    following.dispose()
    expect(followed).toEqual([...numbered(100), ...numbered(100), ...numbered(100)])
  })
})

describe('an app that watches and follows', () => {
  it('is not kept alive', async () => {
    await run('flood.mjs', 10)
    const app = await bundleProgram(
      folder.path,
      'app',
      `import { LogIndexer } from './logs/timestamps/index-writer.ts'
      import { followLogs } from './logs/reading/follow.ts'
      const source = JSON.parse(process.env.SOURCE)
      const missing = { ...source, name: 'none', logFile: source.logFile + '.none' }
      new LogIndexer().watch(source)
      await followLogs([source, missing], { lines: 2 }, (log) => console.log(log.message)).ready`,
    )
    const child = spawn(process.execPath, [app], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, SOURCE: JSON.stringify(source) },
    })
    children.push(child)
    let said = ''
    child.stdout?.on('data', (chunk) => {
      said += chunk
    })
    expect(await once(child, 'close')).toEqual([0, null])
    expect(said).toBe('line 8\nline 9\n')
  })
})
