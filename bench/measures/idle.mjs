import { byName, check, disposing, rowsOf, sleeps } from '../lib/everyone.mjs'
import { cpuNow, cpuSince, memoryOf } from '../lib/proc.mjs'
import { sleep, until } from '../lib/run.mjs'
import { ours } from '../managers/ours.mjs'

const COUNT = 100
const SECONDS = 30
/** ms after which whatever a start leaves to be done is done. */
const SETTLED = 5000
/** ms after which the runtime has collected the garbage of the start too; a supervisor with nothing to do would have left. */
const AT_REST = 15_000
const MEMORY = { Node: { none: 52, many: 56 }, Bun: { none: 42, many: 50 } }

/** Memory of the supervisor with nothing to do and with a hundred processes, and what it does while they do nothing. */
export async function idle(context) {
  const sides = [...context.runtimes, ...context.peers]
  const create = (side) => (side.create ? side.create(sleeps(COUNT)) : ours(side, sleeps(COUNT)))
  const pairs = sides.map((side) => ({ name: side.name, none: create(side), many: create(side) }))
  return disposing(
    pairs.flatMap(({ none, many }) => [none, many]),
    async () => {
      for (const { many } of pairs) await startAll(many, COUNT)
      // It has had something to do, and has not any more; after ten seconds it would leave.
      for (const { none } of pairs) {
        await startAll(none, 1, 'sleep-0')
        await none.stop('sleep-0')
      }
      await sleep(SETTLED)
      const none = byName(pairs, (pair) => memoryOf(pair.none.pid()))
      const many = byName(pairs, (pair) => memoryOf(pair.many.pid()))
      await sleep(AT_REST)
      const before = byName(pairs, (pair) => cpuNow(pair.many.pid()))
      await sleep(SECONDS * 1000)
      const cpu = byName(pairs, (pair) => cpuSince(pair.many.pid(), before[pair.name]))
      const each = byName(pairs, ({ name }) => ((many[name].pss - none[name].pss) * 1024) / COUNT)
      const rss = (memory) => byName(pairs, ({ name }) => memory[name].rss)
      const row = (what, unit, values, limitOf) =>
        rowsOf(context, values, (name, value) => ({ what, unit, checks: [check(value, limitOf(name), unit)] }))
      return [
        ...row('memory of the supervisor, 0 processes (RSS)', 'MiB', rss(none), (name) => MEMORY[name].none),
        ...row(`memory of the supervisor, ${COUNT} processes (RSS)`, 'MiB', rss(many), (name) => MEMORY[name].many),
        ...row('memory for each process (PSS)', 'KiB', each, () => 20),
        ...row(`cpu time in ${SECONDS} s, ${COUNT} idle processes`, 'ms', cpu, () => 20),
      ]
    },
  )
}

async function startAll(manager, count, ...names) {
  await manager.start(...names)
  await until(() => manager.children().length === count, { what: `${manager.name} to run ${count}` })
}
