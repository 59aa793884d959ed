export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** One line of a process's log. */
export interface ProcessLog {
  timestamp: Date
  level: LogLevel
  /** The line without its newline; colours as the child wrote them. */
  message: string
  /** `system`: the supervisor's own words about the process. */
  source: 'stdout' | 'stderr' | 'system'
  /** Process name. */
  name: string
}

/** Where one process's log is, for readers: plain files, no supervisor needed. */
export interface LogSource {
  name: string
  logFile: string
  errorFile: string
  /** (time, stream, offset) notes that give lines their time and order. */
  indexFile: string
  /** The supervisor's `events.jsonl`. */
  eventsFile: string
}
