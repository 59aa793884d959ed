import { describe, expect, it } from 'vitest'
import type { ProcessEvent } from '../../../src/model/lifecycle/events.ts'
import { hooksOf } from '../../../src/model/views/hooks.ts'

const event = (facts: Partial<ProcessEvent>): ProcessEvent => ({
  time: 0,
  name: 'web',
  type: 'start',
  run: 1,
  message: '',
  ...facts,
})

describe('hooksOf', () => {
  it.each([
    ['it is ready', { type: 'ready' }, ['onReady']],
    ['it crashed for good', { type: 'crash' }, ['onCrash']],
    ['it crashed and will be tried again', { type: 'crash', delay: 0 }, ['onCrash', 'onRestart']],
    ['somebody restarted it', { type: 'restart' }, ['onRestart']],
    ['it was stopped', { type: 'stop' }, ['onStop']],
    ['it was given up', { type: 'error' }, ['onGiveUp']],
    ['it was only spawned', { type: 'start' }, []],
    ['a hook printed something', { type: 'hook' }, []],
  ] satisfies [string, Partial<ProcessEvent>, string[]][])('%s', (_, facts, expected) => {
    expect(hooksOf(event(facts))).toEqual(expected)
  })
})
