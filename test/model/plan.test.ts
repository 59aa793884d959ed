import { describe, expect, it } from 'vitest'
import type { ResolvedProcess } from '../../src/model/config.ts'
import { driftOf } from '../../src/model/drift.ts'
import { planApply, removedLast } from '../../src/model/plan.ts'
import type { ManagedProcess } from '../../src/model/process.ts'
import { config, managedProcess } from './processes.ts'

const SOURCE = '/app/processes.json'

describe('drift', () => {
  it('is the settings that differ, by path', () => {
    const running = config({ env: { PORT: '1', GONE: 'x', SAME: 'y' }, maxMemory: 100 })
    const declared = config({ env: { SAME: 'y', PORT: '2', NEW: 'z' }, maxMemory: 200, hooks: { onCrash: 'true' } })
    expect(driftOf(running, declared).sort()).toEqual(['env.GONE', 'env.NEW', 'env.PORT', 'hooks.onCrash', 'maxMemory'])
  })

  it('tells a command line as one setting', () => {
    const other = config({ command: 'bun other.ts', program: 'bun', args: ['other.ts'] })
    expect(driftOf(config(), other)).toEqual(['command'])
    expect(driftOf(config(), config({ args: ['server.mjs', '-v'] }))).toEqual(['args'])
    expect(driftOf(config(), config({ program: 'bun' }))).toEqual(['interpreter'])
  })

  it('is none for the order of keys, the place of the declaration, and the number of instances', () => {
    const running = config({ env: { A: '1', B: '2' }, origin: 'processes.json: processes[0]', instances: 2 })
    const declared = config({ env: { B: '2', A: '1' }, origin: 'p.json: processes[7]', source: SOURCE, instances: 3 })
    expect(driftOf(running, declared)).toEqual([])
  })
})

describe('a plan', () => {
  const running = (settings: Partial<ResolvedProcess>, state: Partial<ManagedProcess> = {}) =>
    managedProcess({ status: 'running', wanted: 'up', ...state }, { source: SOURCE, ...settings })
  const plan = (current: ManagedProcess[], declared: ResolvedProcess[]) =>
    planApply(current, declared, SOURCE).map(({ name, action, changes }) => [name, action, ...changes])

  it('keeps what is unchanged and up, and starts what is down', () => {
    const declared = [config({ name: 'web' }), config({ name: 'job' }), config({ name: 'new' })]
    expect(plan([running({ name: 'web' }), running({ name: 'job' }, { status: 'stopped' })], declared)).toEqual([
      ['web', 'keep'],
      ['job', 'start'],
      ['new', 'start'],
    ])
    const scheduled = running({ name: 'web' }, { status: 'restarting', reason: 'scheduled' })
    expect(plan([scheduled], [config({ name: 'web' })])).toEqual([['web', 'keep']])
  })

  it('restarts what has changed', () => {
    expect(plan([running({ env: { PORT: '1' } })], [config({ env: { PORT: '2' } })])).toEqual([
      ['web', 'restart', 'env.PORT'],
    ])
  })

  it('removes what this config declared, and nothing else', () => {
    const current = [
      running({ name: 'old' }),
      running({ name: 'foreign', source: '/other/processes.json' }),
      managedProcess({ status: 'running' }, { name: 'by-hand' }),
      running({ name: 'web-2', instanceOf: 'web' }),
    ]
    const declared = [config({ name: 'web-1', instanceOf: 'web' })]
    expect(plan(current, declared)).toEqual([
      ['old', 'remove'],
      ['web-2', 'remove'],
      ['web-1', 'start'],
    ])
    expect(planApply(current, [], undefined)).toEqual([])
  })

  it('removes last what others still depend on', () => {
    const current = [running({ name: 'db' }), running({ name: 'old' }), running({ dependsOn: { db: 'ready' } })]
    const steps = planApply(current, [config()], SOURCE)
    expect([...removedLast(steps, current)]).toEqual(['db'])
  })
})
