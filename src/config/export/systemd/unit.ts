import { escaped } from '../../../model/boot/unit-file.ts'
import type { SecretText } from '../types.ts'

/* Command lines in unit files. */

/** A command line: `$` is doubled, since systemd replaces variables itself, and so are secrets given to the program. */
export function commandLine(words: readonly SecretText[]): string {
  return words.map(word).join(' ')
}

/** A command line for /bin/sh as a whole command. `prefix` is such as `-`: a failure does not count. */
export function shellCommand(line: string, shell = '/bin/sh'): string {
  return commandLine([[shell], ['-c'], [line]])
}

function word(parts: SecretText): string {
  const text = parts
    .map((part) => (typeof part === 'string' ? escaped(part).replaceAll('$', '$$$$') : `\${${part.variable}}`))
    .join('')
  return text === '' || /[\s"'\\;]/.test(text) ? `"${text}"` : text
}
