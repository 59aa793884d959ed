import { describe, expect, it } from 'vitest'
import { OPERATIONS } from '../../src/protocol/operations.ts'
import { ANSWERS, type Asked, event } from './samples.ts'

const names = Object.keys(ANSWERS) as Asked[]
const isAnswer = (name: keyof typeof OPERATIONS, value: unknown) => OPERATIONS[name].isAnswer(value)

describe('the answer to', () => {
  it.each(names)('%s is known', (name) => {
    expect(isAnswer(name, ANSWERS[name])).toBe(true)
  })

  it.each(names)('%s may have more than this version knows', (name) => {
    const answer = ANSWERS[name]
    const more = Array.isArray(answer) ? answer.map((each) => ({ ...each, more: 1 })) : { ...answer, more: 1 }
    expect(isAnswer(name, more)).toBe(true)
  })

  it.each(names)('%s is no other value', (name) => {
    const whole = ANSWERS[name]
    const others = [undefined, null, 1, 'x', [null], [[]], Array.isArray(whole) ? whole[0] : [whole]]
    for (const other of others) expect(isAnswer(name, other), JSON.stringify(other)).toBe(false)
    expect(isAnswer(name, {}), '{}').toBe(false)
  })

  it.each([
    ['list', { name: 1 }],
    ['list', { status: null }],
    ['list', { pid: '4711' }],
    ['list', { dependsOn: 'db' }],
    ['list', { reason: undefined }],
    ['status', { config: [] }],
    ['status', { config: { name: 'web' } }],
    ['status', { metrics: null }],
    ['stats', { memory: '80' }],
    ['tree', { members: [{ pid: 1 }] }],
    ['tree', { members: {} }],
    ['trees', { name: undefined }],
    ['start', { ok: 1 }],
    ['start', { warnings: undefined }],
    ['start', { state: { name: 'web' } }],
    ['info', { identity: null }],
    ['info', { version: 2 }],
    ['send', { sent: false }],
    ['release', { released: 'yes' }],
  ] as [Asked, object][])('%s is not known with %j', (name, wrong) => {
    const answer = ANSWERS[name]
    expect(isAnswer(name, Array.isArray(answer) ? [{ ...answer[0], ...wrong }] : { ...answer, ...wrong })).toBe(false)
  })

  it('events are events, of whatever type', () => {
    expect(isAnswer('events', event(1))).toBe(true)
    expect(isAnswer('events', { ...event(1), type: 'a type of a later version' })).toBe(true)
    for (const wrong of [{ time: '1' }, { name: null }, { type: 1 }, { run: undefined }, { message: {} }])
      expect(isAnswer('events', { ...event(1), ...wrong })).toBe(false)
  })
})
