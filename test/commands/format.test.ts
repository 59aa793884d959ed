import { describe, expect, it } from 'vitest'
import { wantsColor } from '../../commands/format/color.ts'
import { logLine } from '../../commands/format/log.ts'
import { painter } from '../../commands/format/paint.ts'
import { printable } from '../../commands/format/printable.ts'
import { lookOf, statusText } from '../../commands/format/status.ts'
import { plainTable } from '../../commands/format/table.ts'
import { dateTime, duration, elapsed, memory, moment, percent } from '../../commands/format/units.ts'

describe('units', () => {
  it.each([
    [-5, '0s'],
    [0, '0s'],
    [0.9, '0s'],
    [59.99, '59s'],
    [60, '1m'],
    [192, '3m 12s'],
    [3600, '1h'],
    [3601, '1h'],
    [7500, '2h 5m'],
    [86_400 * 4 + 3 * 3600 + 59 * 60, '4d 3h'],
  ])('%d s is %s', (seconds, text) => {
    expect(duration(seconds)).toBe(text)
  })

  it.each([
    [79.4, '79ms'],
    [3199, '3.1s'],
    [9999, '9.9s'],
    [10_500, '10s'],
  ])('%d ms is %s', (ms, text) => {
    expect(elapsed(ms)).toBe(text)
  })

  it('gives memory, cpu and time with their units', () => {
    expect(memory(12.345)).toBe('12.3 MB')
    expect(memory(1280)).toBe('1.25 GB')
    expect(percent(0.46)).toBe('0.5%')
    const at = new Date(2031, 4, 4, 9, 8, 7).getTime()
    expect(dateTime(at)).toBe('2031-05-04 09:08:07')
    expect(moment(at, at + 192_000)).toBe('2031-05-04 09:08:07 (3m 12s ago)')
    expect(moment(at, at - 300_000)).toBe('2031-05-04 09:08:07 (in 5m)')
  })
})

describe('colour', () => {
  const plain = { env: {}, isTTY: false }
  it('follows the stream when nobody says', () => {
    expect(wantsColor(plain)).toBe(false)
    expect(wantsColor({ env: {}, isTTY: true })).toBe(true)
    expect(wantsColor({ env: { TERM: 'dumb' }, isTTY: true })).toBe(false)
  })

  it('a flag beats NO_COLOR beats FORCE_COLOR beats the stream', () => {
    const both = { NO_COLOR: '1', FORCE_COLOR: '1' }
    expect(wantsColor({ flag: true, env: both, isTTY: false })).toBe(true)
    expect(wantsColor({ flag: false, env: { FORCE_COLOR: '1' }, isTTY: true })).toBe(false)
    expect(wantsColor({ env: both, isTTY: true })).toBe(false)
    expect(wantsColor({ env: { FORCE_COLOR: '1' }, isTTY: false })).toBe(true)
    expect(wantsColor({ env: { FORCE_COLOR: '0' }, isTTY: true })).toBe(false)
    expect(wantsColor({ env: { NO_COLOR: '' }, isTTY: true })).toBe(true)
  })

  it('is per stream, whatever the other one does', () => {
    const [on, off] = [painter(true), painter(false)]
    expect([on('red', 'x'), off('red', 'x'), on('red', 'x')]).toEqual(['\x1b[31mx\x1b[39m', 'x', '\x1b[31mx\x1b[39m'])
  })
})

describe('status', () => {
  const still = { status: 'running', health: null, reason: '', retryAt: null, failures: 3, maxRestarts: 5 } as const

  it('says for how long a restart waits, and which one in a row it is', () => {
    const state = { ...still, status: 'restarting', retryAt: 10_000 } as const
    expect(statusText(state, 6_100)).toBe('restarting in 4s (3/5)')
    expect(statusText(state, 12_000)).toBe('restarting in 0s (3/5)')
  })

  it('says how a process is, what it waits for, and that it has done what it was for', () => {
    const now = new Date(2031, 4, 4, 13, 0).getTime()
    const today = new Date(2031, 4, 4, 14, 5).getTime()
    const tomorrow = new Date(2031, 4, 5, 2, 0).getTime()
    const scheduled = { ...still, status: 'restarting', reason: 'scheduled' } as const
    const texts = [
      still,
      { ...still, health: 'starting' as const },
      { ...still, health: 'healthy' as const },
      { ...still, health: 'unhealthy' as const },
      { ...still, status: 'starting' as const, health: 'starting' as const },
      { ...still, status: 'starting' as const, reason: 'waiting for db' },
      { ...scheduled, retryAt: today },
      { ...scheduled, retryAt: tomorrow },
      { ...still, status: 'stopped' as const, reason: 'completed with 3' },
      { ...still, status: 'stopped' as const },
      { ...still, status: 'error' as const, reason: 'gave up after 5 restarts: exited with 1' },
    ].map((state) => statusText(state, now))
    expect(texts).toEqual([
      'running',
      'running',
      'running (healthy)',
      'running (unhealthy)',
      'starting',
      'waiting for db',
      'scheduled, next 14:05',
      'scheduled, next 2031-05-05 02:00',
      'completed with 3',
      'stopped',
      'error',
    ])
  })

  it('warns of an unhealthy process by its colour', () => {
    expect(lookOf({ ...still, health: 'unhealthy' }).color).toBe('red')
    expect(lookOf({ ...still, health: 'healthy' }).color).toBe('green')
  })
})

describe('tables', () => {
  const columns = [{ title: 'name' }, { title: 'pid', align: 'right' as const }]
  const rows = [
    ['web', '7'],
    ['\x1b[1mworker\x1b[22m', '4711'],
  ]

  it('aligns columns by spaces, colour codes taking no room', () => {
    expect(plainTable({ columns, rows, paint: painter(false) })).toBe(
      'NAME     PID\nweb        7\n\x1b[1mworker\x1b[22m  4711',
    )
  })
})

describe('log lines', () => {
  const log = {
    timestamp: new Date(0),
    level: 'info',
    message: '\x1b[31mred\x1b[39m',
    source: 'stdout',
    name: 'web',
  } as const

  it('keep the colours of the child only where colour is wanted, and never let them run on', () => {
    expect(logLine(log, { paint: painter(false) })).toBe('red')
    expect(logLine(log, { paint: painter(true), keepColors: true })).toBe('\x1b[31mred\x1b[39m\x1b[0m')
  })

  it('cannot move the cursor, clear the screen or ring', () => {
    const message = '\x1b[2J\x1b[3;1Hone\x07\ttwo\x08\x9b1A\x1b]0;title\x07 \x1b[1mbold\x00\x7f'
    expect(printable(message, true)).toBe('one\ttwo \x1b[1mbold\x1b[0m')
    expect(printable(message, false)).toBe('one\ttwo bold')
  })

  it('have the name and the time in front of them, and dashes around what the supervisor says', () => {
    const paint = painter(false)
    expect(logLine(log, { paint, prefixWidth: 6 })).toBe('web    | red')
    expect(logLine(log, { paint, prefixWidth: 6, isContext: true })).toBe('web    : red')
    const timestamp = new Date(2031, 4, 4, 9, 8, 7, 65)
    expect(logLine({ ...log, timestamp }, { paint, prefixWidth: 4, timestamps: true })).toBe(
      '2031-05-04 09:08:07.065 web  | red',
    )
    expect(logLine({ ...log, source: 'system', message: 'up' }, { paint })).toBe('-- up --')
  })
})
