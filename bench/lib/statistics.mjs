/** The middle value; of an even number of values the lower one of the two. */
export function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)]
}

/**
 * Does each task once per round, in turn, so that whatever else the machine does meets all of them alike. `tasks` maps a
 * name to an async function that resolves with a number (by default the ms it took) or an object of numbers. Gives the
 * medians by the same names. The first round fills caches and does not count.
 */
export async function interleaved(rounds, tasks) {
  const names = Object.keys(tasks)
  const samples = Object.fromEntries(names.map((name) => [name, []]))
  for (let round = 0; round <= rounds; round++) {
    for (const [i] of names.entries()) {
      // Another one begins each time: nobody always comes after the same neighbour.
      const name = names[(i + round) % names.length]
      const sample = await timed(tasks[name])
      if (round > 0) samples[name].push(sample)
    }
  }
  return Object.fromEntries(names.map((name) => [name, middle(samples[name])]))
}

async function timed(task) {
  const begun = performance.now()
  return (await task()) ?? performance.now() - begun
}

/** Median of numbers, or of each field of objects. */
export function middle(samples) {
  if (typeof samples[0] === 'number') return median(samples)
  const keys = Object.keys(samples[0] ?? {})
  return Object.fromEntries(keys.map((key) => [key, median(samples.map((sample) => sample[key]))]))
}
