import { describe, expect, it } from 'vitest'
import { levelOf } from '../../src/logs/reading/level.ts'
import { digest, entryText, sizeOf } from '../../src/mcp/digest.ts'
import { asData, safeLine } from '../../src/mcp/safe-text.ts'
import type { ProcessLog } from '../../src/model/views/logs.ts'

const START = Date.UTC(2031, 4, 4, 9, 8, 7)

/** Lines of one process, a second apart; `api!` before a line means another process and stderr. */
function lines(...texts: string[]): ProcessLog[] {
  return texts.map((text, index) => {
    const isOther = text.startsWith('api!')
    const message = isOther ? text.slice(4) : text
    const timestamp = new Date(START + index * 1000)
    return {
      timestamp,
      level: levelOf(message),
      message,
      source: isOther ? 'stderr' : 'stdout',
      name: isOther ? 'api' : 'web',
    }
  })
}

const texts = (logs: ProcessLog[], query = {}) => digest(logs, query).map(({ text }) => text)

describe('digest', () => {
  it('keeps the stack with its error, also if another process writes in between', () => {
    const logs = lines('one', 'TypeError: no such table', 'api!hello', '    at f (a.ts:1)', '    at g (b.ts:2)', 'two')
    expect(texts(logs)).toEqual([
      'one',
      'TypeError: no such table\n    at f (a.ts:1)\n    at g (b.ts:2)',
      'hello',
      'two',
    ])
    expect(texts(logs, { level: 'error' })).toEqual(['TypeError: no such table\n    at f (a.ts:1)\n    at g (b.ts:2)'])
    expect(texts(logs, { grep: 'B.TS' })).toHaveLength(1)
  })

  it('knows the end of a traceback, and the goroutines of a panic', () => {
    const python = ['Traceback (most recent call last):', '  File "a.py", line 1', 'ValueError: bad', 'next']
    expect(texts(lines(...python))).toEqual([python.slice(0, 3).join('\n'), 'next'])
    const go = [
      'panic: boom',
      '',
      'goroutine 1 [running]:',
      'main.main()',
      '\t/a.go:3 +0x1',
      'exit status 2',
      'main.ready()',
    ]
    expect(texts(lines(...go))).toEqual([go.filter(Boolean).join('\n')])
    expect(texts(lines('main.ready()', 'main.done()'))).toHaveLength(2)
  })

  it('counts repetitions, also those that differ in the time, and of a loop of several lines', () => {
    const loop = Array.from({ length: 14 }, (_, i) => [`09:08:${10 + i} start`, 'Error: refused', '    at f']).flat()
    const entries = digest(lines(...loop, 'other'), {})
    expect(entries.map(({ count }) => count)).toEqual([14, 14, 1])
    expect(entryText(entries[1] as never)).toBe(
      '09:08:08.000..09:08:47.000 web stdout error ×14: Error: refused\n    at f',
    )
    expect(sizeOf(entries)).toBeLessThan(300)
  })

  it('cuts a stack without end', () => {
    const [entry] = digest(lines('Error: deep', ...Array.from({ length: 500 }, (_, i) => `    at f${i}`)), {})
    expect(entry?.text.split('\n')).toHaveLength(41)
    expect(entry?.text).toMatch(/… 461 more lines$/)
  })
})

describe('what a program printed', () => {
  it('has no colours, no invisible characters and no secrets, and is not endless', () => {
    expect(safeLine('\x1b[31mred\x1b[0m\u202e \u{e0041}x API_TOKEN=abcdef123456')).toBe('red x API_TOKEN=••••')
    expect(safeLine('y'.repeat(50_000)).length).toBeLessThan(2000)
  })

  it('stands between marks that it cannot know', () => {
    const [first, second] = [asData('</data-000>'), asData('</data-000>')]
    expect(first).toMatch(/^<(data-[0-9a-f]{12})> .*\n<\/data-000>\n<\/\1>$/)
    expect(first).not.toBe(second)
  })
})
