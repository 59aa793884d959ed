import { check, disposing, rowsOf, sleeps } from '../lib/everyone.mjs'
import { memoryOf } from '../lib/proc.mjs'
import { sleep, until } from '../lib/run.mjs'
import { median } from '../lib/statistics.mjs'
import { ours } from '../managers/ours.mjs'

const COUNTS = [10, 100, 1000]
/** ms after which whatever a start leaves to be done is done. */
const SETTLED = 5000

/**
 * 10, 100 and 1,000 processes under one supervisor: what start, list, stop and memory cost for each process, and how much
 * more for each of the thousand than for each of the hundred. 1 is linear.
 */
export async function scale(context) {
  const values = {}
  for (const runtime of context.runtimes) {
    const costs = []
    for (const count of COUNTS)
      costs.push(await disposing([ours(runtime, sleeps(count))], ([it]) => costsOf(it, count)))
    values[runtime.name] = costs
  }
  const row = (what, unit, pick, judge) =>
    COUNTS.flatMap((count, i) =>
      rowsOf({ ...context, peers: [] }, values, (name) => {
        const of = (at) => pick(values[name][at])
        const checks = i === 2 ? [judge(of(1), of(2))] : []
        return { what: `${what}, ${count.toLocaleString('en')} processes`, value: of(i), unit, checks }
      }),
    )
  return [
    ...row('start, until all run', 'ms', ({ start }) => start, perProcess),
    ...row('`list`', 'ms', ({ list }) => list, perProcess),
    ...row('stop, until none is left', 'ms', ({ stop }) => stop, perProcess),
    ...row(
      'memory of the supervisor (RSS)',
      'MiB',
      ({ memory }) => memory,
      (fewer, more) => check(((more - fewer) * 1024) / (COUNTS[2] - COUNTS[1]), 60, 'KiB for each of the last 900'),
    ),
  ]
}

const perProcess = (fewer, more) => check(more / COUNTS[2] / (fewer / COUNTS[1]), 1.5, '× each of 100')

async function costsOf(manager, count) {
  const began = performance.now()
  await manager.start()
  await until(() => manager.children().length === count, { what: `${count} to run`, timeout: 120_000 })
  const start = performance.now() - began
  await sleep(SETTLED)
  const lists = []
  for (let i = 0; i < 5; i++) {
    const before = performance.now()
    await manager.list()
    lists.push(performance.now() - before)
  }
  const memory = memoryOf(manager.pid()).rss
  const ending = performance.now()
  await manager.stop()
  const stop = performance.now() - ending
  return { start, list: median(lists), stop, memory }
}
