/** Longest line of a comment in columns. */
const WIDTH = 100

/** A file with a comment at its head: where it comes from, and what is different there. All formats have `#`. */
export function headed(body: string, origin: string, notes: string[]): string {
  const lines = [origin, ...(notes.length > 0 ? [''] : []), ...notes.flatMap(wrapped)]
  return `${lines.map((line) => `# ${line}`.trimEnd()).join('\n')}\n\n${body}`
}

/** A note in lines of limited width, all but the first indented. What comes from a config may have line breaks. */
function wrapped(note: string): string[] {
  const lines: string[] = []
  for (const word of note.split(/\s+/)) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= WIDTH) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(last === undefined ? `- ${word}` : `  ${word}`)
  }
  return lines
}
