import type { DependencyCondition } from '../config/config.ts'
import type { FailCause } from './causes.ts'
import * as describe from './describe.ts'
import { evaluate, type UpGoal } from './goal.ts'
import { isAtRest, statusOf, wasReady } from './phase.ts'
import type { ManagedProcess, RunExit } from './process.ts'
import type { Failure } from './result.ts'

export type DependencyFailed = Extract<FailCause, { type: 'dependency' }>

/** `pending`: what a dependent waits for can still come, also after a failure. */
export type DependencyResult = 'met' | 'pending' | DependencyFailed

/**
 * Whether a dependency is as far as its dependent needs it.
 *
 * @param begun the goal of its start, or why it could not be started; null before that
 */
export function dependencyResult(
  process: ManagedProcess,
  begun: UpGoal | Failure | null,
  condition: DependencyCondition,
): DependencyResult {
  if (begun === null) return 'pending'
  if (!('type' in begun)) return failed(process, 'failed', describe.outcome(begun, process))
  if (condition === 'started') return 'met'
  return condition === 'completed' ? completion(process, begun) : readiness(process, begun)
}

function readiness(process: ManagedProcess, goal: UpGoal): DependencyResult {
  const { phase, run } = process
  // While it is paused it answers nobody.
  if (phase.type === 'running' && run >= goal.run) return 'met'
  // It never runs at once. Its dependents only need that it is on its schedule.
  if (phase.type === 'scheduled') return 'met'
  if (!isAtRest(phase)) return 'pending'
  const result = evaluate(process, goal)
  const isFailed = result !== 'pending' && result.result === 'failed'
  if (phase.type === 'completed' && !isFailed) return 'met'
  return failed(process, 'failed', isFailed ? describe.outcome(result, process) : restReason(process))
}

/** The first run since the start that did its work counts, whatever follows it. */
function completion(process: ManagedProcess, goal: UpGoal): DependencyResult {
  const { phase, lastExit } = process
  // Some of what it has started may still be alive.
  if (phase.type === 'cleanup') return 'pending'
  if (lastExit && lastExit.run >= goal.run && didItsWork(process, lastExit)) return 'met'
  return isAtRest(phase) ? failed(process, 'incomplete', restReason(process)) : 'pending'
}

function didItsWork({ config }: ManagedProcess, { code, ended, asked }: RunExit): boolean {
  return ended === null && !asked && code !== null && (code === 0 || config.stopExitCodes.includes(code))
}

function restReason(process: ManagedProcess): string {
  return describe.reason(process) || statusOf(process.phase.type)
}

function failed(
  { config: { name } }: ManagedProcess,
  what: DependencyFailed['what'],
  detail: string,
): DependencyFailed {
  return { type: 'dependency', name, what, detail }
}

/**
 * The failure of a run that ended although its start had succeeded. Null if there is none, or if a later run has already lived for
 * longer.
 */
export function failureSince(process: ManagedProcess, { run }: UpGoal, now: number): Failure | null {
  const { phase, lastExit: exit } = process
  if (exit === null || exit.run < run || exit.asked || didItsWork(process, exit)) return null
  if (wasReady(phase) && now - phase.live.startedAt > exit.lasted) return null
  return { result: 'failed', code: 'start-failed', cause: { type: 'early-exit', exit } }
}
