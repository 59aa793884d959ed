import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Phase } from '../../src/model/lifecycle/phase.ts'
import { PHASES } from '../../src/model/lifecycle/phase.ts'
import { readSaved, writeSaved } from '../../src/storage/state-file.ts'
import { config, EVERY_PHASE, identity, managedProcess, runExit } from '../model/processes.ts'

const read = (name: string) => readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8')
const V1 = read('state-v1.json')
const V2 = read('state-v2.json')
const NOW = 1_760_000_100_000

describe('a state file of schema 1, which never changes', () => {
  it('loads with every field', () => {
    const [web] = readSaved(V1, NOW).processes
    expect(web).toMatchObject({
      id: '1a2b3c4d:web:9f8e7d6c',
      wanted: 'up',
      run: 4,
      phase: {
        type: 'running',
        live: { leader: { pid: 4711, startTime: 123456 }, startedAt: 1760000000000, health: null },
        rebuilt: false,
      },
      restarts: 2,
      failures: 1,
      lastExit: { run: 3, code: null, signal: 'SIGKILL', lasted: 4200, early: false, asked: false, ended: null },
      survivors: [{ pid: 4700, startTime: 123000 }],
      adopted: true,
      owner: null,
      config: { name: 'web', program: 'node', args: ['server.mjs'], autorestart: 'on-failure', group: 'api' },
    })
  })

  it('leaves none of its own fields behind', () => {
    const [web = managedProcess()] = readSaved(V1, NOW).processes
    const gone = [
      'status',
      'identity',
      'startedAt',
      'retryAt',
      'reason',
      'health',
      'waitingFor',
      'replacing',
      'changedAt',
    ]
    expect(Object.keys(web).filter((key) => gone.includes(key))).toEqual([])
  })

  it('gets defaults for fields that it does not have', () => {
    const [, never] = readSaved(V1, NOW).processes
    const phase = { type: 'stopped', why: null }
    expect(never).toMatchObject({ wanted: 'down', phase, run: 0, survivors: [], owner: null })
  })

  it('takes the present for the start of a leader of which that is not known', () => {
    const { processes, ...rest } = JSON.parse(V1)
    const text = JSON.stringify({ ...rest, processes: [{ ...processes[0], startedAt: null }] })
    expect(readSaved(text, NOW).processes[0]?.phase).toMatchObject({ live: { startedAt: NOW } })
  })
})

describe('a state file of schema 2, which never changes', () => {
  it('loads as it is', () => {
    const { processes } = JSON.parse(V2)
    expect(readSaved(V2, NOW).processes).toMatchObject(processes)
    expect(new Set(readSaved(V2, NOW).processes.map(({ phase }) => phase.type))).toEqual(new Set(PHASES))
  })
})

describe.each([
  ['1', V1],
  ['2', V2],
])('a state file of schema %s', (_, text) => {
  it('keeps fields that it does not know of, also when it is written again', () => {
    const saved = readSaved(text, NOW)
    const again = readSaved(writeSaved(saved.processes, saved), NOW)
    expect(again).toEqual(saved)
    expect(again.processes[0]).toHaveProperty('addedByALaterVersion', [1, 2, 3])
    expect(again.processes[0]?.config).toHaveProperty('addedByALaterVersion', 'kept')
  })
})

it('reads memoryEvidence in the state of an older version as heapSnapshot', () => {
  const { heapSnapshot: _, ...settings } = config()
  const process = { ...managedProcess(), config: { ...settings, memoryEvidence: true } }
  const [read] = readSaved(JSON.stringify({ schema: 2, bootId: 'boot', processes: [process] }), 0).processes
  expect(read?.config).toMatchObject({ heapSnapshot: true })
  expect(read?.config).not.toHaveProperty('memoryEvidence')
})

describe('writeSaved', () => {
  it.each(Object.values(EVERY_PHASE))('takes $type there and back', (phase) => {
    const lastExit = runExit({ ended: { type: 'unhealthy', detail: 'HTTP 503' } })
    const process = managedProcess({ run: 2, phase, lastExit, survivors: [identity(5)], owner: identity(6) })
    expect(readSaved(writeSaved([process], { bootId: 'boot' }), NOW)).toEqual({
      schema: 2,
      bootId: 'boot',
      processes: [process],
    })
  })
})

describe('what is no state', () => {
  const whole = { id: 'a', config: config() }
  const holding = (process: unknown, schema = 1) => JSON.stringify({ schema, processes: [whole, process] })
  const inPhase = (phase: unknown) => holding({ ...whole, phase }, 2)

  it.each([
    ['', /JSON/i],
    ['{"schema":1,"processes":[', /JSON/i],
    ['null', /no process list/],
    ['[]', /no process list/],
    ['{"schema":1}', /no process list/],
    ['{"processes":[]}', /no process list/],
    ['{"schema":3,"processes":[]}', /newer version \(schema 3, this one reads 2\)/],
    [holding(null), /processes\[1\] has no id, name or program/],
    [holding('web'), /processes\[1\] has no id/],
    [holding({ id: 'b' }), /processes\[1\] has no id, name or program/],
    [holding({ id: 'b', config: { name: 'b' } }), /processes\[1\] has no id, name or program/],
    [holding({ id: 'b', config: { name: 'b', program: 'c' } }), /processes\[1\] has no args/],
    [holding({ ...whole, wanted: 'maybe' }, 2), /processes\[1\]\.wanted must be "up" or "down"/],
    [holding({ ...whole, status: 'dancing' }), /processes\[1\] has status "dancing"/],
    [holding({ ...whole, reason: 7 }), /processes\[1\]\.reason is not what it must be/],
    [holding({ ...whole, identity: { pid: 'x' } }), /processes\[1\]\.identity is not/],
    [inPhase(null), /processes\[1\]\.phase is not what it must be/],
    [inPhase('running'), /processes\[1\]\.phase/],
    [inPhase({ type: 'dancing' }), /processes\[1\]\.phase/],
    [inPhase({ type: 'constructor' }), /processes\[1\]\.phase/],
    [inPhase({ ...EVERY_PHASE.running, live: null }), /processes\[1\]\.phase/],
    [inPhase({ ...EVERY_PHASE.stopping, automatic: undefined }), /processes\[1\]\.phase/],
    [inPhase({ ...EVERY_PHASE.cleanup, end: { type: 'exited' } }), /processes\[1\]\.phase/],
    [inPhase({ type: 'failed', cause: { type: 'survivors', members: [7] } }), /processes\[1\]\.phase/],
    [holding({ ...whole, lastExit: { ...runExit(), ended: 'broke' } }, 2), /processes\[1\]\.lastExit/],
    [holding({ ...whole, totals: { restarts: 1, crashes: { exited: '2' } } }, 2), /processes\[1\]\.totals/],
  ])('%s is refused in words', (text, words) => {
    expect(() => readSaved(text, NOW)).toThrow(words)
  })

  it.each(Object.values(EVERY_PHASE))('$type without one of its facts is refused', (phase: Phase) => {
    for (const key of Object.keys(phase)) {
      const { [key as 'type']: _, ...rest } = phase
      expect(() => readSaved(inPhase(rest), NOW), key).toThrow('processes[1].phase is not what it must be')
    }
  })
})
