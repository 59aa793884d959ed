/** A size in columns, and in rows if they are limited. */
export interface Place {
  width: number
  height?: number
}

export interface Places {
  list: Place
  pane: Place
  areBeside: boolean
}

/** Minimum width for showing two things side by side. */
const WIDE = 100
/** The share of the width that the processes get, and its minimum and maximum. */
const SHARE = 0.5
const NARROWEST_LIST = 56
const WIDEST_LIST = 110
/** Width of the separator ` │ `. */
const BETWEEN = 3

/** Divides a screen between processes and pane. `listHeight` is the number of rows for all processes. */
export function placesIn(width: number, height: number | undefined, listHeight: number): Places {
  if (height === undefined) return { list: { width }, pane: { width }, areBeside: false }
  if (width >= WIDE) {
    const left = Math.min(WIDEST_LIST, Math.max(NARROWEST_LIST, Math.floor(width * SHARE)))
    return { list: { width: left, height }, pane: { width: width - left - BETWEEN, height }, areBeside: true }
  }
  const top = Math.min(listHeight, Math.max(3, Math.floor(height / 2)))
  return { list: { width, height: top }, pane: { width, height: height - top - 1 }, areBeside: false }
}
