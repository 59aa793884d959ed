import type { ErrorCode } from '../errors.ts'
import type { ErrorCause, SignalCause } from './events.ts'
import type { RunExit } from './process.ts'

/** The result of a command for one process, as data. */
export type Result = Success | Failure

export type Success =
  | { result: 'started' | 'already-running' | 'restarted' | 'stopped' | 'already-stopped' | 'scheduled' }
  | { result: 'paused' | 'already-paused' | 'resumed' | 'not-paused' }
  | { result: 'completed'; code: number }
  /** The process will start when the dependency `for` has reached the required state. */
  | { result: 'waiting'; for: string }
  | { result: 'removed'; logs: boolean }
  | { result: 'emptied'; bytes: number }
  | { result: 'already-empty' }
  | { result: 'signalled'; cause: SignalCause }

export interface Failure {
  result: 'failed'
  code: ErrorCode
  cause: FailureCause
}

export type FailureCause =
  /** The process is given up. */
  | ErrorCause
  /** Its run ended before it was ready. Another attempt may follow. */
  | { type: 'early-exit'; exit: RunExit }
  | { type: 'stopped'; before: 'ready' | 'started' }
  /** The command stopped waiting. The start or stop goes on. */
  | { type: 'overdue'; order: 'start' | 'stop' }
  /** The start goes on when somebody resumes the process `name`. */
  | { type: 'dependency-paused'; name: string }
  | { type: 'not-running' }
  /** Only a process that is ready can be paused. */
  | { type: 'still-starting' }
  | { type: 'signal-refused'; signal: string }
  | { type: 'started-again' }
  | { type: 'logs-kept'; detail: string }
  | { type: 'not-emptied'; detail: string }
