import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { EndCause, FailCause, SpawnProblem, StopCause } from '../../src/model/lifecycle/causes.ts'
import * as words from '../../src/model/lifecycle/describe.ts'
import type { ProcessEvent, ProcessEventType, UnwordedEvent } from '../../src/model/lifecycle/events.ts'
import type { Result } from '../../src/model/lifecycle/result.ts'
import { planStep } from '../../src/model/planning/describe-plan.ts'
import { blockedOf, endOf, failOf, resultOf, stopOf, withCause } from '../../src/storage/events-v1.ts'
import { managedProcess } from '../model/processes.ts'

const JOURNAL = readFileSync(new URL('../model/frozen/events-v1.jsonl', import.meta.url), 'utf8')
const EVENTS = JOURNAL.trimEnd()
  .split('\n')
  .map((line): ProcessEvent => JSON.parse(line))

/** Types of which the sentence is all that tells the cause. */
const TOLD: ProcessEventType[] = ['crash', 'exit', 'restart', 'error', 'signal', 'health']

const holder = { pid: 812, name: 'a (b)' }
const PROBLEMS: SpawnProblem[] = [
  { type: 'not-found', program: 'nginx' },
  { type: 'not-executable', program: '/usr/bin/x' },
  { type: 'no-shebang', program: './run `it`' },
  { type: 'no-free-port' },
  { type: 'process-limit' },
  { type: 'port-taken', port: 3000, holder },
  { type: 'port-taken', port: 3000, holder: null },
  { type: 'system', detail: 'spawn EPERM\nat once' },
]
const ENDS: EndCause[] = [
  { type: 'exited', code: 1, signal: null, lasted: 12 },
  { type: 'exited', code: 0, signal: null, lasted: 3200 },
  { type: 'exited', code: null, signal: 'SIGKILL', lasted: 240_000 },
  { type: 'exited', code: null, signal: null, lasted: 0 },
  { type: 'unhealthy', detail: 'exited with 1, next try: never' },
  { type: 'unhealthy', detail: '' },
  { type: 'not-ready', awaited: 'healthy', within: 60_000, detail: 'not healthy within 60 s: really' },
  { type: 'not-ready', awaited: 'ready', within: 2500, detail: null },
  { type: 'over-limit', of: 'memory', used: 612, limit: 512, snapshot: null },
  { type: 'over-limit', of: 'memory', used: 612, limit: 512, snapshot: { file: '/srv/a; b.heapsnapshot' } },
  { type: 'over-limit', of: 'memory', used: 612, limit: 512, snapshot: { detail: 'no heap snapshot: it ended' } },
  { type: 'over-limit', of: 'cpu', used: 181, limit: 150, snapshot: null },
  ...PROBLEMS.map((problem): EndCause => ({ type: 'spawn-failed', problem })),
]
const FAILURES: FailCause[] = [
  { type: 'refused', detail: 'process `web`: cwd /gone is not a folder' },
  { type: 'dependency', name: 'db', what: 'failed', detail: 'db failed: again' },
  { type: 'dependency', name: 'migrate', what: 'incomplete', detail: 'exited with 1 after 3 s' },
  { type: 'survivors', members: [holder, { pid: 7, name: '(sd-pam)' }] },
  ...PROBLEMS.map((problem): FailCause => ({ type: 'spawn-failed', problem })),
]

