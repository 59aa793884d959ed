/** The middle value; of an even number of values the lower one of the two. */
export function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)]
}

/**
 * Medians in ms of things to do, each done once per round in turn, so that whatever else the machine does meets all of
 * them alike. `tasks` maps a name to an async function that does it and may return the ms itself.
 */
export async function interleaved(rounds, tasks) {
  const times = Object.fromEntries(Object.keys(tasks).map((name) => [name, []]))
  // The first round fills caches and does not count.
  for (let round = 0; round <= rounds; round++) {
    for (const [name, task] of Object.entries(tasks)) {
      const begun = performance.now()
      const said = await task()
      if (round > 0) times[name].push(typeof said === 'number' ? said : performance.now() - begun)
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, values]) => [name, median(values)]))
}
