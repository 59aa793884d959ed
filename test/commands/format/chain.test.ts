import { expect, it } from 'vitest'
import { chainText } from '../../../commands/format/chain.ts'
import { painter } from '../../../commands/format/paint.ts'
import type { Reason } from '../../../src/index.ts'
import { NOW, processState } from '../states.ts'

const crash: Reason = {
  kind: 'crash',
  time: NOW - 5000,
  run: 1,
  message: 'exited with 7 after 558 ms',
  cause: { type: 'exited', code: 7, signal: null, lasted: 558 },
  times: 2,
  since: NOW - 9000,
  from: null,
  until: null,
  lastError: 'Error: no database at the address that it was told',
}

it('why wraps its lines on a narrow terminal, and does not in a pipe', () => {
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

it('says of a restart whether somebody asked for it, or which file changed', () => {
  const told = (message: string, cause: Reason['cause'], state = processState()) =>
    chainText(
      { state, causes: [{ ...crash, kind: 'restart', message, cause, times: 1, lastError: null }] },
      { paint: painter(false), now: NOW },
    ).split('\n')
  expect(told('asked for', { type: 'restart' })[1]).toMatch(/ {2}restarted: asked for$/)
  const changed = { type: 'change', file: 'src/a.ts', others: 0 } as const
  expect(told('src/a.ts changed', changed)[1]).toMatch(/ {2}restarted because src\/a\.ts changed$/)
  const completed = processState({ status: 'stopped', phase: 'completed', pid: null, reason: 'completed with 3' })
  expect(told('asked for', null, { ...completed, startedAt: null })[0]).toBe('web is completed with 3')
})
