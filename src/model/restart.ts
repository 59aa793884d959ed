import type { ManagedProcess, RunExit } from './process.ts'

/** A run that lasted this long, in ms, wipes out the failures before it. */
export const STABLE_AFTER = 30_000

/** Longest backoff in ms, unless `restartDelay` itself is longer. */
export const LONGEST_DELAY = 30_000

/** What to do after a run ended on its own. */
export type Verdict =
  | { type: 'retry'; delay: number; failures: number }
  | { type: 'give-up'; failures: number; reason: string }
  | { type: 'rest'; status: 'stopped' | 'crashed'; reason: string }

/** The restart policy. `exit.code` null without a signal is unknown, which counts as a failure. */
export function verdict(process: ManagedProcess, exit: RunExit): Verdict {
  const { autorestart, maxRestarts, restartDelay, stopExitCodes } = process.config
  if (exit.code !== null && stopExitCodes.includes(exit.code)) {
    return { type: 'rest', status: 'stopped', reason: exit.code === 0 ? 'completed' : `completed with ${exit.code}` }
  }
  const failed = exit.code !== 0
  // What was ended for being of no use was wanted up: that is no end of its own, which `autorestart` is about.
  const own = exit.why === undefined
  if (own && (autorestart === false || (autorestart === 'on-failure' && !failed))) {
    return failed
      ? { type: 'rest', status: 'crashed', reason: describeExit(exit) }
      : { type: 'rest', status: 'stopped', reason: 'completed' }
  }
  const failures = exit.lasted >= STABLE_AFTER ? 1 : process.failures + 1
  if (failures > maxRestarts) {
    const times = maxRestarts === 1 ? '1 restart' : `${maxRestarts} restarts`
    return { type: 'give-up', failures, reason: `gave up after ${times}: ${describeExit(exit)}` }
  }
  return { type: 'retry', failures, delay: backoff(restartDelay, failures, `${process.id}/${process.run}`) }
}

/**
 * Exponential backoff: `first`, twice that, … up to the longest. From the second try on up to a tenth is taken off, so that
 * processes that fell together do not come back together; `seed` makes it the same for the same run.
 */
export function backoff(first: number, failures: number, seed: string): number {
  const delay = Math.min(first * 2 ** Math.min(failures - 1, 30), Math.max(first, LONGEST_DELAY))
  return failures === 1 ? delay : Math.round(delay * (1 - fraction(seed) / 10))
}

/** 'exited with 1 after 3.2 s', 'killed by SIGKILL after 12 ms', 'ended while no supervisor ran'. */
export function describeExit(exit: RunExit): string {
  const lasted = ` after ${seconds(exit.lasted)}`
  if (exit.why !== undefined) return `${exit.why}${lasted}`
  if (exit.signal !== null) return `killed by ${exit.signal}${lasted}`
  return exit.code === null ? 'ended, exit code unknown' : `exited with ${exit.code}${lasted}`
}

/** '12 ms', '3.2 s', '4 min'. */
export function seconds(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`
  return ms < 120_000 ? `${Number((ms / 1000).toFixed(1))} s` : `${Math.round(ms / 60_000)} min`
}

/** FNV-1a over the seed as a fraction in [0, 1). */
function fraction(seed: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < seed.length; i++) hash = Math.imul(hash ^ seed.charCodeAt(i), 0x01000193)
  return (hash >>> 0) / 2 ** 32
}
