import { describe, expect, it } from 'vitest'
import { resolveProcess } from '../../../src/config/index.ts'
import type { ResolvedProcess } from '../../../src/model/config/config.ts'
import { driftOf } from '../../../src/model/config/drift.ts'
import type { Phase } from '../../../src/model/lifecycle/phase.ts'
import type { ManagedProcess } from '../../../src/model/lifecycle/process.ts'
import { planApply, removedLast } from '../../../src/model/planning/plan.ts'
import { config, exited, running } from '../processes.ts'

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

  it('is the whole setting where one of the two has none', () => {
    const { healthCheck } = resolveProcess(
      { name: 'web', command: 'server', healthCheck: { type: 'tcp', port: 1 } },
      { path: 'process', cwd: '/srv' },
    )
    expect(driftOf(config(), config({ healthCheck }))).toEqual(['healthCheck'])
    expect(driftOf(config({ healthCheck }), config())).toEqual(['healthCheck'])
  })

  it('is none for the name, nor for what it is an instance of', () => {
    expect(driftOf(config({ name: 'web' }), config({ name: 'web-1', instanceOf: 'web' }))).toEqual([])
  })

  it('is none for the order of keys, the place of the declaration, and the number of instances', () => {
    const running = config({ env: { A: '1', B: '2' }, origin: 'processes.json: processes[0]', instances: 2 })
    const declared = config({ env: { B: '2', A: '1' }, origin: 'p.json: processes[7]', source: SOURCE, instances: 3 })
    expect(driftOf(running, declared)).toEqual([])
  })
})

describe('a plan', () => {
  const up = (settings: Partial<ResolvedProcess>, phase?: Phase) =>
    running(phase && { phase }, { source: SOURCE, ...settings })
  const plan = (current: ManagedProcess[], declared: ResolvedProcess[]) =>
    planApply(current, declared, SOURCE).map(({ name, action, changes }) => [name, action, ...changes])

  it('keeps what is unchanged and up, and starts what is down', () => {
    const declared = [config({ name: 'web' }), config({ name: 'job' }), config({ name: 'new' })]
    expect(plan([up({ name: 'web' }), up({ name: 'job' }, { type: 'stopped', why: null })], declared)).toEqual([
      ['web', 'keep'],
      ['job', 'start'],
      ['new', 'start'],
    ])
    const web = (phase: Phase) => plan([up({ name: 'web' }, phase)], [config({ name: 'web' })])
    expect(web({ type: 'scheduled', at: 9 })).toEqual([['web', 'keep']])
    expect(web({ type: 'backoff', at: 9, end: exited() })).toEqual([['web', 'start']])
  })

  it('leaves out what starts only by its name, unless it is up', () => {
    const tool = config({ name: 'tool', startWithAll: false })
    expect(plan([], [tool])).toEqual([])
    expect(plan([up({ name: 'tool', startWithAll: false })], [tool])).toEqual([['tool', 'keep']])
    expect(plan([up({ name: 'tool', startWithAll: false }, { type: 'stopped', why: null })], [tool])).toEqual([])
  })

  it('restarts what has changed', () => {
    expect(plan([up({ env: { PORT: '1' } })], [config({ env: { PORT: '2' } })])).toEqual([
      ['web', 'restart', 'env.PORT'],
    ])
  })

  it('removes what this config declared, and nothing else', () => {
    const current = [
      up({ name: 'old' }),
      up({ name: 'foreign', source: '/other/processes.json' }),
      running({}, { name: 'by-hand' }),
      up({ name: 'web-2', instanceOf: 'web' }),
    ]
    const declared = [config({ name: 'web-1', instanceOf: 'web' })]
    expect(plan(current, declared)).toEqual([
      ['old', 'remove'],
      ['web-2', 'remove'],
      ['web-1', 'start'],
    ])
    expect(planApply(current, [], undefined)).toEqual([])
  })

  it('removes an instance beside those that are declared, also one that no config declared', () => {
    const surplus = running({}, { name: 'web-2', instanceOf: 'web' })
    const declared = [config({ name: 'web-1', instanceOf: 'web' })]
    expect(plan([surplus], declared)).toEqual([
      ['web-2', 'remove'],
      ['web-1', 'start'],
    ])
  })

  it('removes last what others still depend on', () => {
    const current = [up({ name: 'db' }), up({ name: 'old' }), up({ dependsOn: { db: 'ready' } })]
    const steps = planApply(current, [config()], SOURCE)
    expect([...removedLast(steps, current)]).toEqual(['db'])
  })

  it.each(['pool', 'pool-2'])('removes last an instance on which others depend as %s', (name) => {
    const current = [up({ name: 'pool-2', instanceOf: 'pool' }), up({ dependsOn: { [name]: 'ready' } })]
    expect([...removedLast(planApply(current, [config()], SOURCE), current)]).toEqual(['pool-2'])
  })

  it('removes at once what only others that are removed depend on', () => {
    const current = [up({ name: 'db' }), up({ name: 'old', dependsOn: { db: 'ready' } })]
    expect([...removedLast(planApply(current, [], SOURCE), current)]).toEqual([])
  })
})
