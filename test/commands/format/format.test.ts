import { describe, expect, it } from 'vitest'
import { wantsColor } from '../../../commands/format/color.ts'
import { logLine } from '../../../commands/format/log.ts'
import { painter } from '../../../commands/format/paint.ts'
import { printable } from '../../../commands/format/printable.ts'
import { lookOf, statusText } from '../../../commands/format/status.ts'
import { factLines, tableText } from '../../../commands/format/table.ts'
import { dateTime, duration, elapsed, memory, moment, percent } from '../../../commands/format/units.ts'
import type { ProcessState } from '../../../src/index.ts'
import { processState } from '../states.ts'

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

  it('are shown with memory, cpu and times', () => {
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
  it('depends on the stream by default', () => {
    expect(wantsColor(plain)).toBe(false)
    expect(wantsColor({ env: {}, isTTY: true })).toBe(true)
    expect(wantsColor({ env: { TERM: 'dumb' }, isTTY: true })).toBe(false)
  })

  it('is decided by a flag, else NO_COLOR, else FORCE_COLOR, else the stream', () => {
    const both = { NO_COLOR: '1', FORCE_COLOR: '1' }
    expect(wantsColor({ flag: true, env: both, isTTY: false })).toBe(true)
    expect(wantsColor({ flag: false, env: { FORCE_COLOR: '1' }, isTTY: true })).toBe(false)
    expect(wantsColor({ env: both, isTTY: true })).toBe(false)
    expect(wantsColor({ env: { FORCE_COLOR: '1' }, isTTY: false })).toBe(true)
    expect(wantsColor({ env: { FORCE_COLOR: '0' }, isTTY: true })).toBe(false)
    expect(wantsColor({ env: { NO_COLOR: '' }, isTTY: true })).toBe(true)
  })

  it('is decided for each stream separately', () => {
    const [on, off] = [painter(true), painter(false)]
    expect([on('red', 'x'), off('red', 'x'), on('red', 'x')]).toEqual(['\x1b[31mx\x1b[39m', 'x', '\x1b[31mx\x1b[39m'])
  })
})

describe('status', () => {
  const still = processState({ failures: 3, maxRestarts: 5 })
  const is = (changes: Partial<ProcessState>) => processState({ failures: 3, maxRestarts: 5, ...changes })

  it('shows the delay of a restart and its number in a row', () => {
    const state = is({ status: 'restarting', retryAt: 10_000 })
    expect(statusText(state, 6_100)).toBe('restarting in 4s (3/5)')
    expect(statusText(state, 12_000)).toBe('restarting in 0s (3/5)')
  })

  it('shows health, waiting, the schedule and completion', () => {
    const now = new Date(2031, 4, 4, 13, 0).getTime()
    const today = new Date(2031, 4, 4, 14, 5).getTime()
    const tomorrow = new Date(2031, 4, 5, 2, 0).getTime()
    const scheduled = is({ status: 'restarting', phase: 'scheduled', reason: 'scheduled' })
    const texts = [
      still,
      is({ health: 'starting' }),
      is({ health: 'healthy' }),
      is({ health: 'unhealthy' }),
      is({ status: 'starting', health: 'starting' }),
      is({ status: 'starting', phase: 'waiting', waitingFor: { process: 'db' }, reason: 'waiting for db' }),
      is({ status: 'starting', waitingFor: { port: 80 }, reason: 'waiting for port 80, taken by another user' }),
      { ...scheduled, retryAt: today },
      { ...scheduled, retryAt: tomorrow },
      is({ status: 'stopped', phase: 'completed', reason: 'completed with 3' }),
      is({ status: 'stopped', reason: 'completed with a word that means nothing' }),
      is({ status: 'error', reason: 'gave up after 5 restarts: exited with 1' }),
    ].map((state) => statusText(state, now))
    expect(texts).toEqual([
      'running',
      'running',
      'running (healthy)',
      'running (unhealthy)',
      'starting',
      'waiting for db',
      'waiting for port 80, taken by another user',
      'scheduled, next 14:05',
      'scheduled, next 2031-05-05 02:00',
      'completed with 3',
      'stopped',
      'error',
    ])
  })

  it('shows that a signal has stopped a process, whatever its health', () => {
    const state = is({ frozen: 7, health: 'healthy' })
    expect(statusText(state, 0)).toBe('running (frozen)')
    expect(lookOf(state).color).toBe('red')
  })

  it('shows a paused process as such, whatever its health', () => {
    const state = is({ phase: 'paused', reason: 'paused', health: 'unhealthy' })
    expect(statusText(state, 0)).toBe('paused')
    expect(lookOf(state)).toEqual({ symbol: 'paused', color: 'magenta' })
  })

  it('colours an unhealthy process red', () => {
    expect(lookOf(is({ health: 'unhealthy' })).color).toBe('red')
    expect(lookOf(is({ health: 'healthy' })).color).toBe('green')
  })
})

