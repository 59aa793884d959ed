import { describe, expect, it } from 'vitest'
import type { ResolvedProcess } from '../../../src/model/config/config.ts'
import { expandDeclared } from '../../../src/model/config/instances.ts'
import type { ManagedProcess } from '../../../src/model/lifecycle/process.ts'
import { planEnd, planOf, planReload, planScale, planStart } from '../../../src/model/planning/dry-run.ts'
import type { PlanStep } from '../../../src/model/planning/plan.ts'
import { config, EVERY_PHASE, identity, managedProcess, running } from '../processes.ts'

const is = (name: string, phase: 'running' | 'stopped' | 'failed', settings: Partial<ResolvedProcess> = {}) => {
  const failed = { type: 'failed', cause: { type: 'gave-up', restarts: 3 } } as const
  if (phase === 'running') return running({}, { name, ...settings })
  return managedProcess(phase === 'failed' ? { phase: failed } : {}, { name, ...settings })
}
const declared = (...configs: ResolvedProcess[]) => new Map(configs.map((each) => [each.name, each]))
const short = (steps: PlanStep[]) =>
  steps.map(({ name, action, neededBy }) => `${action} ${name}${neededBy ? ` for ${neededBy}` : ''}`)

const DB = config({ name: 'db' })
const JOB = config({ name: 'job', dependsOn: { db: 'ready' } })
const WEB = config({ name: 'web', group: 'front', dependsOn: { job: 'completed', db: 'healthy' } })

describe('the plan of a command', () => {
  it.each([
    ['apply', ['keep db', 'remove old']],
    ['start', ['keep db']],
    ['restart', ['restart db']],
    ['reload', ['restart db']],
    ['scale', ['keep db']],
    ['stop', ['stop db', 'keep old']],
    ['remove', ['remove db', 'remove old']],
  ] as const)('of %s is made of what runs and what is declared', async (action, steps) => {
    const current = [is('db', 'running'), is('old', 'stopped', { source: '/shop' })]
    const selection = action === 'stop' || action === 'remove' ? { all: true } : { names: ['db'] }
    const planned = { action, selection, scale: { db: 1 }, source: '/shop' }
    const made = await planOf(planned, current, async () => declared(DB))
    expect(short(made).sort()).toEqual([...steps].sort())
  })
})

describe('a start', () => {
  const plan = (action: 'start' | 'restart', current: ManagedProcess[], names = ['web']) =>
    short(planStart(action, current, declared(DB, JOB, WEB), { names }))

  it('has what it needs before it, down or never seen, and nothing else', () => {
    expect(plan('start', [])).toEqual(['start db for job', 'start job for web', 'start web'])
    expect(plan('start', [is('db', 'running'), is('other', 'stopped')])).toEqual(['start job for web', 'start web'])
    expect(plan('start', [is('db', 'failed')], ['db'])).toEqual(['start db'])
  })

  it('keeps what is up; a restart does not', () => {
    const current = [is('web', 'running'), is('db', 'running'), is('job', 'stopped')]
    expect(plan('start', current, ['web', 'db'])).toEqual(['keep db', 'start job for web', 'keep web'])
    expect(plan('restart', current)).toEqual(['start job for web', 'restart web'])
  })

  it('means a group, or all', () => {
    const all = declared(DB, JOB, WEB)
    expect(short(planStart('start', [], all, { group: 'front' })).at(-1)).toBe('start web')
    expect(short(planStart('start', [], all, { all: true }))).toEqual(['start db', 'start job', 'start web'])
  })

  it('ends what is there beside another number of instances first', () => {
    const two = declared(...expandDeclared(config({ name: 'web', instances: 2 }), [config({ name: 'web' })]))
    const plain = [is('web', 'running')]
    expect(short(planStart('start', plain, two, { names: ['web'] }))).toEqual([
      'remove web',
      'start web-1',
      'start web-2',
    ])
    expect(short(planStart('start', plain, two, { names: ['web-2'] }))).toEqual(['start web-2'])
  })

  it('does so for what is only needed, too', () => {
    const db = config({ name: 'db', instances: 2 })
    const one = [is('db', 'running')]
    const two = declared(...expandDeclared(db, [config({ name: 'db' })]), config({ dependsOn: { db: 'ready' } }))
    const steps = short(planStart('start', one, two, { names: ['web'] }))
    expect(steps).toEqual(['remove db', 'start db-1 for web', 'start db-2 for web', 'start web'])
  })

  it('is refused for a job with a schedule that has to complete', () => {
    const job = config({ name: 'job', schedule: '@daily' })
    const needing = (condition: 'ready' | 'completed') =>
      declared(job, config({ name: 'web', dependsOn: { job: condition } }))
    expect(() => planStart('start', [], needing('completed'), { names: ['web'] })).toThrow(
      '`web` waits until `job` has completed, but `job` only runs at the times of its `schedule`',
    )
    expect(() => planStart('start', [], needing('ready'), { names: ['web'] })).not.toThrow()
  })

  it('is refused for what there is not, and for a circle', () => {
    expect(() => plan('start', [], ['wbe'])).toThrow('no process is named `wbe`; did you mean `web`?')
    expect(() => plan('start', [], ['first', 'second'])).toThrow('`first`')
    const circle = declared(
      DB,
      config({ name: 'a', dependsOn: { b: 'ready' } }),
      config({ name: 'b', dependsOn: { a: 'ready' } }),
    )
    expect(() => planStart('start', [], circle, { names: ['db'] })).toThrow('dependency cycle')
  })
})

