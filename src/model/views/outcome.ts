import type { ErrorCode } from '../errors.ts'
import type { FailureCause, Result } from '../lifecycle/result.ts'
import type { ProcessState } from './state.ts'

/** Outcome of a command for one process. */
export interface Outcome {
  /** Name of the process. */
  name: string
  /** The command succeeded for this process. */
  ok: boolean
  /**
   * The outcome in one word, for programs: `started`, `already-running`, `restarted`, `stopped`, `already-stopped`,
   * `scheduled`, `completed`, `waiting`, `removed`, `emptied`, `already-empty`, `paused`, `already-paused`, `resumed`,
   * `not-paused`, `signalled`, `unchanged` (`apply` had nothing to do), `met` (the condition of a `wait`) or `failed`.
   */
  result: OutcomeResult
  /** The reason as data, if the result does not say it. */
  cause?: OutcomeCause
  /** One sentence for people: 'started', 'already running', …, or the error. */
  message: string
  /** Kind of the failure; absent if `ok`. */
  code?: ErrorCode
  /** Last lines of the log, if a start failed. */
  lastLines?: string[]
  /** Problems that the user should know although the command succeeded, one sentence each. */
  warnings: string[]
  /** Absent after a removal or for an unknown process. */
  state?: ProcessState
}

export type OutcomeResult = Result['result'] | 'unchanged' | 'met'

export type OutcomeCause =
  | FailureCause
  /** Restarted by `apply`, because these settings have changed: `env.PORT`. */
  | { type: 'changed'; settings: string[] }
  /** Removed, because no config declares it any more. */
  | { type: 'undeclared' }
