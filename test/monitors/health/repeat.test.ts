import { describe, expect, it } from 'vitest'
import type { HealthRules } from '../../../src/model/config/health-check.ts'
import { type HealthResult, newHealth } from '../../../src/model/lifecycle/health.ts'
import { repeatCheck } from '../../../src/monitors/health/repeat.ts'
import type { Check, Finding } from '../../../src/monitors/health/types.ts'
import { turn, VirtualClock } from '../../helpers/virtual-clock.ts'

const rules: HealthRules = { interval: 10_000, timeout: 5000, retries: 3, startPeriod: 0 }
const good: Finding = { ok: true, detail: 'fine' }

/** A probe whose checks end when the test says so. */
function controlled() {
  const clock = new VirtualClock()
  const begun: number[] = []
  const results: HealthResult[] = []
  const open: { end: (finding: Finding) => void; fail: (error: Error) => void; signal: AbortSignal }[] = []
  let most = 0
  const probe: Check = (signal) => {
    begun.push(clock.now())
    return new Promise((resolve, reject) => {
      open.push({ end: resolve, fail: reject, signal })
      most = Math.max(most, open.length)
    })
  }
  const current = () => {
    const [check] = open.splice(0, 1)
    if (!check) throw new Error('no check is under way')
    return check
  }
  const end = async (finding: Finding) => {
    current().end(finding)
    await turn()
  }
  return { clock, begun, results, open, probe, current, end, most: () => most, startedAt: clock.now() }
}

function start(rig: ReturnType<typeof controlled>, some: Partial<HealthRules> = {}, health = newHealth(rig.startedAt)) {
  const target = { startedAt: rig.startedAt, health }
  return repeatCheck(rig.probe, { ...rules, ...some }, target, (result) => rig.results.push(result), rig.clock)
}

describe('repeatProbe', () => {
  it('checks as soon after an adoption if the clock was set back since the last check', () => {
    const rig = controlled()
    const day = 86_400_000
    const last = { at: rig.startedAt + day, ok: true, took: 5, detail: '' }
    start(rig, {}, { status: 'healthy', failures: 0, since: last.at, history: [last] })
    rig.clock.advance(10_000)
    expect(rig.begun).toEqual([rig.startedAt + 10_000])
  })

  it('checks soon after the start, and then at intervals from the end of each check', async () => {
    const rig = controlled()
    start(rig)
    rig.clock.advance(99)
    expect(rig.begun).toEqual([])
    rig.clock.advance(1)
    rig.clock.advance(40)
    await rig.end({ ok: false, detail: 'refused' })
    rig.clock.advance(200)
    rig.clock.advance(3000)
    await rig.end(good)
    rig.clock.advance(10_000)
    expect(rig.begun.map((at) => at - rig.startedAt)).toEqual([100, 340, 13_340])
    expect(rig.results).toEqual([
      { at: rig.startedAt + 100, ok: false, took: 40, detail: 'refused' },
      { at: rig.startedAt + 340, ok: true, took: 3000, detail: 'fine' },
    ])
  })

  it('never lets checks overlap, even when one ends long after its timeout', async () => {
    const rig = controlled()
    start(rig, { interval: 100, timeout: 1000 })
    rig.clock.advance(60_000)
    expect(rig.begun).toHaveLength(1)
    expect(rig.open[0]?.signal.aborted).toBe(true)
    await rig.end({ ok: true, detail: 'too late' })
    expect(rig.results).toEqual([
      { at: rig.startedAt + 100, ok: false, took: 59_900, detail: 'no answer within 1 s\ntoo late' },
    ])
    for (let i = 0; i < 50; i++) {
      rig.clock.advance(100)
      await rig.end(good)
    }
    expect(rig.results).toHaveLength(51)
    expect(rig.most()).toBe(1)
  })

  it('reports a check that throws, and continues', async () => {
    const rig = controlled()
    start(rig)
    rig.clock.advance(100)
    rig.current().fail(new Error('out of files'))
    await turn()
    expect(rig.results).toMatchObject([{ ok: false, detail: 'out of files' }])
    rig.clock.advance(200)
    expect(rig.begun).toHaveLength(2)
  })

  it('aborts the check under way when it is ended, and reports no more', async () => {
    const rig = controlled()
    const dispose = start(rig)
    rig.clock.advance(100)
    dispose()
    expect(rig.open[0]?.signal.aborted).toBe(true)
    await rig.end(good)
    expect(rig.results).toEqual([])
    expect(rig.clock.pending()).toEqual([])
  })

  it('can be ended before the first check and from within a report', async () => {
    const early = controlled()
    start(early)()
    expect(early.clock.pending()).toEqual([])
    const rig = controlled()
    const dispose = repeatCheck(
      rig.probe,
      rules,
      { startedAt: rig.startedAt, health: newHealth(rig.startedAt) },
      () => dispose(),
      rig.clock,
    )
    rig.clock.advance(100)
    await rig.end(good)
    expect(rig.clock.pending()).toEqual([])
  })

  it('continues where an earlier supervisor stopped', async () => {
    const rig = controlled()
    const at = rig.startedAt
    rig.clock.advance(7000)
    start(rig, {}, { status: 'healthy', failures: 0, since: at, history: [{ at, ok: true, took: 1000, detail: '' }] })
    expect(rig.clock.pending()).toEqual([4000])
    const overdue = controlled()
    overdue.clock.advance(3_600_000)
    start(overdue)
    expect(overdue.clock.pending()).toEqual([0])
  })
})
