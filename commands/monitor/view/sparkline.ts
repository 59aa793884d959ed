export interface Scale {
  /** A character for each height, the lowest first. */
  heights: string
  /** What the lowest bar stands for; absent: the lowest value that is shown. */
  low?: number
  /** The highest bar stands for at least so much more: what only trembles stays flat. */
  spread: number
}

/** The last values as bars, one a column, oldest first and blanks before them. */
export function sparkline(values: readonly (number | null)[], width: number, scale: Scale): string {
  const shown = width > 0 ? values.slice(-width) : []
  const known = shown.filter((value) => value !== null)
  const { low, spread, heights } = scale
  const lowest = low ?? Math.min(...known)
  const range = Math.max(spread, Math.max(...known) - lowest)
  return shown
    .map((value) => (value === null ? ' ' : bar((value - lowest) / range, heights)))
    .join('')
    .padStart(width)
}

/** `share` is from 0 to 1. */
function bar(share: number, heights: string): string {
  return heights[Math.min(heights.length - 1, Math.floor(share * heights.length))] ?? ' '
}
