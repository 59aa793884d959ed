import { describe, expect, it } from 'vitest'
import { symbolsOf } from '../../../commands/format/symbols.ts'
import { withSample } from '../../../commands/monitor/history.ts'
import { type MonitorOptions, type MonitorSnapshot, monitorView } from '../../../commands/monitor/view/index.ts'
import { logRow } from '../../../commands/monitor/view/logs.ts'
import { spansOf, terminalLine } from '../../../commands/monitor/view/sgr.ts'
import { clip, merged, rowWidth, sized, span, textOf } from '../../../commands/monitor/view/span.ts'
import { sparkline } from '../../../commands/monitor/view/sparkline.ts'
import { plainText } from '../../../commands/monitor/view/text.ts'
import type { ProcessLog } from '../../../src/index.ts'
import { NOW, processState } from '../states.ts'

const symbols = symbolsOf({})
const { heights } = symbols

const log = (name: string, message: string, more: Partial<ProcessLog> = {}): ProcessLog => ({
  timestamp: new Date(NOW),
  level: 'info',
  message,
  source: 'stdout',
  name,
  ...more,
})

const SNAPSHOT: MonitorSnapshot = {
  processes: [
    processState({ name: 'db', cpu: 0, memory: 12 }),
    processState({ name: 'web', group: 'app', health: 'healthy', cpu: 20, memory: 90, uptime: 3725, restarts: 2 }),
    processState({ name: 'worker', group: 'app', status: 'error', pid: null, cpu: null, memory: null }),
  ],
  history: { db: { cpu: [0, 0], memory: [12, 12] }, web: { cpu: [0, 10, 20], memory: [50, 70, 90] } },
  logs: [log('web', 'listening'), log('worker', 'exited with 1', { level: 'error', source: 'system' })],
  now: NOW,
}

function view(width: number, more: Partial<MonitorOptions> = {}, snapshot = SNAPSHOT): string[] {
  const rows = monitorView(snapshot, { width, symbols, showStats: true, showLogs: false, ...more })
  for (const row of rows) expect(rowWidth(row), textOf(row)).toBeLessThanOrEqual(width)
  return plainText(rows).split('\n')
}

