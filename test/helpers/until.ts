import { setTimeout as sleep } from 'node:timers/promises'

export interface UntilOptions {
  /** Milliseconds before giving up. */
  timeoutMs?: number
  /** Milliseconds between two probes. */
  everyMs?: number
  /** What is waited for, in the words of the failure message. */
  what?: string
}

/**
 * Probes until the answer is truthy and resolves with it. A probe that throws counts as "not yet".
 * Rejects naming `what` and the last value or error, so that a failed test says what it saw instead.
 */
export async function until<T>(
  probe: () => T | Promise<T>,
  { timeoutMs = 15_000, everyMs = 20, what = 'condition' }: UntilOptions = {},
): Promise<NonNullable<T>> {
  const deadline = Date.now() + timeoutMs
  let last = 'nothing'
  for (;;) {
    try {
      const value = await probe()
      if (value) return value
      last = `value ${show(value)}`
    } catch (error) {
      last = `error ${String(error)}`
    }
    if (Date.now() >= deadline) throw new Error(`waited ${timeoutMs} ms for ${what}; last ${last}`)
    await sleep(everyMs)
  }
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? String(value)
}
