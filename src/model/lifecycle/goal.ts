import type { ErrorCode } from '../errors.ts'
import { errorOf } from './events.ts'
import { hasBegun, isAtRest, isBeingKilled } from './phase.ts'
import type { ManagedProcess } from './process.ts'
import type { Failure, FailureCause, Result } from './result.ts'

/** The state that a command waits for. */
export type Goal = DownGoal | UpGoal

/** Run `run` has ended. */
export interface DownGoal {
  type: 'down'
  run: number
  wasDown: boolean
}

/** Run `run` is ready. `result` is then the result of the command. */
export interface UpGoal {
  type: 'up'
  run: number
  result: 'started' | 'already-running' | 'restarted'
}

/** The goal of a stop of this process. */
export function goalOfStop({ run, phase, survivors }: ManagedProcess): DownGoal {
  return { type: 'down', run, wasDown: isAtRest(phase) && survivors.length === 0 }
}

/** The goal of a start or restart, from the states before and after its input. */
export function goalOfStart(order: 'start' | 'restart', before: ManagedProcess, after: ManagedProcess): UpGoal {
  // The command waits for a run that had already begun. That run keeps the config that it began with.
  if (order === 'start' && hasBegun(before.phase)) return { type: 'up', run: before.run, result: 'already-running' }
  const run = hasBegun(after.phase) ? after.run : after.run + 1
  // What did not run is only started: whoever restarts it elsewhere, as after a deployment, must see that.
  const ran = hasBegun(before.phase) || isBeingKilled(before.phase)
  return { type: 'up', run, result: order === 'restart' && ran ? 'restarted' : 'started' }
}

/** The result if the goal is reached or cannot be reached any more, else `pending`. */
export function evaluate(process: ManagedProcess, goal: Goal): Result | 'pending' {
  return goal.type === 'down' ? evaluateDown(process, goal) : evaluateUp(process, goal)
}

function evaluateDown(process: ManagedProcess, goal: DownGoal): Result | 'pending' {
  const { phase } = process
  const down: Result = { result: goal.wasDown ? 'already-stopped' : 'stopped' }
  if (process.run > goal.run) return down
  switch (phase.type) {
    case 'stopped':
    case 'completed':
    case 'crashed':
    case 'scheduled':
    case 'backoff':
      return down
    case 'failed':
      return failure('stop-failed', errorOf(phase.cause, process.lastExit))
    case 'waiting':
    case 'spawning':
    case 'starting':
    case 'running':
    case 'paused':
    case 'stopping':
    case 'cleanup':
      return 'pending'
    default:
      return phase satisfies never
  }
}

function evaluateUp(process: ManagedProcess, goal: UpGoal): Result | 'pending' {
  const { phase, lastExit } = process
  const up: Result = { result: goal.result }
  /** The end of the run that should become ready, or of a later run. */
  const exit = lastExit && lastExit.run >= goal.run ? lastExit : null
  const early = exit?.early ? failed({ type: 'early-exit', exit }) : null
  switch (phase.type) {
    case 'failed':
      return failed(errorOf(phase.cause, lastExit))
    case 'scheduled':
      return { result: 'scheduled' }
    case 'running':
    case 'paused':
      return process.run >= goal.run ? up : 'pending'
    case 'completed':
      return exit ? { result: 'completed', code: phase.code } : failed({ type: 'stopped', before: 'ready' })
    case 'stopped':
      return early ?? failed({ type: 'stopped', before: 'ready' })
    case 'crashed':
    case 'backoff':
      // The run was ready and has ended since, so the start did its work.
      return early ?? (exit ? up : 'pending')
    case 'waiting':
    case 'spawning':
    case 'starting':
      return early ?? 'pending'
    case 'stopping':
    case 'cleanup':
      return 'pending'
    default:
      return phase satisfies never
  }
}

function failed(cause: FailureCause): Failure {
  return failure('start-failed', cause)
}

function failure(code: ErrorCode, cause: FailureCause): Failure {
  return { result: 'failed', code, cause }
}
