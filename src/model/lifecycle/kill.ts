import type { EndCause, StopCause } from './causes.ts'
import { becomes, type Transition } from './inputs.ts'
import { liveOf } from './phase.ts'
import type { ManagedProcess } from './process.ts'

/* The ways to end a run. Each is complete when `killed` reports the survivors. */

/**
 * Kills the run because of an order or a changed file. What follows depends on what is wanted when the kill is complete.
 */
export function stopFor(process: ManagedProcess, why: StopCause, automatic = false): Transition {
  return kill({ ...process, phase: { type: 'stopping', why, live: liveOf(process.phase), automatic } })
}

/** Kills the rest of a run that has ended or failed. Then the restart policy decides what follows. */
export function cleanUp(process: ManagedProcess, end: EndCause, startAt: number | null = null): Transition {
  return kill({ ...process, phase: { type: 'cleanup', end, live: liveOf(process.phase), startAt } })
}

/** Orders a kill of the whole run, and of the survivors of earlier runs. */
export function kill(process: ManagedProcess): Transition {
  const { stopSignal: signal, stopTimeout: timeout } = process.config
  return becomes(process, { type: 'cancel' }, { type: 'kill', run: process.run, signal, timeout })
}
