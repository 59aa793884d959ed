import type { EndCause, FailCause, FileChange } from './causes.ts'
import type { HealthStatus } from './health.ts'
import type { RunExit } from './process.ts'

/**
 * Something that happened to a process. `events.jsonl` has one as JSON per line, and `on()` and `events()` deliver them.
 */
export interface ProcessEvent {
  /** Epoch ms. */
  time: number
  /** Process name; empty for the supervisor itself. */
  name: string
  type: ProcessEventType
  run: number
  /** One sentence for people: 'exited with 1 after 3.2 s, next try in 2 s (1/10)'. Programs use `cause`. */
  message: string
  /** The reason as data. Absent if the type says it all, and in events of older versions. */
  cause?: EventCause
  /** New status, in events of type `health`. */
  health?: HealthStatus
  pid?: number
  exitCode?: number | null
  signal?: string | null
  /** ms until the next attempt. */
  delay?: number
  /** Failures in a row, if a crash is followed by another attempt. */
  failures?: number
  /** Failures in a row that are allowed. */
  maxRestarts?: number | 'unlimited'
}

export const EVENT_TYPES = [
  'start',
  'ready',
  'crash',
  'exit',
  'restart',
  'stop',
  'pause',
  'resume',
  'signal',
  'error',
  'health',
  'adopt',
  'release',
  'remove',
  'flush',
  'hook',
  'warning',
] as const
export type ProcessEventType = (typeof EVENT_TYPES)[number]

/** Why a run counts as ready: it lived for `minUptime`, its health check succeeded, or it sent the message. */
export interface ReadyCause {
  type: 'uptime' | 'health' | 'message'
}

/** Why a process was restarted: by an order, or because a watched file changed. */
export type RestartCause = { type: 'restart' } | FileChange

/** How the stopped run ended, or what the process was waiting for instead of running. */
export type StoppedCause =
  | { type: 'ended'; exit: RunExit }
  | { type: 'waiting'; for: string }
  | { type: 'scheduled' }
  | { type: 'backoff' }

/** A signal that was sent by hand. `reached`: processes of the tree that got it; null if it went to the leader. */
export interface SignalCause {
  type: 'signal'
  signal: string
  reached: number | null
}

/** Why a process was given up. After too many failures, `exit` is the last one, or null if it is unknown. */
export type ErrorCause =
  | Exclude<FailCause, { type: 'gave-up' }>
  | (Extract<FailCause, { type: 'gave-up' }> & { exit: RunExit | null })

/** Why a process is given up, with how its last run ended. */
export function errorOf(cause: FailCause, exit: RunExit | null): ErrorCause {
  return cause.type === 'gave-up' ? { ...cause, exit } : cause
}

/** The fields that each type of event adds to `time`, `name` and `run`. */
export type EventFacts =
  | { type: 'start'; pid: number }
  | { type: 'ready'; cause: ReadyCause }
  | (RunEnd & { type: 'crash' } & (NextTry | { delay?: never }))
  | (RunEnd & { type: 'exit' })
  | { type: 'restart'; cause: RestartCause }
  | { type: 'stop'; cause?: StoppedCause }
  | { type: 'signal'; cause: SignalCause; signal: string; pid: number }
  | { type: 'error'; cause: ErrorCause; exitCode?: number | null; signal?: string | null }
  | { type: 'health'; health: HealthStatus; cause?: { type: 'unhealthy'; detail: string } }
  | { type: 'adopt'; pid: number }
  | { type: 'pause' | 'resume' | 'release' | 'remove' | 'flush' }
  /** A line that a hook printed, or how it failed. */
  | { type: 'hook'; cause: { type: 'hook'; hook: string; detail: string } }
  | { type: 'warning'; cause: { type: 'problem'; detail: string } | { type: 'self-change'; file: string } }

export type EventCause = NonNullable<Extract<EventFacts, { cause?: unknown }>['cause']>

interface RunEnd {
  cause: EndCause
  exitCode: number | null
  signal: string | null
}

/** The attempt that follows a crash. `delay`: ms. */
interface NextTry {
  delay: number
  failures: number
  maxRestarts: number | 'unlimited'
}

/** An event without its sentence, which the event bus adds. */
export type UnwordedEvent = EventFacts & Pick<ProcessEvent, 'time' | 'name' | 'run'>
