export type ErrorCode =
  | 'usage'
  | 'config'
  | 'unknown-process'
  | 'start-failed'
  | 'stop-failed'
  | 'not-running'
  | 'timeout'
  | 'unreachable'
  | 'version'
  | 'internal'

/** An error for the user: one sentence, no stack needed. Exit code 2 for usage and config, 4 for an unknown process, else 1. */
export class ProcessManagerError extends Error {
  readonly code: ErrorCode
  /** The process's last lines, when a start failed. */
  readonly lastLines: string[]

  constructor(code: ErrorCode, message: string, lastLines: string[] = []) {
    super(message)
    this.name = 'ProcessManagerError'
    this.code = code
    this.lastLines = lastLines
  }
}
