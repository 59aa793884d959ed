import { parseArgsStringToArgv } from 'string-argv'
import type { ProcessConfig } from '../model/config/config.ts'
import { compactReferences } from '../model/config/references.ts'
import { shellSyntax } from './shell-syntax.ts'

/**
 * The program and arguments to spawn. Without `args`, `command` is a whole line, for which a shell is started if it has shell syntax.
 * An `interpreter` comes first.
 */
export function invocation(config: ProcessConfig): { program: string; args: string[] } {
  const { command, args, interpreter } = config
  if (runsInShell(config)) return { program: '/bin/sh', args: ['-c', command] }
  const line = compactReferences(command)
  const words = args === undefined ? (splitLine(line) ?? [line]) : [command, ...args]
  const [program = command, ...rest] = interpreter === undefined ? words : [interpreter, ...words]
  return { program, args: rest }
}

/** Whether the command is a line for a shell: with `shell`, or if it has shell syntax. */
export function runsInShell({ command, args, interpreter, shell }: ProcessConfig): boolean {
  if (args !== undefined || interpreter !== undefined) return false
  return shell ?? shellSyntax(command) !== undefined
}

/**
 * Splits a command line into words. Single and double quotes are respected, but nothing else of a shell's syntax: no
 * variables, globs, pipes or `~`. Undefined if there is no word, or a quote is not closed.
 */
export function splitLine(line: string): string[] | undefined {
  if (hasOpenQuote(line)) return undefined
  const words = parseArgsStringToArgv(line)
  return words[0] ? words : undefined
}

/** Needed since the splitter closes an open quote at the end of the line, which would hide a typing error. */
function hasOpenQuote(line: string): boolean {
  let open = ''
  for (const char of line) {
    if (open === '') open = char === '"' || char === "'" ? char : ''
    else if (char === open) open = ''
  }
  return open !== ''
}