describe('what version 1 said', () => {
  it.each(ENDS)('of an end is understood: %j', (end) => {
    expect(endOf(words.cause(end))).toEqual(end)
    expect(endOf('something else')).toBeUndefined()
  })

  it.each(FAILURES)('of one that was given up is understood: %j', (cause) => {
    expect(failOf(words.cause(cause as Exclude<FailCause, { type: 'gave-up' }>))).toEqual(cause)
  })

  it('of one that failed too often is understood', () => {
    expect(failOf('gave up after 1 restart: exited with 1 after 3 s')).toEqual({ type: 'gave-up', restarts: 1 })
    expect(failOf('gave up after 10 restarts: unhealthy: HTTP 503 after 3 s')).toEqual({
      type: 'gave-up',
      restarts: 10,
    })
  })

  it.each([
    { type: 'stop' },
    { type: 'restart' },
    { type: 'leftovers' },
    { type: 'change', file: 'src/a and b.ts', others: 0 },
    { type: 'change', file: 'src/a.ts', others: 3 },
  ] satisfies StopCause[])('of a stop is understood: %j', (why) => {
    const phase = { type: 'stopping', why, live: null, automatic: false } as const
    expect(stopOf(words.reason(managedProcess({ phase })))).toEqual(why)
  })

  it.each([holder, null])('of a port that is taken is understood: %j', (by) => {
    const blocked = { type: 'port', port: 3000, holder: by } as const
    const phase = { type: 'spawning', blocked } as const
    expect(blockedOf(words.reason(managedProcess({ phase })))).toEqual(blocked)
  })

  it.each([
    { result: 'started' },
    { result: 'already-running' },
    { result: 'restarted' },
    { result: 'stopped' },
    { result: 'already-stopped' },
    { result: 'scheduled' },
    { result: 'completed', code: 3 },
    { result: 'waiting', for: 'db' },
    { result: 'removed', logs: true },
    { result: 'emptied', bytes: 12 },
    { result: 'already-empty' },
    { result: 'signalled', cause: { type: 'signal', signal: 'SIGHUP', reached: 3 } },
  ] satisfies Result[])('of a command that went well is understood: %j', (given) => {
    expect(resultOf(words.outcome(given, managedProcess()))).toBe(given.result)
  })

  it.each([
    [{ action: 'keep', changes: [] }, 'unchanged'],
    [{ action: 'remove', changes: [] }, 'removed'],
    [{ action: 'restart', changes: ['env.PORT'] }, 'restarted'],
  ] as const)('of a step of a plan is understood: %j', (step, result) => {
    expect(resultOf(planStep({ ...step, changes: [...step.changes] }) ?? '')).toBe(result)
  })
})

describe('an event of version 1', () => {
  it('has a cause, which says the same again', () => {
    for (const event of EVENTS.filter(({ type }) => TOLD.includes(type))) {
      const caused = withCause(event)
      if (event.message !== 'healthy') expect(caused.cause, event.message).toBeDefined()
      const again = words.event(caused as UnwordedEvent)
      const isGivenUp = caused.cause?.type === 'gave-up'
      expect(isGivenUp ? event.message.startsWith(`${again}: `) : again === event.message, event.message).toBe(true)
    }
  })

  it('tells what it was stopped from, or how its run ended', () => {
    const stops = EVENTS.filter(({ type }) => type === 'stop').map(withCause)
    expect(stops.map((event) => words.event(event as UnwordedEvent))).toEqual(stops.map(({ message }) => message))
    expect(new Set(stops.map(({ cause }) => cause?.type))).toEqual(
      new Set(['ended', 'waiting', 'scheduled', 'backoff', undefined]),
    )
    const unhealthy = { ...stops[0], message: 'stopped: unhealthy: HTTP 503 after 3 s' } as ProcessEvent
    expect(withCause({ ...unhealthy, type: 'stop', cause: undefined as never })).toMatchObject({
      cause: { type: 'ended', exit: { lasted: 3000, ended: { type: 'unhealthy', detail: 'HTTP 503' } } },
    })
  })

  it('keeps everything else, and stays as it is where its sentence is not known', () => {
    for (const event of EVENTS) expect(withCause(event)).toMatchObject(event)
    const strange: ProcessEvent = { time: 1, name: 'web', type: 'crash', run: 1, message: 'broke' }
    expect(withCause(strange)).toEqual(strange)
  })

  it('is left alone where it has a cause', () => {
    const cause = { type: 'unhealthy', detail: 'x' } as const
    const event: ProcessEvent = {
      time: 1,
      name: 'web',
      type: 'crash',
      run: 1,
      message: 'exited with 1 after 3 s',
      cause,
    }
    expect(withCause(event)).toBe(event)
  })
})
