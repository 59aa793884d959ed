/** A time in ms, or a text with its unit. */
export type Time = number | `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`
/** A size in MB, or a text with its unit. */
export type Size = number | `${number}${'M' | 'MB' | 'G' | 'GB'}`

const MILLISECONDS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** The ms of a time with units, such as `5s` or `1h 30m`; undefined for any other text. */
export function timeOf(text: string): number | undefined {
  if (!/^(?:\d+(?:\.\d+)?\s*(?:ms|[smhd])\s*)+$/.test(text)) return undefined
  let total = 0
  for (const [, count, unit = ''] of text.matchAll(/([\d.]+)\s*(ms|[smhd])/g))
    total += Number(count) * (MILLISECONDS[unit] ?? 0)
  return Math.round(total)
}

/** Settings whose times and sizes are numbers, as validation leaves them. */
export type Measured<Settings> = { [Key in keyof Settings]: Exclude<Settings[Key], Exclude<Time | Size, number>> }
