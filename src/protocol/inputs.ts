import type { AlertRule } from '../model/config/alerts.ts'
import type { SignalName } from '../model/config/signals.ts'
import type { WebConfig } from '../model/config/web.ts'
import type { ProcessEventType } from '../model/lifecycle/events.ts'
import type { PlannedAction } from '../model/planning/plan.ts'
import type { Selection, StartRequest } from '../model/planning/requests.ts'
import type { LogLevel, LogOrigin } from '../model/views/logs.ts'

/* What operations are told, as JSON. Starts are in `model/planning/requests.ts`, since rules read them, too. */

/** An input without fields. */
export type Nothing = Record<never, never>

export interface Named {
  /** Name of the process. */
  name: string
}

export interface StopRequest extends Selection {
  /** Longest time until the answer, ms. What is not done by then goes on, and its outcome has the code `timeout`. */
  timeout?: number
  /**
   * They are stopped only because the machine or the service ends: `supervisor run --start wanted` starts those that were up
   * again. Default false.
   */
  comesBack?: boolean
}

export interface RemoveRequest extends Selection {
  /** As in a stop. */
  timeout?: number
  /** Delete their log files and archives, except files that another process writes too. Default false. */
  logs?: boolean
}

export interface SignalRequest extends Selection {
  /** Name of the signal: `SIGHUP`, `SIGUSR1`, … */
  signal: SignalName
  /** Send it to every living process of the tree, instead of only the leader of the run. Default false. */
  tree?: boolean
}

export interface MessageRequest extends Named {
  /** The message that the process receives. */
  message: unknown
}

/** Selects lines of logs. Without a selection, those of all processes. */
export interface LogsRequest extends Selection {
  /** Of an earlier answer: the lines after it, oldest first. `start`: from the first line; `end`: none yet. Absent: the last lines. */
  cursor?: string
  /** Most lines of one answer. Default 100, at most 10000. */
  lines?: number
  /** Lines of this level or above: `debug`, `info`, `warn`, `error`. */
  level?: LogLevel
  /** Lines that contain this text, whatever the case of its letters. */
  grep?: string
  /** Lines that match this regular expression, written `/source/flags`. Only over the control socket. */
  pattern?: string
  /** Lines that are JSON objects with these values, as in the query of an address: `level=error&request.method=GET`. */
  fields?: string
  /** Lines from this time on, epoch ms. */
  since?: number
  /** Lines up to this time, epoch ms. */
  until?: number
  /** Only what came from these: `stdout`, `stderr`, and `system` for events. */
  streams?: LogOrigin[]
}

/** Selects events of the past. All conditions must hold. */
export interface HistoryRequest {
  /** Events of these processes. Absent: of all processes, and of the supervisor itself. */
  names?: string[]
  types?: ProcessEventType[]
  /** Number of last events. Absent: all that are kept (4 to 8 MB). */
  lines?: number
  /** Events from this time on, epoch ms. */
  since?: number
}

export interface FollowHistoryRequest extends HistoryRequest {
  /** Of an earlier item: the events after it, in place of the last `lines`. */
  cursor?: string
}

/** What a command would do. */
export interface PlanRequest extends StartRequest {
  /** Default `apply`. */
  action?: PlannedAction
}

export interface CrashesRequest {
  /** Only those of this process. */
  name?: string
}

export interface CrashRequest {
  /** Of the report: name of the process and number of the run, such as `web-14`. */
  id: string
}

export interface AlertSettings {
  rules: AlertRule[]
  /** The config that has them, as in a start. */
  source?: string
  /** Folder in which its commands run. */
  cwd?: string
}

export interface AlertTest {
  /** Number of the rule, from 1, as in `alerts`. Absent: all. */
  rule?: number
}

export interface WebSettings extends WebConfig {
  /** The config that asks for it, as in a start. Absent: a person asks. */
  source?: string
}

export interface CloseWebRequest {
  /** Close it only if this config opened it. */
  source?: string
}
