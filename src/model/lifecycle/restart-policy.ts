import type { ResolvedProcess } from '../config/config.ts'
import { fnv1a } from '../text/hash.ts'
import type { ManagedProcess, RunExit } from './process.ts'

/** What follows a run that has ended. `complete`: it did its work; `rest`: it failed and is not restarted. */
export type Verdict =
  | { type: 'retry'; delay: number; failures: number }
  | { type: 'give-up'; failures: number; restarts: number }
  | { type: 'complete'; code: number }
  | { type: 'rest' }

/** The restart policy. An unknown exit code, without a signal, counts as a failure. */
export function verdict(process: ManagedProcess, { code, lasted, ended }: RunExit): Verdict {
  const { autorestart, maxRestarts, restartDelay, maxRestartDelay, stableAfter, stopExitCodes } = process.config
  if (code !== null && stopExitCodes.includes(code)) return { type: 'complete', code }
  if (code === 0 && autorestart !== true) return { type: 'complete', code }
  // `autorestart` is about runs that end by themselves. A run that was killed because it failed should still be up.
  const isOwnEnd = ended === null || ended.type === 'spawn-failed'
  if (isOwnEnd && autorestart === false) return { type: 'rest' }
  const failures = lasted >= stableAfter ? 1 : process.failures + 1
  if (maxRestarts !== 'unlimited' && failures > maxRestarts) {
    return { type: 'give-up', failures, restarts: maxRestarts }
  }
  const seed = `${process.id}/${process.run}`
  return { type: 'retry', failures, delay: backoff(restartDelay, maxRestartDelay, failures, seed) }
}

/** When the next attempt is due, in epoch ms: no later than the longest delay from now, even if the clock was set back. */
export function retryDue(at: number, { restartDelay, maxRestartDelay }: ResolvedProcess, now: number): number {
  return Math.min(at, now + Math.max(restartDelay, maxRestartDelay))
}

/**
 * Exponential backoff: `first`, then twice as long each time, up to `longest`, or to `first` if that is longer. From the second
 * attempt on, up to a tenth is subtracted, so that processes that failed together do not restart together. The same `seed`
 * gives the same delay.
 */
export function backoff(first: number, longest: number, failures: number, seed: string): number {
  const delay = Math.min(first * 2 ** Math.min(failures - 1, 30), Math.max(first, longest))
  return failures === 1 ? delay : Math.round(delay * (1 - fnv1a(seed) / 2 ** 32 / 10))
}
