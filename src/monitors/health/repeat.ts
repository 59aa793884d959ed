import type { HealthRules } from '../../model/config/health-check.ts'
import { foldHealth, nextCheckIn } from '../../model/lifecycle/health.ts'
import { reasonOf } from '../../model/text/system-error.ts'
import { seconds } from '../../model/text/text.ts'
import type { Clock } from '../../system/clock.ts'
import type { Check, Finding, HealthTarget, Report } from './types.ts'

/**
 * Repeats a check. Each begins some time after the one before has ended, so that checks never overlap. A check that
 * exceeds its timeout is aborted and counts as failed. Returns a function that ends it and aborts a check under way.
 */
export function repeatCheck(
  check: Check,
  rules: HealthRules,
  target: Pick<HealthTarget, 'startedAt' | 'health'>,
  report: Report,
  clock: Clock,
): () => void {
  const { startedAt } = target
  // Only used for the time of the next check. The process's state folds the same results into its own health.
  let { health } = target
  let disposed = false
  let cancel = () => {}
  const schedule = (ms: number) => {
    cancel = clock.after(Math.max(0, ms), () => void run())
  }
  const run = async () => {
    const at = clock.now()
    const begun = clock.monotonic()
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
    const found = await check(abort.signal).catch(asFinding)
    cancelTimeout()
    if (disposed) return
    const finding = timedOut ? timedOutFinding(found, rules.timeout) : found
    const result = { at, took: Math.round(clock.monotonic() - begun), ...finding }
    health = foldHealth(health, result, rules, startedAt)
    schedule(nextCheckIn(health, rules))
    report(result)
  }
  const last = health.history.at(-1)
  const before = last ? last.at + last.took : startedAt
  const gap = nextCheckIn(health, rules)
  // Not later than after a whole gap, even if the clock was set back since.
  schedule(Math.min(gap, before + gap - clock.now()))
  return () => {
    disposed = true
    cancel()
  }
}

function timedOutFinding({ detail }: Finding, timeout: number): Finding {
  return { ok: false, detail: [`no answer within ${seconds(timeout)}`, ...(detail ? [detail] : [])].join('\n') }
}

function asFinding(error: unknown): Finding {
  return { ok: false, detail: reasonOf(error) }
}
