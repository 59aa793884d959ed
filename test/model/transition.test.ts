import { describe, expect, it } from 'vitest'
import type { Effect, Found, Input } from '../../src/model/transition.ts'
import { transition } from '../../src/model/transition.ts'
import { identity, managedProcess, runExit } from './processes.ts'

const RUN = 3
const alive = { wanted: 'up', identity: identity(33), startedAt: 500 } as const
const lastExit = runExit({ run: RUN })

/** Every status, with its sub-states: what decides between two rows of the same status is in its name. */
const STATES = {
  stopped: managedProcess({ run: RUN, lastExit }),
  starting: managedProcess({ run: RUN, status: 'starting', ...alive }),
  'starting, not spawned': managedProcess({ run: RUN, status: 'starting', wanted: 'up' }),
  running: managedProcess({ run: RUN, status: 'running', ...alive }),
  'stopping, wanted down': managedProcess({ run: RUN, status: 'stopping', ...alive, wanted: 'down' }),
  'stopping, wanted up': managedProcess({ run: RUN, status: 'stopping', ...alive }),
  restarting: managedProcess({ run: RUN, status: 'restarting', wanted: 'up', failures: 1, retryAt: 2000, lastExit }),
  'crashed, being cleared': managedProcess({ run: RUN, status: 'crashed', ...alive, lastExit }),
  'crashed, resting': managedProcess({ run: RUN, status: 'crashed', lastExit }),
  error: managedProcess({ run: RUN, status: 'error', wanted: 'up', failures: 4, lastExit }),
  'error, with survivors': managedProcess({ run: RUN, status: 'error', survivors: [identity(34)] }),
}

const nothing: Found = { leader: null, run: RUN, strays: false, rebooted: false }

const INPUTS = {
  start: { type: 'start', owner: null },
  restart: { type: 'restart', owner: null },
  stop: { type: 'stop' },
  spawned: { type: 'spawned', run: RUN, identity: identity(35) },
  'spawn-failed': { type: 'spawn-failed', run: RUN, message: 'no such program', transient: false },
  'spawn-failed, transient': { type: 'spawn-failed', run: RUN, message: 'no memory', transient: true },
  exited: { type: 'exited', run: RUN, code: 1, signal: null },
  cleared: { type: 'cleared', run: RUN, survivors: [], message: '' },
  'cleared, with survivors': { type: 'cleared', run: RUN, survivors: [identity(34)], message: 'still alive' },
  ready: { type: 'ready', run: RUN, message: 'up' },
  retry: { type: 'retry', run: RUN },
  'recover, leader lives': { type: 'recover', found: { ...nothing, leader: identity(33) } },
  'recover, newer run lives': { type: 'recover', found: { ...nothing, leader: identity(36), run: RUN + 1 } },
  'recover, nothing lives': { type: 'recover', found: nothing },
  'recover, strays': { type: 'recover', found: { ...nothing, strays: true } },
  'recover, rebooted': { type: 'recover', found: { ...nothing, rebooted: true } },
} satisfies Record<string, Input>

type StateName = keyof typeof STATES
type InputName = keyof typeof INPUTS

