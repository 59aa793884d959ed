export const ERROR_CODES = [
  'usage',
  'config',
  'unknown-process',
  'start-failed',
  'stop-failed',
  'not-running',
  'timeout',
  'unreachable',
  'version',
  'unsupported',
  'forbidden',
  'internal',
] as const
export type ErrorCode = (typeof ERROR_CODES)[number]

/** An error for the user: one sentence, no stack needed. Exit code 2 for usage and config, 4 for an unknown process, else 1. */
export class ProcessManagerError extends Error {
  readonly code: ErrorCode
  /** The process's last lines, when a start failed. */
  readonly lastLines: string[]
  /** The message without the name of a process that it begins with, for where the name is said already. */
  readonly predicate: string
  /** With which the process ended, when a start failed. Null if it did not end, or by a signal. */
  readonly exitCode: number | null

  constructor(
    code: ErrorCode,
    message: string,
    lastLines: string[] = [],
    predicate: string = message,
    exitCode: number | null = null,
  ) {
    super(message)
    this.name = 'ProcessManagerError'
    this.code = code
    this.lastLines = lastLines
    this.predicate = predicate
    this.exitCode = exitCode
  }
}

/** The supervisor lives but answers nothing, or its host cannot be reached. Its processes keep running, and it may answer later. */
export class NoAnswerError extends ProcessManagerError {
  constructor(message: string) {
    super('unreachable', message)
  }
}
