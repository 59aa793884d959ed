import type { ProcessConfig } from '../../model/config/config.ts'
import { splitLine } from '../command.ts'
import { hasVariables } from '../placeholders.ts'

type CommandPart = Pick<ProcessConfig, 'command' | 'args'>

/** Characters with a meaning in a shell. Quotes are not among them, since `splitLine` handles them. */
const SHELL_CHARACTERS = /[|&;<>()$`\\*?[\]{}~#\n\r]/

/** Words at the beginning of a line that only a shell understands. */
const SHELL_WORDS = new Set(
  '. ! alias bg break case cd command continue eval exec exit export fg for function getopts hash if jobs let local read readonly return select set shift shopt source time times trap type typeset ulimit umask unalias unset until wait while'.split(
    ' ',
  ),
)

/** Whether the line needs a shell to work as meant. */
export function needsShell(line: string): boolean {
  const words = splitLine(line)
  if (!words || SHELL_CHARACTERS.test(line)) return true
  const [first = ''] = words
  return SHELL_WORDS.has(first) || /^\w+=/.test(first)
}

/**
 * The command for a line of another tool: the line itself if it needs no shell, otherwise `shell` with it, such as
 * `/bin/sh -c`.
 */
export function commandOfLine(line: string, shell: readonly string[]): CommandPart {
  return needsShell(line) ? commandOfWords([...shell, line]) : { command: line.trim() }
}

/** The command for words: one line if no word needs quotes, otherwise program and arguments. */
export function commandOfWords([program = '', ...args]: readonly string[]): CommandPart {
  const words = [program, ...args]
  // The value of a variable may have spaces, and would then be several words of a line.
  if (words.every((word) => /^[\w@%+=:,./-]+$/.test(word) && !hasVariables(word))) return { command: words.join(' ') }
  return { command: program, args }
}
