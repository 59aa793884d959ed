import type { ProcessEvent } from '../lifecycle/events.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'
export const LOG_LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']

/** Where a line comes from. `system`: an event of the process. */
export type LogOrigin = 'stdout' | 'stderr' | 'system'
export const LOG_ORIGINS: readonly LogOrigin[] = ['stdout', 'stderr', 'system']

/** One line of a process's log. */
export interface ProcessLog {
  timestamp: Date
  level: LogLevel
  /** The line without its newline, with the colours that the child wrote. */
  message: string
  source: LogOrigin
  /** Process name. */
  name: string
}

/** The log files of one process. They are plain files that can be read without a supervisor. */
export interface LogSource {
  name: string
  logFile: string
  errorFile: string
  /** Timestamp entries (time, stream, offset), which give lines their time and order. */
  indexFile: string
  /** The supervisor's `events.jsonl`. */
  eventsFile: string
}

/** A line as JSON. */
export interface LogLine extends Omit<ProcessLog, 'timestamp'> {
  /** ISO 8601. */
  timestamp: string
}

/** Lines of logs, oldest first. */
export interface LogPage {
  logs: LogLine[]
  /** For the request of the lines that follow. Opaque text without spaces. */
  cursor: string
  /** More lines are there already. */
  more: boolean
}

/** Events, oldest first. */
export interface EventPage {
  events: ProcessEvent[]
  /** For the request of the events that follow. */
  cursor: string
}

/** A log that does not get what its process writes. */
export interface LostLog {
  name: string
  log: string
  /** The process writes to a file that was `deleted` or `renamed`, and `to` leads to it; or `log` is none, as `to` says. */
  type: 'deleted' | 'renamed' | 'no-file'
  to: string
}

export function lostText({ name, log, type, to }: LostLog): string {
  if (type === 'no-file') return `${name} has no log: ${to}`
  return `${name} writes to a ${type} file, ${to}, instead of ${log}`
}
