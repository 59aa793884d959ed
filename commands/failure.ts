import { type ErrorCode, ProcessManagerError } from '../src/index.ts'
import { EXIT } from './command.ts'

/** The exit code of a command that failed for this reason. */
export function exitCodeOf(code: ErrorCode | undefined): number {
  if (code === 'usage' || code === 'config') return EXIT.usage
  if (code === 'timeout') return EXIT.timeout
  if (code === 'not-running') return EXIT.notRunning
  return code === 'unknown-process' ? EXIT.unknownProcess : EXIT.failed
}

/** One sentence for an error, with its stack when `debug`; and the exit code. */
export function describeFailure(error: unknown, debug: boolean): { text: string; exitCode: number } {
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  const expected = error instanceof ProcessManagerError
  const lines = [message, ...(expected ? error.lastLines.map((line) => `  ${line}`) : [])]
  if (debug && stack) lines.push(stack)
  return { text: lines.join('\n'), exitCode: exitCodeOf(expected ? error.code : 'internal') }
}
