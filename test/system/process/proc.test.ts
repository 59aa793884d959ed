import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { identify, isAlive, isZombie, self } from '../../../src/system/process/identity.ts'
import { bootId } from '../../../src/system/process/pid-space.ts'
import {
  parseStat,
  readCommandLine,
  readCwd,
  readEntry,
  readEnvironment,
  readForkCount,
  readOutputs,
  readTable,
  requestEntry,
  requestTable,
} from '../../../src/system/process/proc.ts'
import { parsePsLine, portableTable, requestPortableTable } from '../../../src/system/process/ps.ts'
import { endSpawned, spawnFixture, spawnZombie } from '../../helpers/spawned.ts'
import { until } from '../../helpers/until.ts'

afterEach(endSpawned)

/** A line of /proc/PID/stat with this name and state. */
function stat(name: string, state = 'S'): string {
  const rest = '1 4711 4711 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 11 0 987654 1000000 2500 18446744073709551615'
  return `4711 (${name}) ${state} ${rest} 1 1 0 0 0\n`
}

describe('parseStat', () => {
  it.each(['node', 'a b', 'x) S 1 (y', '((', '))', '', 'tab\there'])('reads a process named %j', (name) => {
    expect(parseStat(stat(name))).toEqual({
      pid: 4711,
      ppid: 1,
      pgid: 4711,
      sid: 4711,
      startTime: 987_654,
      alive: true,
      isFrozen: false,
      name,
      cpu: 3000,
      memory: 2500 * 4096,
    })
  })

  it.each([
    ['S', true],
    ['R', true],
    ['D', true],
    ['T', true],
    ['Z', false],
    ['X', false],
  ])('counts state %s as alive: %s', (state, alive) => {
    expect(parseStat(stat('node', state))?.alive).toBe(alive)
  })

  it('is undefined for an invalid line', () => {
    expect(parseStat('')).toBeUndefined()
    expect(parseStat('4711 node S 1')).toBeUndefined()
  })
})

describe('a process in /proc', () => {
  it('is identified by pid and start time', async () => {
    const { pid, child } = spawnFixture('sleeper')
    const identity = identify(pid)
    expect(identity).toMatchObject({ pid, bootId: bootId() })
    if (!identity) return
    expect([isAlive(identity), isZombie(identity)]).toEqual([true, false])
    expect(isAlive({ ...identity, startTime: identity.startTime + 1 })).toBe(false)
    expect(isAlive({ ...identity, bootId: 'another boot' })).toBe(false)
    child.kill('SIGKILL')
    await until(() => !isAlive(identity), { what: 'its end' })
    expect(identify(pid)).toBeUndefined()
  })

  it('does not count while it is a zombie, though a signal reaches it', async () => {
    const zombie = await spawnZombie()
    expect(() => process.kill(zombie.pid, 0)).not.toThrow()
    expect(readEntry(zombie.pid)?.alive).toBe(false)
    expect(identify(zombie.pid)).toBeUndefined()
    expect([isAlive(zombie), isZombie(zombie)]).toEqual([false, true])
  })

  it('has an environment, a command line, a folder and outputs', async () => {
    const { pid, stdout } = spawnFixture('sleeper', ['one word', ''], { FIRST: 'a=b', EMPTY_ONE: '' })
    await until(() => stdout().includes('sleeper'), { what: 'the sleeper' })
    expect(readEnvironment(pid, 'FIRST')).toBe('a=b')
    expect(readEnvironment(pid, 'EMPTY_ONE')).toBe('')
    expect(readEnvironment(pid, 'FIRS')).toBeUndefined()
    expect(readEnvironment(pid, 'IRST')).toBeUndefined()
    expect(readCommandLine(pid).slice(-2)).toEqual(['one word', ''])
    expect(readCwd(pid)).toBe(process.cwd())
    expect(readOutputs(pid).every((file) => /^\d+:\d+$/.test(file))).toBe(true)
  })

  it('has nothing to read after it is gone', () => {
    const gone = 2 ** 22 + 1
    expect(readEntry(gone)).toBeUndefined()
    expect(readEnvironment(gone, 'PATH')).toBeUndefined()
    expect([readOutputs(gone), readCommandLine(gone), readCwd(gone)]).toEqual([[], [], undefined])
  })

  it('moves the fork counter when it is forked', () => {
    const before = readForkCount() ?? Number.NaN
    spawnFixture('sleeper')
    expect(readForkCount()).toBeGreaterThan(before)
  })

  it('may be the current one', () => {
    expect(self()).toEqual(identify(process.pid))
  })
})

describe('the table of POSIX ps', () => {
  it.each([
    [
      ' 4711     1  4711  4711 Ss   Sun Nov 22 22:32:14 2026 node',
      { pid: 4711, ppid: 1, pgid: 4711, sid: 4711, alive: true, name: 'node' },
    ],
    ['1 0 1 1 Z+ Sun Nov  1 02:03:04 2026 my program', { alive: false, name: 'my program' }],
    ['1 0 1 0 S Sun Nov  1 02:03:04 2026 launchd', { sid: 0, alive: true, name: 'launchd' }],
  ])('is read: %s', (line, entry) => {
    expect(parsePsLine(line)).toMatchObject(entry)
  })

  it('has start times in epoch seconds', () => {
    const line = '1 0 1 1 S Sun Nov 22 22:32:14 2026 launchd'
    expect(parsePsLine(line)?.startTime).toBe(Math.floor(new Date(2026, 10, 22, 22, 32, 14).getTime() / 1000))
  })

  it.each(['', '   ', 'PID PPID'])('has no process in %j', (line) => {
    expect(parsePsLine(line)).toBeUndefined()
  })

  it('lists the same processes as /proc', () => {
    const { pid } = spawnFixture('sleeper')
    const fromPs = new Map(portableTable().map((entry) => [entry.pid, entry]))
    const both = readTable().filter((entry) => entry.alive && fromPs.has(entry.pid))
    expect(both.map((entry) => entry.pid)).toContain(pid)
    expect(both.map((entry) => entry.pid)).toContain(process.pid)
    // Kernel threads and sessions from outside of a container are told differently, our own processes are not.
    for (const number of [pid, process.pid]) {
      const { ppid, pgid, sid, alive } = readEntry(number) ?? {}
      expect(fromPs.get(number)).toMatchObject({ ppid, pgid, sid, alive })
    }
    const booted = Number(/^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1])
    const born = booted + (readEntry(pid)?.startTime ?? 0) / 100
    expect(Math.abs((fromPs.get(pid)?.startTime ?? 0) - born)).toBeLessThanOrEqual(2)
  })

  it('is one answer for all who ask in the same turn, and a new one later', async () => {
    const [first, second] = await Promise.all([requestPortableTable(), requestTable(false)])
    expect(first).toBe(second)
    const { pid } = spawnFixture('sleeper')
    const later = await requestPortableTable()
    expect(later.map((entry) => entry.pid)).toContain(pid)
    expect(later.find((entry) => entry.pid === pid)).toEqual(portableTable(pid)[0])
    expect(await requestEntry(pid, false)).toEqual(portableTable(pid)[0])
    expect((await requestEntry(pid))?.startTime).toBe(readEntry(pid)?.startTime)
  })

  it('can list a single process', () => {
    expect(portableTable(process.pid).map(({ pid }) => pid)).toEqual([process.pid])
    expect(portableTable(2 ** 22 + 1)).toEqual([])
  })
})
