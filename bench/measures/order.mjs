import { fileURLToPath } from 'node:url'
import { openDoorbell } from '../lib/doorbell.mjs'
import { byName, disposing, rowsOf } from '../lib/everyone.mjs'
import { ours } from '../managers/ours.mjs'

const CHILD = fileURLToPath(new URL('../children/alternate.mjs', import.meta.url))
const COUNT = 200
/** ms between two lines. */
const DISTANCES = [0, 1, 2, 5, 10, 15, 20, 30]

/** From which distance on lines of stdout and stderr, written in turn, are read back in the order in which they were written. */
export async function order(context) {
  const bell = await openDoorbell()
  const processes = DISTANCES.map((ms) => ({
    name: `every-${ms}`,
    command: process.execPath,
    args: [CHILD, bell.path, String(COUNT), String(ms)],
  }))
  const managers = context.runtimes.map((runtime) => ours(runtime, processes))
  try {
    return await disposing(managers, async () => {
      const swapped = byName(managers, () => ({}))
      for (const ms of DISTANCES)
        for (const manager of managers) swapped[manager.name][ms] = await outOfOrder(manager, `every-${ms}`, bell)
      const safe = byName(managers, ({ name }) => DISTANCES.findLast((ms) => swapped[name][ms] > 0) ?? 0)
      for (const { name } of managers)
        context.note(`lines out of order on ${name}, of ${COUNT}: ${described(swapped[name])}`)
      return rowsOf({ ...context, peers: [] }, safe, () => ({
        what: 'stdout and stderr in turn: longest distance that was read back out of order',
        unit: 'ms',
        checks: [],
      }))
    })
  } finally {
    await bell.close()
  }
}

async function outOfOrder(manager, name, bell) {
  await manager.start(name)
  await bell.next()
  const printed = await manager.ps('logs', name, '--raw', '-n', String(2 * COUNT))
  await manager.stop(name)
  const numbers = printed.trim().split('\n').map(Number)
  return numbers.filter((number, i) => i > 0 && number < numbers[i - 1]).length
}

function described(swapped) {
  return Object.entries(swapped)
    .map(([ms, count]) => `${count} at ${ms} ms`)
    .join(', ')
}
