/**
 * How often a property is tried: few times with every run of the tests, `FUZZ=10` times that when asked for. Each failure
 * prints its seed.
 */
export function runs(few: number): { numRuns: number } {
  return { numRuns: few * Number(process.env.FUZZ || 1) }
}
