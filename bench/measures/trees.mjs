import { byName, check, disposing, rowsOf } from '../lib/everyone.mjs'
import { findProcesses, kill, read } from '../lib/proc.mjs'
import { sleep, until } from '../lib/run.mjs'
import { ours } from '../managers/ours.mjs'

/** Shell lines that leave two grandchildren, each a `nap`. */
const TREES = {
  'plain children': (nap) => `${nap} & ${nap} & wait`,
  'one in its own session': (nap) => `setsid ${nap} & ${nap} & wait`,
  'one orphaned': (nap) => `(${nap} &); ${nap} & wait`,
  'one orphaned in its own session': (nap) => `(setsid ${nap} &); ${nap} & wait`,
}
/** ms that a manager is given to clear away what is left. */
const PATIENCE = 3000
let naps = 0

/** Descendants that are left over, of two, when a process is stopped, and when its leader is killed and starts anew. */
export async function trees(context) {
  const rows = []
  for (const [kind, script] of Object.entries(TREES)) {
    for (const [what, leftAfter] of Object.entries({ stop: leftAfterStop, crash: leftAfterCrash })) {
      const sides = [...context.runtimes, ...context.peers]
      // At once: this counts, and mostly waits.
      const left = await Promise.all(sides.map((side) => withTree(side, script, leftAfter)))
      const values = byName(sides, (side) => left[sides.indexOf(side)])
      rows.push(
        ...rowsOf(context, values, (_name, value) => ({
          what: `${what}: left of 2 descendants, ${kind}`,
          unit: '',
          checks: [check(value, 0, '')],
        })),
      )
    }
  }
  return rows
}

async function withTree(side, script, leftAfter) {
  const nap = `sleep 1000.${process.pid}${String(++naps).padStart(4, '0')}`
  const tree = { name: 'tree', command: '/bin/sh', args: ['-c', script(nap)], restartDelay: 0 }
  const manager = side.create ? side.create([tree]) : ours(side, [tree])
  const sleepers = () => findProcesses(nap).filter((pid) => read(`/proc/${pid}/comm`) === 'sleep\n')
  try {
    return await disposing([manager], async () => {
      await manager.start()
      await until(() => sleepers().length === 2, { what: 'both grandchildren', every: 20 })
      await sleep(500)
      return leftAfter(manager, sleepers)
    })
  } finally {
    for (const pid of sleepers()) kill(pid)
  }
}

async function leftAfterStop(manager, sleepers) {
  await manager.stop()
  await until(() => sleepers().length === 0, { timeout: PATIENCE, every: 50 }).catch(() => {})
  return sleepers().length
}

async function leftAfterCrash(manager, sleepers) {
  const first = sleepers()
  const [leader] = manager.children()
  kill(leader)
  await until(() => sleepers().filter((pid) => !first.includes(pid)).length === 2, { every: 20 })
  await until(() => sleepers().length === 2, { timeout: PATIENCE, every: 50 }).catch(() => {})
  return sleepers().filter((pid) => first.includes(pid)).length
}
