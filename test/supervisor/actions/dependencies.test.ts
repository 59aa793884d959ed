import { describe, expect, it } from 'vitest'
import type { UpGoal } from '../../../src/model/lifecycle/goal.ts'
import type { Phase } from '../../../src/model/lifecycle/phase.ts'
import { type Dependency, waitForAttempts, waitForDependencies } from '../../../src/supervisor/actions/dependencies.ts'
import type { Managed } from '../../../src/supervisor/managed.ts'
import { EVERY_PHASE, managedProcess, runExit } from '../../model/processes.ts'
import { settled, VirtualClock } from '../virtual-clock.ts'

const goal: UpGoal = { type: 'up', run: 1, result: 'started' }

/** A process whose phase the test sets. */
class Fake {
  readonly listeners = new Set<() => void>()
  process

  constructor(name: string, phase: Phase, settings = {}) {
    const lastExit = runExit({ early: true })
    this.process = managedProcess({ run: 1, wanted: 'up', phase, lastExit }, { name, ...settings })
  }

  becomes(phase: Phase): void {
    this.process = { ...this.process, phase, run: 2 }
    for (const listener of [...this.listeners]) listener()
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  get managed(): Managed {
    return this as unknown as Managed
  }

  get dependency(): Dependency {
    return { managed: this.managed, begun: Promise.resolve(goal), start: goal }
  }
}

/** What a promise has resolved to by now. */
async function soFar(promise: Promise<unknown>): Promise<unknown> {
  await settled()
  return Promise.race([promise, Promise.resolve('pending')])
}

const dependsOn = { db: 'ready', cache: 'ready' }

describe('a dependent', () => {
  it('waits until all dependencies are up at the same time', async () => {
    const web = new Fake('web', EVERY_PHASE.waiting, { dependsOn })
    const [db, cache] = [new Fake('db', EVERY_PHASE.backoff), new Fake('cache', EVERY_PHASE.running)]
    const end = waitForDependencies(web.managed, [db.dependency, cache.dependency])
    expect(await soFar(end)).toBe('pending')
    cache.becomes(EVERY_PHASE.backoff)
    db.becomes(EVERY_PHASE.running)
    expect(await soFar(end)).toBe('pending')
    cache.becomes(EVERY_PHASE.running)
    expect(await soFar(end)).toBe(null)
    expect([web, db, cache].map(({ listeners }) => listeners.size)).toEqual([0, 0, 0])
  })

  it('fails with the first that cannot come any more', async () => {
    const web = new Fake('web', EVERY_PHASE.waiting, { dependsOn })
    const [db, cache] = [new Fake('db', EVERY_PHASE.starting), new Fake('cache', EVERY_PHASE.backoff)]
    const end = waitForDependencies(web.managed, [db.dependency, cache.dependency])
    cache.becomes(EVERY_PHASE.failed)
    expect(await soFar(end)).toMatchObject({ type: 'dependency', name: 'cache', what: 'failed' })
  })

  it('waits no longer after another order, even if it waits again for that', async () => {
    const web = new Fake('web', EVERY_PHASE.waiting, { dependsOn })
    const db = new Fake('db', EVERY_PHASE.starting)
    const end = waitForDependencies(web.managed, [db.dependency])
    web.becomes(EVERY_PHASE.stopped)
    web.becomes(EVERY_PHASE.waiting)
    expect(await soFar(end)).toBe('over')
  })
})

describe('the start of a dependency', () => {
  it('succeeds with a later attempt', async () => {
    const db = new Fake('db', EVERY_PHASE.backoff, { startTimeout: 5000 })
    const clock = new VirtualClock()
    const result = waitForAttempts(db.managed, goal, false, clock)
    await clock.pass(4999)
    expect(await soFar(result)).toBe('pending')
    db.becomes(EVERY_PHASE.running)
    expect(await soFar(result)).toEqual({ result: 'started' })
  })

  it('fails when its time is over between two attempts, or when it is given up', async () => {
    const db = new Fake('db', EVERY_PHASE.backoff, { startTimeout: 5000 })
    const clock = new VirtualClock()
    const result = waitForAttempts(db.managed, goal, false, clock)
    await clock.pass(5000)
    expect(await soFar(result)).toMatchObject({ result: 'failed', cause: { type: 'early-exit' } })
    const other = waitForAttempts(db.managed, goal, false, clock)
    db.becomes(EVERY_PHASE.failed)
    expect(await soFar(other)).toMatchObject({ result: 'failed', cause: { type: 'gave-up' } })
  })

  it('is over with a run that did its work, however short, if others wait for its end alone', async () => {
    const job = new Fake('job', EVERY_PHASE.backoff)
    job.process = { ...job.process, lastExit: runExit({ early: true, code: 0 }) }
    const clock = new VirtualClock()
    expect(await soFar(waitForAttempts(job.managed, goal, true, clock))).toEqual({ result: 'completed', code: 0 })
    expect(await soFar(waitForAttempts(job.managed, goal, false, clock))).toBe('pending')
  })
})
