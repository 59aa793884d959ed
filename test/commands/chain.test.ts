import { expect, it } from 'vitest'
import { chainText } from '../../commands/format/chain.ts'
import { painter } from '../../commands/format/paint.ts'
import type { Reason } from '../../src/index.ts'
import { NOW, processState } from './states.ts'

const crash: Reason = {
  kind: 'crash',
  time: NOW - 5000,
  run: 1,
  message: 'exited with 7 after 558 ms',
  times: 2,
  since: NOW - 9000,
  from: null,
  until: null,
  lastError: 'Error: no database at the address that it was told',
}

it('why is broken between words on a narrow terminal, below itself, and left alone in a pipe', () => {
  const state = processState({
    name: 'bad',
    status: 'error',
    pid: null,
    startedAt: null,
    reason: `gave up: ${crash.message}`,
  })
  const text = (width?: number) => chainText({ state, causes: [crash] }, { paint: painter(false), now: NOW, width })
  expect(text().split('\n')).toHaveLength(3)
  const narrow = text(40).split('\n')
  expect(Math.max(...narrow.map(({ length }) => length))).toBeLessThanOrEqual(40)
  expect(narrow.slice(0, 2)).toEqual(['bad is error: gave up: exited with 7', 'after 558 ms'])
  expect(narrow.slice(3).every((line) => line.startsWith(' '.repeat(12)))).toBe(true)
  expect(narrow.join(' ').replace(/ +/g, ' ')).toBe(text().replace(/\s+/g, ' '))
})