describe('tables', () => {
  const columns = [{ title: 'name' }, { title: 'pid', align: 'right' as const }]
  const rows = [
    ['web', '7'],
    ['\x1b[1mworker\x1b[22m', '4711'],
  ]

  it('align columns with blanks, ignoring colour codes', () => {
    expect(tableText({ columns, rows, paint: painter(false) })).toBe(
      'NAME     PID\nweb        7\n\x1b[1mworker\x1b[22m  4711',
    )
  })

  it('align wide characters, also in colour', () => {
    const wide = [
      ['日本語', '7'],
      ['\x1b[32m🫡 go\x1b[39m', '4711'],
    ]
    expect(tableText({ columns, rows: wide, paint: painter(false) })).toBe(
      'NAME     PID\n日本語     7\n\x1b[32m🫡 go\x1b[39m   4711',
    )
  })

  it('wrap long facts on a terminal, but not in a pipe', () => {
    const facts: [string, string][] = [
      ['command', 'node server.mjs --port 3000'],
      ['', '--verbose'],
    ]
    const plain = painter(false)
    expect(factLines(facts, plain)).toEqual(['  command  node server.mjs --port 3000', '           --verbose'])
    expect(factLines(facts, plain, 30)).toEqual([
      '  command  node server.mjs',
      '           --port 3000',
      '           --verbose',
    ])
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

  it('keep the colours of the process only if colour is on, and reset them', () => {
    expect(logLine(log, { paint: painter(false) })).toBe('red')
    expect(logLine(log, { paint: painter(true), keepColors: true })).toBe('\x1b[31mred\x1b[39m\x1b[0m')
  })

  it('have the colour of their level, unless the process coloured them', () => {
    const shown = (changes: object) => logLine({ ...log, message: 'text', ...changes }, { paint: painter(true) })
    expect(shown({})).toBe('text')
    expect(shown({ source: 'stderr' })).toBe('text')
    expect(shown({ level: 'error' })).toBe('\x1b[31mtext\x1b[39m')
    expect(shown({ level: 'warn' })).toBe('\x1b[33mtext\x1b[39m')
    expect(shown({ level: 'debug' })).toBe('\x1b[2mtext\x1b[22m')
    expect(shown({ source: 'system' })).toBe('\x1b[2m-- text --\x1b[22m')
    expect(shown({ source: 'system', level: 'error' })).toBe('\x1b[31m-- text --\x1b[39m')
    expect(logLine({ ...log, level: 'error' }, { paint: painter(true), keepColors: true })).not.toContain('\x1b[31m-')
    expect(logLine({ ...log, level: 'error' }, { paint: painter(true), isContext: true })).toBe('\x1b[2mred\x1b[22m')
    expect(logLine({ ...log, level: 'error' }, { paint: painter(false) })).toBe('red')
  })

  it('cannot move the cursor, clear the screen or ring the bell', () => {
    const message = '\x1b[2J\x1b[3;1Hone\x07\ttwo\x08\x9b1A\x1b]0;title\x07 \x1b[1mbold\x00\x7f'
    expect(printable(message, true)).toBe('one\ttwo \x1b[1mbold\x1b[0m')
    expect(printable(message, false)).toBe('one\ttwo bold')
  })

  it('may start with name and time, and lines of the supervisor stand between dashes', () => {
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