describe('the view of a monitor', () => {
  it('has processes without a group first, then each group with its members and totals', () => {
    expect(view(98)).toEqual([
      'PROCESS      STATUS               CPU                    MEMORY                   UPTIME  RESTARTS',
      ' ● db        running             0.0%               ▁▁  12.0 MB               ▁▁      1m         -',
      ' ▾ app 2     1/2 up, 1 failing  20.0%              ▁▅█  90.0 MB              ▁▅█                 2',
      '   ● web     running (healthy)  20.0%              ▁▅█  90.0 MB              ▁▅█   1h 2m         2',
      '   ✖ worker  error                  -                         -                                  -',
    ])
  })

  it('leaves out the least important columns on a narrow screen', () => {
    expect(view(60)[1]).toBe(' ● db        running             0.0%            ▁▁  12.0 MB')
    expect(view(40)[1]).toBe(' ● db        running             0.0%')
    expect(view(20)[2]).toBe(' ▾ app 2     1/2 up…')
    expect(view(98, { showStats: false })[0]).toBe('PROCESS      STATUS             UPTIME  RESTARTS')
  })

  it('has the hosts of processes that are elsewhere, down to a narrow screen', () => {
    const at = (name: string, host: string) => processState({ name: `${name}/web`, host, group: null })
    const snapshot = { ...SNAPSHOT, history: {}, processes: [at('prod', 'prod'), at('eu', 'europe: lost')] }
    const rows = view(80, {}, snapshot)
    expect(rows[0]).toMatch(/^PROCESS +HOST +STATUS +CPU/)
    expect(rows[2]).toMatch(/^ ● eu\/web +europe: lost +running/)
    expect(view(42, {}, snapshot)[2]).toBe(' ● eu/web    europe: l…  running  1.5%')
    expect(view(80)[0]).not.toContain('HOST')
  })

  it('cuts long names and attempt counts before it leaves out cpu and memory', () => {
    const long = processState({
      name: 'import-of-all-customers',
      status: 'restarting',
      retryAt: NOW + 20_000,
      failures: 4,
    })
    const row = view(56, {}, { ...SNAPSHOT, processes: [long] })[1]
    expect(row).toBe(' ◐ import-of-all…  restarting in 20s       1.5%  80.0 MB')
    expect(view(90, {}, { ...SNAPSHOT, processes: [long] })[1]).toContain('customers  restarting in 20s (4/10)')
  })

  it('hides the members of a folded group', () => {
    expect(view(50, { folded: new Set(['app']) })).toEqual([
      'PROCESS   STATUS               CPU   MEMORY',
      ' ● db     running             0.0%  12.0 MB',
      ' ▸ app 2  1/2 up, 1 failing  20.0%  90.0 MB',
    ])
  })

  it('uses only ASCII in an ASCII locale', () => {
    const ascii = view(60, { symbols: symbolsOf({ LANG: 'C' }), selected: 'group app', showLogs: true }).join('\n')
    expect(ascii).toContain('>v app 2')
    expect(ascii).toMatch(/^[\x20-\x7e\n]*$/)
  })

  it('shows the log below, as high as needed', () => {
    expect(view(60, { showLogs: true }).slice(5)).toEqual([
      '─'.repeat(60),
      '14:00:00 web    listening',
      '14:00:00 worker -- exited with 1 --',
    ])
  })

  it('shows the log beside it on a wide screen, and fills all rows', () => {
    const wide = view(120, { showLogs: true, height: 8, selected: 'process web' })
    expect(wide).toHaveLength(8)
    expect(wide[3]).toContain('›  ● web')
    expect(wide[1]?.split(' │ ')[1]).toBe('14:00:00 web    listening')
    expect(view(60, { showLogs: true, height: 11 })).toHaveLength(11)
    expect(view(60, { showLogs: true, height: 4 })).toHaveLength(4)
  })

  it('shows the processes around the selected one if there are more than rows', () => {
    const many = Array.from({ length: 200 }, (_, index) => processState({ name: `p-${index}` }))
    const shown = (selected: string) =>
      view(80, { height: 6, selected }, { ...SNAPSHOT, processes: many }).map((line) => /p-\d+/.exec(line)?.[0])
    expect(shown('process p-0').slice(1)).toEqual(['p-0', 'p-1', 'p-2', 'p-3', 'p-4'])
    expect(shown('process p-100').slice(1)).toEqual(['p-98', 'p-99', 'p-100', 'p-101', 'p-102'])
    expect(shown('process p-199').slice(1)).toEqual(['p-195', 'p-196', 'p-197', 'p-198', 'p-199'])
    const title = (selected: string) => view(80, { height: 6, selected }, { ...SNAPSHOT, processes: many })[0]
    expect(title('process p-0')).toMatch(/^PROCESS ↓195 +STATUS/)
    expect(title('process p-100')).toMatch(/^PROCESS ↑98 ↓97 +STATUS/)
    expect(view(80, { height: 300 }, { ...SNAPSHOT, processes: many })[0]).toMatch(/^PROCESS +STATUS/)
  })

  it('shows the selected row as one bar, without colours of its own', () => {
    const rows = monitorView(SNAPSHOT, {
      width: 60,
      symbols,
      showStats: true,
      showLogs: false,
      selected: 'process web',
    })
    expect(terminalLine(rows[3] ?? [], true)).toMatch(/^\x1b\[7m› {2}● web +running \(healthy\)[^\x1b]*\x1b\[0m$/)
  })
})

describe('a line of a log', () => {
  const text = (entry: ProcessLog, width = 80) => textOf(logRow(entry, { width, nameWidth: 0 }))

  it('has the colour of its level unless the process coloured it', () => {
    const look = (entry: ProcessLog) => terminalLine(logRow(entry, { width: 50, nameWidth: 0 }), true)
    expect(look(log('web', 'oh', { level: 'error' }))).toBe('\x1b[31moh\x1b[0m')
    expect(look(log('web', 'hm', { level: 'warn' }))).toBe('\x1b[33mhm\x1b[0m')
    expect(look(log('web', 'a\x1b[35mb\x1b[0m', { level: 'error' }))).toBe('\x1b[31ma\x1b[0m\x1b[35mb\x1b[0m')
    expect(look(log('web', 'fine'))).toBe('fine')
  })

  it('stays in its row: no cursor movement, tab, second line or overflow', () => {
    expect(text(log('web', 'a\x1b[2Jb\rc\td\x07'))).toBe('14:00:00 abc    d')
    expect(text(log('web', '日本語'.repeat(30)), 60)).toBe(`14:00:00 ${'日本語'.repeat(8)}日…`)
    expect(rowWidth(logRow(log('web', 'x'.repeat(1e6)), { width: 60, nameWidth: 8 }))).toBe(60)
  })

  it('highlights matches of a search', () => {
    const row = logRow(log('web', 'GET /a, GET /b'), { width: 50, nameWidth: 0, search: /GET/g })
    expect(row.filter(({ inverse }) => inverse).map((piece) => piece.text)).toEqual(['GET', 'GET'])
    expect(textOf(row)).toBe('GET /a, GET /b')
  })
})

describe('rows', () => {
  it('are cut and padded by the width of their characters', () => {
    expect(textOf(clip([span('日本'), span('語')], 5))).toBe('日本…')
    expect(textOf(clip([span('日本'), span('語')], 4))).toBe('日…')
    expect(textOf(sized([span('日')], 4))).toBe('日  ')
    expect(textOf(clip([span('abc')], 0))).toBe('')
  })

  it('merge spans of the same style', () => {
    const row = [span('a', { color: 'red' }), span('  '), span('b', { color: 'red' }), span(''), span('c')]
    expect(merged(row)).toEqual([span('a  b', { color: 'red' }), span('c')])
    const marked = [span(' ', { inverse: true }), span(' ')]
    expect(merged(marked)).toEqual(marked)
  })

  it('contain no escape sequence if colour is off', () => {
    const row = [span('a', { color: 'red', inverse: true }), ...spansOf('\x1b[1;32mb\x1b[0mc')]
    expect(terminalLine(row, false)).toBe('abc')
    expect(terminalLine(row, true)).toBe('\x1b[7;31ma\x1b[0m\x1b[1;32mb\x1b[0mc')
  })
})

describe('a sparkline', () => {
  it('has the requested width, with the newest value at its end', () => {
    expect(sparkline([0, 50, 100], 5, { low: 0, spread: 10, heights })).toBe('  ▁▅█')
    expect(sparkline([100, 0, 50, 100], 3, { low: 0, spread: 10, heights })).toBe('▁▅█')
    expect(sparkline([], 3, { spread: 1, heights })).toBe('   ')
    expect(sparkline([1, 2], 0, { spread: 1, heights })).toBe('')
  })

  it('is flat for small changes, and has gaps where the process was not running', () => {
    expect(sparkline([1, null, 2], 3, { low: 0, spread: 100, heights })).toBe('▁ ▁')
    expect(sparkline([500, 501, 502], 3, { spread: 20, heights })).toBe('▁▁▁')
    expect(sparkline([500, 600], 2, { spread: 20, heights })).toBe('▁█')
  })
})

describe('the history', () => {
  it('keeps three minutes of the current processes', () => {
    let history = withSample({}, [processState({ name: 'gone' })])
    for (let cpu = 0; cpu < 200; cpu++) history = withSample(history, [processState({ cpu })])
    expect(Object.keys(history)).toEqual(['web'])
    expect(history.web?.cpu).toHaveLength(180)
    expect(history.web?.cpu.at(-1)).toBe(199)
  })
})
