/** Enters the alternate screen, hides the cursor and turns off wrapping. */
export const ENTER = '\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J'
/** Restores all of that. */
export const LEAVE = '\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l'

/** Synchronized output: terminals that support it show a frame at once; others ignore it. */
const BEGIN = '\x1b[?2026h'
const END = '\x1b[?2026l'

/** The output that turns one frame into the next: every changed line at its position. Empty if nothing changed. */
export function frameChange(before: readonly string[], after: readonly string[]): string {
  const changes = after.flatMap((line, index) => (line === before[index] ? [] : `\x1b[${index + 1};1H\x1b[K${line}`))
  return changes.length === 0 ? '' : BEGIN + changes.join('') + END
}
