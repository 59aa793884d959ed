import type { ProcessConfig } from '../../model/config.ts'
import { splitLine } from '../command.ts'

type CommandPart = Pick<ProcessConfig, 'command' | 'args'>

/** Characters that mean something to a shell, wherever they stand; quotes are understood here as well. */
const SHELL_CHARACTERS = /[|&;<>()$`\\*?[\]{}~#\n\r]/

/** Words that only a shell understands, at the beginning of a line. */
const SHELL_WORDS = new Set(
  '. ! alias bg break case cd command continue eval exec exit export fg for function getopts hash if jobs let local read readonly return select set shift shopt source time times trap type typeset ulimit umask unalias unset until wait while'.split(
    ' ',
  ),
)

/** Whether the line says something else, or nothing, without a shell. */
export function needsShell(line: string): boolean {
  const words = splitLine(line)
  if (!words || SHELL_CHARACTERS.test(line)) return true
  const [first = ''] = words
  return SHELL_WORDS.has(first) || /^\w+=/.test(first)
}

/** A line of a foreign file: by itself where that means the same, else through the shell, such as `['/bin/sh', '-c']`. */
export function commandOfLine(line: string, shell: readonly string[]): CommandPart {
  return needsShell(line) ? commandOfWords([...shell, line]) : { command: line.trim() }
}

/** The words as one line where they need no quotes, else the program and its arguments. */
export function commandOfWords([program = '', ...args]: readonly string[]): CommandPart {
  const words = [program, ...args]
  if (words.every((word) => /^[\w@%+=:,./-]+$/.test(word))) return { command: words.join(' ') }
  return { command: program, args }
}
