import { parseArgsStringToArgv } from 'string-argv'
import type { ProcessConfig } from '../model/config.ts'

/**
 * What to spawn. Without `args`, `command` is a whole line; an `interpreter` comes before it. The line is valid: the
 * schema has refused any other.
 */
export function invocation({ command, args, interpreter }: ProcessConfig): { program: string; args: string[] } {
  const words = args === undefined ? (splitLine(command) ?? [command]) : [command, ...args]
  const [program = command, ...rest] = interpreter === undefined ? words : [interpreter, ...words]
  return { program, args: rest }
}

/**
 * The words of a command line, single and double quotes respected; nothing else of a shell's language is (no variables,
 * globs, pipes or `~`). Undefined: no program to run, or a quote that is not closed.
 */
export function splitLine(line: string): string[] | undefined {
  if (hasOpenQuote(line)) return undefined
  const words = parseArgsStringToArgv(line)
  return words[0] ? words : undefined
}

/** The splitter takes an open quote for one that closes at the end of the line, which hides a typing error. */
function hasOpenQuote(line: string): boolean {
  let open = ''
  for (const char of line) {
    if (open === '') open = char === '"' || char === "'" ? char : ''
    else if (char === open) open = ''
  }
  return open !== ''
}
