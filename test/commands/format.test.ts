import { describe, expect, it } from 'vitest'
import { painter, wantsColor } from '../../commands/format/color.ts'
import { logLine } from '../../commands/format/log.ts'
import { statusText } from '../../commands/format/status.ts'
import { boxTable, plainTable } from '../../commands/format/table.ts'
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
  it('says for how long a restart waits, and which one it is', () => {
    const state = { status: 'restarting', retryAt: 10_000, restarts: 3, maxRestarts: 5 } as const
    expect(statusText(state, 6_100)).toBe('restarting in 4s (3/5)')
    expect(statusText(state, 12_000)).toBe('restarting in 0s (3/5)')
    expect(statusText({ ...state, status: 'running', retryAt: null }, 0)).toBe('running')
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

  it('has borders where they fit, and none where they do not', async () => {
    const table = { columns, rows, paint: painter(false) }
    const boxed = await boxTable({ ...table, width: 80 })
    expect(boxed).toContain('│ web    │    7 │')
    expect(await boxTable({ ...table, width: 16 })).toBe(plainTable(table))
    expect(boxed.split('\n')[0]).toHaveLength(17)
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

  it('keep the colours of the child only where colour is wanted', () => {
    expect(logLine(log, { paint: painter(false) })).toBe('red')
    expect(logLine(log, { paint: painter(true), keepColors: true })).toBe('\x1b[31mred\x1b[39m')
  })

  it('have the name in front of them, and dashes around what the supervisor says', () => {
    expect(logLine(log, { paint: painter(false), prefixWidth: 6 })).toBe('web    | red')
    expect(logLine({ ...log, source: 'system', message: 'up' }, { paint: painter(false) })).toBe('-- up --')
  })
})
