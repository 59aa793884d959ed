/** Words at the beginning of a line that only a shell understands. */
const SHELL_WORDS = /^(?:\.|!|alias|cd|eval|exec|export|for|if|set|source|ulimit|umask|unset|until|while)$/

/** Operators, redirections, variables and escapes, each where it begins and outside of quotes. */
const OPERATOR = /&&|\|\||\$\(|`|\$\{?[A-Za-z_]\w*\}?|\\(?=[\s'"\\])/y
/** Between double quotes, the splitter knows no escape. */
const ESCAPE = /\\["\\]/y
/** Those that count between double quotes too. */
const QUOTED = /\$\(|`|\$\{?[A-Za-z_]\w*\}?|\\["\\$`]/y
/** Those that count only as the beginning of a word: `a&b=1` is part of an address, `#fff` is a colour. */
const WORD = /\d?>>?&?\d?|<<?|[|;&](?=\s|$)|[({](?=\s|$)|~(?=\/|\s|$)|#(?=\s|$)/y
/** A shell with its script in quotes: what is in them is for that shell. */
const SHELL_SCRIPT = /(?:^|[\s/])(?:ba|da|z|k|a)?sh\s+(?:[^\s"']+\s+)*?-\w*c\s/
/** At the end of a word: `sleep 1; echo`, `node a.mjs&`. */
const END = /[;&](?=\s|$)/y

/**
 * The first piece of shell syntax in a line: an operator, a redirection, `~/`, a comment, a variable before the program, or a command of
 * the shell itself, all outside of quotes; `$NAME`, `$(…)` or an escape, outside of single quotes. Undefined if there is none. Globs do
 * not count.
 */
export function shellSyntax(line: string): string | undefined {
  const [first = ''] = line.trim().split(/\s/, 1)
  if (SHELL_WORDS.test(first)) return first
  const [, variable] = /^([A-Za-z_]\w*=)/.exec(first) ?? []
  if (variable !== undefined) return variable
  if (line.trimStart().startsWith('(')) return '('
  const isScript = SHELL_SCRIPT.test(line)
  let quote = ''
  let isBetween = true
  for (let at = 0; at < line.length; at++) {
    const char = line[at] ?? ''
    if (quote !== '') {
      if (char === quote) quote = ''
      const found = quote === '"' ? matchAt(isScript ? ESCAPE : QUOTED, line, at) : undefined
      if (found !== undefined) return found
      continue
    }
    if (char === '\n') return 'a line break'
    const found = matchAt(OPERATOR, line, at) ?? (isBetween ? matchAt(WORD, line, at) : matchAt(END, line, at))
    if (found !== undefined) return found
    if (char === '"' || char === "'") quote = char
    isBetween = /\s/.test(char)
  }
  return undefined
}

function matchAt(pattern: RegExp, line: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(line)?.[0]
}
