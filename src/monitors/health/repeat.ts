import type { HealthRules } from '../../model/config.ts'
import { foldHealth, nextCheckIn } from '../../model/health.ts'
import { seconds } from '../../model/restart.ts'
import type { Clock } from '../../system/clock.ts'
import type { Finding, HealthTarget, Probe, Report } from './probe.ts'

/**
 * Runs a probe again and again, each some time after the one before has ended, so that checks never overlap. One that
 * outlives its timeout is aborted and counts as failed. The result ends it, and aborts a check under way.
 */
export function repeatProbe(
  probe: Probe,
  rules: HealthRules,
  target: Pick<HealthTarget, 'startedAt' | 'health'>,
  report: Report,
  clock: Clock,
): () => void {
  const { startedAt } = target
  // Only to know the next gap; the process's own health is folded from the same results where its state is made.
  let { health } = target
  let disposed = false
  let cancel = () => {}
  const schedule = (ms: number) => {
    cancel = clock.after(Math.max(0, ms), () => void check())
  }
  const check = async () => {
    const at = clock.now()
    const abort = new AbortController()
    let timedOut = false
    const cancelTimeout = clock.after(rules.timeout, () => {
      timedOut = true
      abort.abort()
    })
    cancel = () => {
      cancelTimeout()
      abort.abort()
    }
    const found = await probe(abort.signal).catch(asFinding)
    cancelTimeout()
    if (disposed) return
    const { ok, detail } = timedOut ? late(found, rules.timeout) : found
    const result = { at, ok, took: clock.now() - at, detail }
    health = foldHealth(health, result, rules, startedAt)
    schedule(nextCheckIn(health, rules))
    report(result)
  }
  const last = health.history.at(-1)
  const before = last ? last.at + last.took : startedAt
  schedule(before + nextCheckIn(health, rules) - clock.now())
  return () => {
    disposed = true
    cancel()
  }
}

function late({ detail }: Finding, timeout: number): Finding {
  return { ok: false, detail: [`no answer within ${seconds(timeout)}`, ...(detail ? [detail] : [])].join('\n') }
}

function asFinding(error: unknown): Finding {
  return { ok: false, detail: error instanceof Error ? error.message : String(error) }
}
