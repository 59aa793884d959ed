import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { bootId, identify, isAlive, isZombie, self } from '../../src/system/identity.ts'
import {
  parseStat,
  readCommandLine,
  readCwd,
  readEntry,
  readEnvironment,
  readForkCount,
  readOutputs,
  readTable,
} from '../../src/system/proc.ts'
import { parsePsLine, portableTable } from '../../src/system/ps.ts'
import { endSpawned, spawnFixture, spawnZombie } from '../helpers/spawned.ts'
import { until } from '../helpers/until.ts'

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
  ])('state %s is alive: %s', (state, alive) => {
    expect(parseStat(stat('node', state))?.alive).toBe(alive)
  })

  it('is undefined for what is no stat line', () => {
    expect(parseStat('')).toBeUndefined()
    expect(parseStat('4711 node S 1')).toBeUndefined()
  })
})

describe('a process of this system', () => {
  it('is known by a pid and a start time', async () => {
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

  it('is none while it is a zombie, though a signal finds it', async () => {
    const zombie = await spawnZombie()
    expect(() => process.kill(zombie.pid, 0)).not.toThrow()
    expect(readEntry(zombie.pid)?.alive).toBe(false)
    expect(identify(zombie.pid)).toBeUndefined()
    expect([isAlive(zombie), isZombie(zombie)]).toEqual([false, true])
  })

  it('tells its environment, words, folder and outputs', async () => {
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

  it('that is gone tells nothing', () => {
    const gone = 2 ** 22 + 1
    expect(readEntry(gone)).toBeUndefined()
    expect(readEnvironment(gone, 'PATH')).toBeUndefined()
    expect([readOutputs(gone), readCommandLine(gone), readCwd(gone)]).toEqual([[], [], undefined])
  })

  it('is told by the fork counter when it is born', () => {
    const before = readForkCount() ?? Number.NaN
    spawnFixture('sleeper')
    expect(readForkCount()).toBeGreaterThan(before)
  })

  it('can be this one', () => {
    expect(self()).toEqual(identify(process.pid))
  })
})

describe('the table of POSIX ps', () => {
  it.each([
    [
      ' 4711     1  4711  4711 Ss   12345 00:00:03 Sun Nov 22 22:32:14 2026 node',
      { pid: 4711, ppid: 1, pgid: 4711, sid: 4711, alive: true, name: 'node', cpu: 3000, memory: 12345 * 1024 },
    ],
    [
      '1 0 1 1 Z+ 0 1-02:03:04 Sun Nov  1 02:03:04 2026 my program',
      { alive: false, name: 'my program', cpu: (26 * 3600 + 3 * 60 + 4) * 1000 },
    ],
    ['1 0 1 1 S 0 0:01.50 Sun Nov  1 02:03:04 2026 launchd', { cpu: 1500 }],
  ])('is read: %s', (line, entry) => {
    expect(parsePsLine(line)).toMatchObject(entry)
  })

  it('has start times in seconds of the epoch', () => {
    const line = '1 0 1 1 S 0 0:01 Sun Nov 22 22:32:14 2026 launchd'
    expect(parsePsLine(line)?.startTime).toBe(Math.floor(new Date(2026, 10, 22, 22, 32, 14).getTime() / 1000))
  })

  it.each(['', '   ', 'PID PPID'])('has no process in %j', (line) => {
    expect(parsePsLine(line)).toBeUndefined()
  })

  it('says of this machine what /proc says', () => {
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

  it('can be asked for one process', () => {
    expect(portableTable(process.pid).map(({ pid }) => pid)).toEqual([process.pid])
    expect(portableTable(2 ** 22 + 1)).toEqual([])
  })
})