describe('a reload', () => {
  const plan = (current: ManagedProcess[], names: string[]) =>
    short(planReload(current, declared(DB, JOB, WEB), { names }))

  it('goes one by one, each after what it needs', () => {
    expect(plan([is('web', 'running'), is('db', 'running')], ['web', 'db'])).toEqual([
      'start job for web',
      'restart web',
      'restart db',
    ])
    // By then it has been started for the one before.
    expect(plan([is('job', 'stopped')], ['job', 'db'])).toEqual(['start db for job', 'start job', 'restart db'])
  })

  it('ends last what is there beside another number of instances', () => {
    const two = declared(...expandDeclared(config({ name: 'web', instances: 2 }), [config({ name: 'web' })]))
    expect(short(planReload([is('web', 'running')], two, { names: ['web'] }))).toEqual([
      'start web-1',
      'start web-2',
      'remove web',
    ])
  })
})

describe('a scale', () => {
  const web = (instances: number) => config({ name: 'web', instances })
  const plan = (current: ManagedProcess[], count: number) => {
    const configs = expandDeclared(
      web(2),
      current.map((process) => process.config),
      count,
    )
    return short(planScale(current, declared(...configs), ['web']))
  }
  const instance = (number: number) => is(`web-${number}`, 'running', { instanceOf: 'web', instances: 2 })

  it('starts those that are missing, and ends those that are too many', () => {
    expect(plan([instance(1), instance(2)], 3)).toEqual(['keep web-1', 'keep web-2', 'start web-3'])
    expect(plan([instance(1), instance(2)], 1)).toEqual(['keep web-1', 'remove web-2'])
  })

  it('is refused for what no config declares', () => {
    expect(() => planScale([], declared(DB), ['web'])).toThrow('no process `web` is declared in the config')
  })
})

describe('an end', () => {
  const current = [
    is('db', 'running'),
    is('job', 'stopped', { dependsOn: { db: 'ready' } }),
    is('web', 'running', { dependsOn: { db: 'ready' } }),
  ]

  it('has first what needs others', () => {
    expect(short(planEnd('stop', current, { all: true }))).toEqual(['keep job', 'stop web', 'stop db'])
    expect(short(planEnd('remove', current, { names: ['db', 'web'] }))).toEqual(['remove web', 'remove db'])
    expect(() => planEnd('stop', current, { names: ['x'] })).toThrow('no process is named `x`')
  })

  it('keeps what has ended', () => {
    const over = Object.values(EVERY_PHASE).filter((phase) => {
      const [step] = planEnd('stop', [managedProcess({ phase })], { all: true })
      return step?.action === 'keep'
    })
    expect(over.map(({ type }) => type)).toEqual(['stopped', 'completed', 'crashed', 'failed'])
  })

  it('is to be gone on with where something outlived the last one', () => {
    const stuck = managedProcess({ survivors: [identity(9)] }, { name: 'stuck' })
    expect(short(planEnd('stop', [stuck], { all: true }))).toEqual(['stop stuck'])
  })
})
