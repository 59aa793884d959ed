export interface Scale {
  /** One character per height, the lowest first. */
  heights: string
  /** The value of the lowest bar. Absent: the lowest visible value. */
  low?: number
  /** Minimum difference between the highest and the lowest bar, so that small changes stay flat. */
  spread: number
}

/** The last values as bars, one per column, oldest first, padded with blanks on the left. */
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

/** @param share from 0 to 1 */
function bar(share: number, heights: string): string {
  return heights[Math.min(heights.length - 1, Math.floor(share * heights.length))] ?? ' '
}
