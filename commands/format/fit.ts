/** A column that is to fit into a terminal together with others. */
export interface FitColumn {
  /** Characters that its widest cell takes, its title included. */
  width: number
  /** Characters that it needs at least to be of use. */
  least: number
  /** Columns with a smaller number go first where there is no room for all; absent: it stays. */
  keep?: number | undefined
}

/** Characters between two columns. */
const GAP = 2

/**
 * The width of each column, so that all of them fit into `room` characters; null: there is none for it. What is left over
 * when every column has the least that it needs goes to the first columns first.
 */
export function fitWidths(columns: FitColumn[], room: number): (number | null)[] {
  const kept = new Set(columns)
  const needed = (of: (column: FitColumn) => number) =>
    [...kept].reduce((sum, column) => sum + of(column), 0) + GAP * (kept.size - 1)
  const dispensable = columns.filter(({ keep }) => keep !== undefined).sort((a, b) => (a.keep ?? 0) - (b.keep ?? 0))
  for (const column of dispensable) {
    if (needed(({ least }) => least) <= room) break
    kept.delete(column)
  }
  // Not even a character for each: the last ones go, whatever they are.
  for (const column of columns.toReversed()) if (kept.size > 1 && needed(() => 1) > room) kept.delete(column)
  const widths = new Map([...kept].map((column) => [column, column.least]))
  let spare = room - needed(({ least }) => least)
  for (const column of kept) {
    const more = Math.min(Math.max(0, spare), column.width - column.least)
    widths.set(column, column.least + more)
    spare -= more
  }
  for (; spare < 0; spare++) narrowWidest(widths)
  return columns.map((column) => widths.get(column) ?? null)
}

function narrowWidest(widths: Map<FitColumn, number>): void {
  const [column, width] = [...widths].reduce((widest, entry) => (entry[1] > widest[1] ? entry : widest))
  widths.set(column, Math.max(1, width - 1))
}

/** A text of at most `most` characters, with a mark where its middle was: both ends of a name tell something. */
export function cutMiddle(text: string, most: number, mark: string): string {
  if (text.length <= most) return text
  const room = Math.max(0, most - mark.length)
  const end = Math.floor(room / 2)
  return `${text.slice(0, room - end)}${mark}${text.slice(text.length - end)}`.slice(0, Math.max(0, most))
}

/** The same, with the mark where its end was. */
export function cutEnd(text: string, most: number, mark: string): string {
  if (text.length <= most) return text
  return `${text.slice(0, Math.max(0, most - mark.length))}${mark}`.slice(0, Math.max(0, most))
}

/** As many of the parts as fit into one line, from the first on. */
export function fitParts(parts: string[], separator: string, room: number): string[] {
  let length = 0
  const fitting = parts.findIndex((part, index) => {
    length += part.length + (index === 0 ? 0 : separator.length)
    return length > room
  })
  return fitting === -1 ? parts : parts.slice(0, fitting)
}
