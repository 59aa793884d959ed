/** Columns, and rows where they are limited. */
export interface Place {
  width: number
  height?: number
}

export interface Places {
  list: Place
  pane: Place
  areBeside: boolean
}

/** From so many columns on there is room for two things beside each other. */
const WIDE = 100
/** Share of the width that the processes get, and what they get at least and at most. */
const SHARE = 0.5
const NARROWEST_LIST = 56
const WIDEST_LIST = 110
/** Between the two: ` │ `. */
const BETWEEN = 3

/** How processes and pane share a screen. `listHeight`: rows that all processes would take. */
export function placesIn(width: number, height: number | undefined, listHeight: number): Places {
  if (height === undefined) return { list: { width }, pane: { width }, areBeside: false }
  if (width >= WIDE) {
    const left = Math.min(WIDEST_LIST, Math.max(NARROWEST_LIST, Math.floor(width * SHARE)))
    return { list: { width: left, height }, pane: { width: width - left - BETWEEN, height }, areBeside: true }
  }
  const top = Math.min(listHeight, Math.max(3, Math.floor(height / 2)))
  return { list: { width, height: top }, pane: { width, height: height - top - 1 }, areBeside: false }
}
