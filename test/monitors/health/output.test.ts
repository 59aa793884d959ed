import { appendFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { resolveHealthCheck } from '../../../src/config/resolve/health.ts'
import { LogFile } from '../../../src/logs/files/log-file.ts'
import type { HealthCheckSettings } from '../../../src/model/config/health-check.ts'
import type { Measured } from '../../../src/model/config/units.ts'
import type { HealthResult } from '../../../src/model/lifecycle/health.ts'
import type { HealthTarget } from '../../../src/monitors/health/index.ts'
import { OutputMonitor } from '../../../src/monitors/health/output.ts'
import { CHUNK } from '../../../src/monitors/health/stream-scan.ts'
import { type TempFolder, tempFolder } from '../../helpers/temp.ts'
import { until } from '../../helpers/until.ts'
import { VirtualClock } from '../../helpers/virtual-clock.ts'
import { healthTarget } from './check.ts'

let folder: TempFolder
let clock: VirtualClock
let monitor: OutputMonitor | undefined
let results: HealthResult[]
let target: HealthTarget

beforeEach(() => {
  folder = tempFolder('out')
  clock = new VirtualClock()
  results = []
  const startedAt = clock.now()
  const health = { status: 'starting', failures: 0, since: startedAt, history: [] } as const
  target = healthTarget(folder.path, { startedAt, health: { ...health, history: [] } })
  writeFileSync(target.source.logFile, '')
  writeFileSync(target.source.errorFile, '')
})
afterEach(() => {
  monitor?.close()
  vi.restoreAllMocks()
  folder.remove()
})

/** Wakes the monitor as a change of its files would. */
type Wake = () => void

function start(outputPattern: string | RegExp, some: Partial<Measured<HealthCheckSettings>> = {}): Wake {
  const wakes: Wake[] = []
  const check = resolveHealthCheck({ type: 'output', outputPattern, interval: 10_000, ...some })
  if (check.type !== 'output') throw new Error('no output check')
  const watch = (_: string, on: { event: Wake }) => {
    wakes.push(on.event)
    return () => {}
  }
  monitor = new OutputMonitor(check, target, (result) => results.push(result), clock, watch)
  monitor.start()
  return () => wakes.at(-1)?.()
}

const out = (text: string) => appendFileSync(target.source.logFile, text)
const err = (text: string) => appendFileSync(target.source.errorFile, text)
const seen = (count = 1) =>
  until(() => results.filter(({ ok }) => ok).length >= count, { what: 'the pattern', everyMs: 5 })

/** Bytes read of log files from now on. */
function countReads(): () => number {
  const read = LogFile.prototype.read
  let bytes = 0
  vi.spyOn(LogFile.prototype, 'read').mockImplementation(async function (this: LogFile, ...args) {
    const found = await read.apply(this, args)
    bytes += found.length
    return found
  })
  return () => bytes
}

describe('an output check', () => {
  it('searches the output from the beginning of the run', async () => {
    out('ready once before\n')
    target.logStart.stdout = 18
    const wake = start('ready')
    out('not yet\n')
    wake()
    out('ready now\n')
    wake()
    await seen()
    expect(results).toEqual([{ at: clock.now(), ok: true, took: 0, detail: '"ready" was seen' }])
    expect(clock.pending()).toEqual([])
  })

  it('ignores the output of earlier runs', async () => {
    out('ready\n')
    err('ready\n')
    target.logStart = { stdout: 6, stderr: 6 }
    const reads = countReads()
    const wake = start('ready')
    out('something else\n')
    wake()
    await until(() => reads() > 0)
    clock.advance(10_000)
    expect(results).toMatchObject([{ ok: false, detail: '"ready" was not seen within 10 s' }])
  })

  it.each(['stdout', 'stderr'] as const)('reads %s', async (stream) => {
    const wake = start(/listening on \d+/)
    const write = stream === 'stdout' ? out : err
    write('server listen')
    wake()
    write('ing on 3000')
    wake()
    await seen()
    expect(results[0]?.detail).toBe('/listening on \\d+/ was seen')
  })

  it('does not match across the two streams', async () => {
    const reads = countReads()
    const wake = start('listening')
    out('list')
    err('ening')
    wake()
    await until(() => reads() >= 9)
    clock.advance(10_000)
    expect(results).toMatchObject([{ ok: false }])
  })

  it('reads one file of both streams once', async () => {
    target.source.errorFile = target.source.logFile
    const reads = countReads()
    const wake = start('ready')
    out('almost\n')
    wake()
    out('ready\n')
    wake()
    await seen()
    expect(reads()).toBe(13)
  })

  it('finds a pattern across two chunks, also if a character is split', async () => {
    const filler = `${'é'.repeat(CHUNK / 2 - 3)}\n`
    out(`x${filler}wörker ready\nmore\n`)
    start(/^wörker ready$/)
    for (let i = 0; i < 5 && results.length === 0; i++) {
      await until(() => results.length > 0 || clock.pending().length > 2)
      clock.advance(25)
    }
    await seen()
  })

  it('reports a failure for every interval without the pattern, and a success as soon as it appears', async () => {
    const wake = start('ready', { startPeriod: 3000 })
    const startedAt = clock.now()
    clock.advance(12_999)
    expect(results).toEqual([])
    clock.advance(20_001)
    expect(results.map(({ at, ok }) => [at - startedAt, ok])).toEqual([
      [13_000, false],
      [23_000, false],
      [33_000, false],
    ])
    out('ready\n')
    clock.advance(500)
    wake()
    await seen()
    expect(results.at(-1)).toMatchObject({ at: startedAt + 33_500, ok: true })
    clock.advance(1_000_000)
    expect(results).toHaveLength(4)
  })

  it('requires the pattern again in every interval with repeat', async () => {
    const wake = start('processed', { repeat: true })
    // Where a new interval begins in the file takes a moment to find: what is written before that may count as older.
    const writeUntilSeen = (count: number) =>
      until(() => {
        out('processed\n')
        wake()
        return results.filter(({ ok }) => ok).length === count
      })
    await writeUntilSeen(1)
    out('processed in the same interval\n')
    clock.advance(10_000)
    clock.advance(10_000)
    expect(results.map(({ ok }) => ok)).toEqual([true, false])
    await writeUntilSeen(2)
    clock.advance(10_000)
    await writeUntilSeen(3)
    expect(results.map(({ ok }) => ok)).toEqual([true, false, true, true])
  })

  it('does not check an adopted healthy run again, except with repeat', async () => {
    const since = clock.now()
    target.health = { status: 'healthy', failures: 0, since, history: [{ at: since, ok: true, took: 0, detail: '' }] }
    out('processed\n')
    start('processed')
    expect(clock.pending()).toEqual([])
    const reads = countReads()
    const wake = start('processed', { repeat: true })
    // To find the end of what was there before.
    await until(() => reads() > 0)
    clock.advance(10_000)
    expect(results).toMatchObject([{ ok: false }])
    out('processed\n')
    wake()
    await seen()
  })

  it('continues after a truncation, and with a replaced file', async () => {
    const reads = countReads()
    const wake = start('ready')
    out('a long line that says nothing\n')
    wake()
    await until(() => reads() === 30)
    truncateSync(target.source.logFile)
    out('short\n')
    wake()
    await until(() => reads() === 36)
    renameSync(target.source.logFile, `${target.source.logFile}.1`)
    appendFileSync(`${target.source.logFile}.1`, 'ready\n')
    wake()
    await seen()
  })

  it('waits for a missing file', async () => {
    renameSync(target.source.logFile, `${target.source.logFile}.away`)
    const wake = start('ready')
    wake()
    out('ready\n')
    await until(() => {
      wake()
      return results.length > 0
    })
  })

  it('reports a file that cannot be read', async () => {
    const open = vi.spyOn(LogFile, 'open').mockRejectedValue(new Error('EIO: i/o error, open'))
    start('ready')
    await until(() => open.mock.calls.length > 0)
    await until(() => {
      clock.advance(10_000)
      return results.at(-1)?.detail.includes('EIO: i/o error')
    })
  })

  it('reads a flood at its own pace, each byte once, and finds the pattern at its end', async () => {
    const size = 40 * CHUNK
    writeFileSync(
      target.source.logFile,
      'y'
        .repeat(63)
        .concat('\n')
        .repeat(size / 64),
    )
    out('the end\n')
    const reads = countReads()
    const wake = start(/^the end$/)
    let steps = 0
    while (results.length === 0) {
      await until(() => results.length > 0 || (reads() >= (steps + 1) * CHUNK && clock.pending()[0] === 25))
      // However often it is woken meanwhile.
      for (let i = 0; i < 5; i++) wake()
      expect(reads()).toBe(Math.min((steps + 1) * CHUNK, size + 8))
      clock.advance(25)
      steps++
    }
    expect(steps).toBeGreaterThanOrEqual(40)
    expect(reads()).toBe(size + 8)
  })

  it('reports nothing after it is closed', async () => {
    const wake = start('ready')
    out('ready\n')
    monitor?.close()
    wake()
    clock.advance(100_000)
    expect(results).toEqual([])
    expect(clock.pending()).toEqual([])
  })
})