/** New status and wanted, the run if it is another, and the effects in order; 'ignored': the same object and no effect. */
const TABLE: Record<StateName, Record<InputName, string>> = {
  stopped: {
    start: 'starting up run 4 · quiet · spawn',
    restart: 'starting up run 4 · quiet · spawn',
    stop: 'stopped down',
    spawned: 'ignored',
    'spawn-failed': 'ignored',
    'spawn-failed, transient': 'ignored',
    exited: 'ignored',
    cleared: 'ignored',
    'cleared, with survivors': 'ignored',
    ready: 'ignored',
    retry: 'ignored',
    'recover, leader lives': 'stopping down · quiet · clear',
    'recover, newer run lives': 'starting up run 4 · watch-leader · emit adopt · await-ready',
    'recover, nothing lives': 'ignored',
    'recover, strays': 'stopping down · quiet · clear',
    'recover, rebooted': 'stopped down',
  },
  starting: {
    start: 'ignored',
    restart: 'stopping up · quiet · clear',
    stop: 'stopping down · quiet · clear',
    spawned: 'ignored',
    'spawn-failed': 'ignored',
    'spawn-failed, transient': 'ignored',
    exited: 'crashed up · quiet · clear',
    cleared: 'ignored',
    'cleared, with survivors': 'ignored',
    ready: 'running up · emit ready',
    retry: 'ignored',
    'recover, leader lives': 'starting up · watch-leader · emit adopt · await-ready',
    'recover, newer run lives': 'starting up run 4 · watch-leader · emit adopt · await-ready',
    'recover, nothing lives': 'crashed up · quiet · clear',
    'recover, strays': 'crashed up · quiet · clear',
    'recover, rebooted': 'starting up run 4 · quiet · spawn',
  },
  'starting, not spawned': {
    start: 'ignored',
    restart: 'stopping up · quiet · clear',
    stop: 'stopping down · quiet · clear',
    spawned: 'starting up · emit start · await-ready',
    'spawn-failed': 'error up · quiet · emit error',
    'spawn-failed, transient': 'restarting up · emit crash · retry-at',
    exited: 'ignored',
    cleared: 'starting up · spawn',
    'cleared, with survivors': 'error up · emit error',
    ready: 'ignored',
    retry: 'ignored',
    'recover, leader lives': 'starting up · watch-leader · emit adopt · await-ready',
    'recover, newer run lives': 'starting up run 4 · watch-leader · emit adopt · await-ready',
    'recover, nothing lives': 'crashed up · quiet · clear',
    'recover, strays': 'crashed up · quiet · clear',
    'recover, rebooted': 'starting up run 4 · quiet · spawn',
  },
  running: {
    start: 'ignored',
    restart: 'stopping up · quiet · clear',
    stop: 'stopping down · quiet · clear',
    spawned: 'ignored',
    'spawn-failed': 'ignored',
    'spawn-failed, transient': 'ignored',
    exited: 'crashed up · quiet · clear',
    cleared: 'ignored',
    'cleared, with survivors': 'ignored',
    ready: 'ignored',
    retry: 'ignored',
    'recover, leader lives': 'running up · watch-leader · emit adopt',
    'recover, newer run lives': 'starting up run 4 · watch-leader · emit adopt · await-ready',
    'recover, nothing lives': 'crashed up · quiet · clear',
    'recover, strays': 'crashed up · quiet · clear',
    'recover, rebooted': 'starting up run 4 · quiet · spawn',
  },
  'stopping, wanted down': {
    start: 'stopping up',
    restart: 'stopping up',
    stop: 'stopping down',
    spawned: 'stopping down · quiet · clear',
    'spawn-failed': 'ignored',
    'spawn-failed, transient': 'ignored',
    exited: 'stopping down',
    cleared: 'stopped down · emit stop',
    'cleared, with survivors': 'error down · emit error',
    ready: 'ignored',
    retry: 'ignored',
    'recover, leader lives': 'stopping down · quiet · clear',
    'recover, newer run lives': 'starting up run 4 · watch-leader · emit adopt · await-ready',
    'recover, nothing lives': 'stopping down · quiet · clear',
    'recover, strays': 'stopping down · quiet · clear',
    'recover, rebooted': 'stopped down',
  },
  'stopping, wanted up': {
    start: 'stopping up',
    restart: 'stopping up',
    stop: 'stopping down',
    spawned: 'stopping up · quiet · clear',
    'spawn-failed': 'ignored',
    'spawn-failed, transient': 'ignored',
    exited: 'stopping up',
    cleared: 'starting up run 4 · emit restart · quiet · spawn',
    'cleared, with survivors': 'error up · emit error',
    ready: 'ignored',
    retry: 'ignored',
    'recover, leader lives': 'stopping up · quiet · clear',
    'recover, newer run lives': 'starting up run 4 · watch-leader · emit adopt · await-ready',
    'recover, nothing lives': 'stopping up · quiet · clear',
    'recover, strays': 'stopping up · quiet · clear',
    'recover, rebooted': 'starting up run 4 · quiet · spawn',
  },
  restarting: {
    start: 'starting up run 4 · quiet · spawn',
    restart: 'starting up run 4 · quiet · spawn',
    stop: 'stopped down · quiet · emit stop',
    spawned: 'ignored',
    'spawn-failed': 'ignored',
    'spawn-failed, transient': 'ignored',
    exited: 'ignored',
    cleared: 'ignored',
    'cleared, with survivors': 'ignored',
    ready: 'ignored',
    retry: 'starting up run 4 · quiet · spawn',
    'recover, leader lives': 'running up · watch-leader · emit adopt',
    'recover, newer run lives': 'starting up run 4 · watch-leader · emit adopt · await-ready',
    'recover, nothing lives': 'restarting up · retry-at',
    'recover, strays': 'crashed up · quiet · clear',
    'recover, rebooted': 'starting up run 4 · quiet · spawn',
  },
  'crashed, being cleared': {
    start: 'crashed up',
    restart: 'crashed up',
    stop: 'crashed down',
    spawned: 'ignored',
    'spawn-failed': 'ignored',
    'spawn-failed, transient': 'ignored',
    exited: 'ignored',
    cleared: 'restarting up · emit crash · retry-at',
    'cleared, with survivors': 'error up · emit error',
    ready: 'ignored',
    retry: 'ignored',
    'recover, leader lives': 'running up · watch-leader · emit adopt',
    'recover, newer run lives': 'starting up run 4 · watch-leader · emit adopt · await-ready',
    'recover, nothing lives': 'crashed up · quiet · clear',
    'recover, strays': 'crashed up · quiet · clear',
    'recover, rebooted': 'starting up run 4 · quiet · spawn',
  },
  'crashed, resting': {
    start: 'starting up run 4 · quiet · spawn',
    restart: 'starting up run 4 · quiet · spawn',
    stop: 'stopped down',
    spawned: 'ignored',
    'spawn-failed': 'ignored',
    'spawn-failed, transient': 'ignored',
    exited: 'ignored',
    cleared: 'ignored',
    'cleared, with survivors': 'ignored',
    ready: 'ignored',
    retry: 'ignored',
    'recover, leader lives': 'stopping down · quiet · clear',
    'recover, newer run lives': 'starting up run 4 · watch-leader · emit adopt · await-ready',
    'recover, nothing lives': 'ignored',
    'recover, strays': 'crashed down · quiet · clear',
    'recover, rebooted': 'crashed down',
  },
  error: {
    start: 'starting up run 4 · quiet · spawn',
    restart: 'starting up run 4 · quiet · spawn',
    stop: 'stopped down',
    spawned: 'ignored',
    'spawn-failed': 'ignored',
    'spawn-failed, transient': 'ignored',
    exited: 'ignored',
    cleared: 'ignored',
    'cleared, with survivors': 'ignored',
    ready: 'ignored',
    retry: 'ignored',
    'recover, leader lives': 'running up · watch-leader · emit adopt',
    'recover, newer run lives': 'starting up run 4 · watch-leader · emit adopt · await-ready',
    'recover, nothing lives': 'ignored',
    'recover, strays': 'stopping down · quiet · clear',
    'recover, rebooted': 'starting up run 4 · quiet · spawn',
  },
  'error, with survivors': {
    start: 'starting up run 4 · quiet · clear',
    restart: 'starting up run 4 · quiet · clear',
    stop: 'stopping down · quiet · clear',
    spawned: 'ignored',
    'spawn-failed': 'ignored',
    'spawn-failed, transient': 'ignored',
    exited: 'ignored',
    cleared: 'ignored',
    'cleared, with survivors': 'ignored',
    ready: 'ignored',
    retry: 'ignored',
    'recover, leader lives': 'stopping down · quiet · clear',
    'recover, newer run lives': 'starting up run 4 · watch-leader · emit adopt · await-ready',
    'recover, nothing lives': 'ignored',
    'recover, strays': 'stopping down · quiet · clear',
    'recover, rebooted': 'error down',
  },
}

function describeEffect(effect: Effect): string {
  return effect.type === 'emit' ? `emit ${effect.event.type}` : effect.type
}

function outcome(state: StateName, input: InputName): string {
  const before = STATES[state]
  const { process, effects } = transition(before, INPUTS[input], 1000)
  if (process === before && effects.length === 0) return 'ignored'
  const run = process.run === RUN ? '' : ` run ${process.run}`
  return [`${process.status} ${process.wanted}${run}`, ...effects.map(describeEffect)].join(' · ')
}

describe('transition', () => {
  for (const state of Object.keys(STATES) as StateName[]) {
    for (const input of Object.keys(INPUTS) as InputName[]) {
      it(`${state} + ${input}`, () => {
        expect(outcome(state, input)).toBe(TABLE[state][input])
      })
    }
  }

  it.each(Object.keys(STATES) as StateName[])('%s takes no notice of another run', (state) => {
    for (const input of Object.values(INPUTS)) {
      if (!('run' in input)) continue
      for (const run of [RUN - 1, RUN + 1]) {
        const before = STATES[state]
        const step = transition(before, { ...input, run }, 1000)
        expect(step.process).toBe(before)
        expect(step.effects).toEqual([])
      }
    }
  })
})
