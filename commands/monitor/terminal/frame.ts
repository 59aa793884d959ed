/** The alternate screen, without cursor and without lines that wrap. */
export const ENTER = '\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J'
/** And back, as it was. */
export const LEAVE = '\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l'

/** Terminals that know it show all of a frame at once; others take no notice. */
const BEGIN = '\x1b[?2026h'
const END = '\x1b[?2026l'

/** What turns one frame on the terminal into the next: each line that changed, at its place. Empty where none did. */
export function frameChange(before: readonly string[], after: readonly string[]): string {
  const changes = after.flatMap((line, index) => (line === before[index] ? [] : `\x1b[${index + 1};1H\x1b[K${line}`))
  return changes.length === 0 ? '' : BEGIN + changes.join('') + END
}
