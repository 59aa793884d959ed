import { describe, expect, it } from 'vitest'
import { fitParts, fitWidths } from '../../../commands/format/fit.ts'
import { listText } from '../../../commands/format/list.ts'
import { listLines } from '../../../commands/format/list-screen.ts'
import { painter } from '../../../commands/format/paint.ts'
import { symbolsOf } from '../../../commands/format/symbols.ts'
import type { ProcessState, SupervisorInfo } from '../../../src/index.ts'
import { NOW, processState } from '../states.ts'

const paint = painter(false)
const symbols = symbolsOf({})
const supervisor: SupervisorInfo = {
  identity: { pid: 4700, startTime: 1, bootId: 'boot' },
  socket: '/app/.tuix/supervisor.sock',
  version: '1.2.3',
  runtime: 'bun',
  mode: 'daemon',
  startedAt: NOW - 192_000,
}

const STATES: ProcessState[] = [
  processState({ name: 'web', health: 'healthy', watch: true, port: 3000, uptime: 7500 }),
  processState({
    name: 'a-worker-with-a-very-long-name-that-says-a-lot-1',
    status: 'restarting',
    pid: null,
    cpu: null,
    memory: null,
    restarts: 3,
    failures: 3,
    maxRestarts: 5,
    retryAt: NOW + 4000,
  }),
  processState({ name: 'mailer', group: 'jobs', status: 'stopped', pid: null, cpu: null, memory: null }),
]

const lines = (width: number, changes = {}) =>
  listLines(STATES, { paint, symbols, now: NOW, width, supervisor, ...changes })

describe('the list on a terminal', () => {
  it('shows the supervisor, separates groups, and ends with totals', () => {
    expect(lines(140)).toEqual([
      'supervisor 4700 · daemon · bun · up 3m 12s · v1.2.3',
      '',
      '  NAME                                              STATUS                   PID  UPTIME  RESTARTS   CPU   MEMORY  PORT',
      '● web ↻                                             running (healthy)       4711   2h 5m         0  1.5%  80.0 MB  3000',
      '◐ a-worker-with-a-very-long-name-that-says-a-lot-1  restarting in 4s (3/5)     -       -         3     -        -     -',
      '',
      'jobs',
      '○ mailer                                            stopped                    -       -         0     -        -     -',
      '',
      '3 processes · 1 running · 1 restarting · 1 stopped · cpu 1.5% · memory 80.0 MB · ↻ restarts on changes',
    ])
  })

  it('is never wider than the terminal, whatever its width', () => {
    for (let width = 1; width <= 150; width++) {
      for (const columns of [undefined, ['name', 'group', 'status', 'reason', 'watch'] as const]) {
        const wide = lines(width, { columns }).filter((line) => line.length > width)
        expect(wide, `at ${width}`).toEqual([])
      }
    }
  })

  it('leaves out unimportant columns, then cuts names in the middle', () => {
    expect(lines(80).slice(2, 5)).toEqual([
      '  NAME                   STATUS                  UPTIME  RESTARTS   CPU   MEMORY',
      '● web ↻                  running (healthy)        2h 5m         0  1.5%  80.0 MB',
      '◐ a-worker-w…ys-a-lot-1  restarting in 4s (3/5)       -         3     -        -',
    ])
    expect(lines(60).slice(2, 5)).toEqual([
      '  NAME               STATUS                  UPTIME   MEMORY',
      '● web ↻              running (healthy)        2h 5m  80.0 MB',
      '◐ a-worker…-a-lot-1  restarting in 4s (3/5)       -        -',
    ])
    expect(lines(40).slice(2, 4)).toEqual(['  NAME              STATUS', '● web ↻             running (healthy)'])
  })

  it('is one flat table with a group column if the user asks for an order', () => {
    const text = lines(140, { isSorted: true })
    expect(text).not.toContain('jobs')
    expect(text[2]).toMatch(/^ {2}NAME +GROUP +STATUS/)
    expect(text.find((line) => line.includes('mailer'))).toMatch(/mailer +jobs +stopped/)
  })

  it('uses ASCII in an ASCII locale, and colour if it is on', () => {
    const ascii = lines(60, { symbols: symbolsOf({ LC_ALL: 'C', LANG: 'en_GB.UTF-8' }) }).join('\n')
    expect(ascii).toMatch(/^\* web \(w\) /m)
    expect(ascii).toMatch(/^~ a-worker~-a-lot-1 /m)
    expect(/[^\x00-\x7f]/.exec(ascii)).toBe(null)
    const painted = lines(80, { paint: painter(true) }).join('\n')
    expect(painted).toContain('\x1b[32m●\x1b[39m')
    expect(painted).toContain('\x1b[32mrunning (healthy)\x1b[39m')
    expect(painted).toContain('\x1b[33m1 restarting\x1b[39m')
  })

  it('says that no supervisor is running, and has no totals for a single process', () => {
    const text = listLines([processState()], { paint, symbols, now: NOW, width: 80, supervisor: null })
    expect(text).toHaveLength(4)
    expect(text[0]).toBe('no supervisor is running')
  })
})

describe('the list in a pipe', () => {
  it('contains only the columns', async () => {
    const text = await listText(STATES, { paint, symbols, now: NOW })
    expect(text.split('\n')[0]).toMatch(/^NAME +GROUP +STATUS +PID +UPTIME +RESTARTS +CPU +MEMORY +PORT +WATCH$/)
    expect(text).toMatch(/^mailer +jobs +stopped +- /m)
    expect(/[^\x20-\x7e\n]/.exec(text)).toBe(null)
    const some = await listText(STATES, { paint, symbols, now: NOW, columns: ['pid', 'name', 'health'] })
    expect(some).toMatch(/^ PID {2}NAME +HEALTH\n4711 {2}web +healthy\n/)
  })
})

describe('fitting', () => {
  it('leaves out columns by rank, then gives room to the first ones', () => {
    const name = { width: 30, least: 10 }
    const status = { width: 12, least: 12 }
    const pid = { width: 6, least: 6, keep: 1 }
    const memory = { width: 9, least: 9, keep: 2 }
    const columns = [name, pid, status, memory]
    expect(fitWidths(columns, 80)).toEqual([30, 6, 12, 9])
    expect(fitWidths(columns, 50)).toEqual([17, 6, 12, 9])
    expect(fitWidths(columns, 42)).toEqual([17, null, 12, 9])
    expect(fitWidths(columns, 30)).toEqual([16, null, 12, null])
    expect(fitWidths(columns, 14)).toEqual([6, null, 6, null])
    expect(fitWidths(columns, 1)).toEqual([1, null, null, null])
  })

  it('keeps as many parts as fit into one line', () => {
    expect(fitParts(['one', 'two', 'three'], ' - ', 9)).toEqual(['one', 'two'])
    expect(fitParts(['one', 'two', 'three'], ' - ', 17)).toEqual(['one', 'two', 'three'])
  })
})
