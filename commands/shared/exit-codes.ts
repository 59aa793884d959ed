import { type ErrorCode, ProcessManagerError } from '../../src/index.ts'
import { reasonOf } from '../../src/internal.ts'
import { EXIT } from './command.ts'

/** The exit code of a command that failed with this error code. */
export function exitCodeOf(code: ErrorCode | undefined): number {
  if (code === 'usage' || code === 'config') return EXIT.usage
  if (code === 'timeout') return EXIT.timeout
  if (code === 'not-running') return EXIT.notRunning
  return code === 'unknown-process' ? EXIT.unknownProcess : EXIT.failed
}

/** The message of an error, with its stack if `debug`, and the exit code. */
export function describeFailure(error: unknown, debug: boolean): { text: string; exitCode: number } {
  const { stack } = error instanceof Error ? error : new Error(String(error))
  const expected = error instanceof ProcessManagerError
  const lines = [reasonOf(error), ...(expected ? error.lastLines.map((line) => `  ${line}`) : [])]
  if (debug && stack) lines.push(stack)
  return { text: lines.join('\n'), exitCode: exitCodeOf(expected ? error.code : 'internal') }
}
