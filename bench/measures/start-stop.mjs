import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { byName, check, partOfPeers, rowsOf, sleeps, withManagers } from '../lib/everyone.mjs'
import { kill } from '../lib/proc.mjs'
import { run, temporary, until } from '../lib/run.mjs'
import { interleaved } from '../lib/statistics.mjs'

const COUNT = 100
const SPAWN_LOOP = fileURLToPath(new URL('../bare/spawn-loop.mjs', import.meta.url))

/**
 * From the command to a hundred living processes, the supervisor being up, beside a bare loop that spawns as many with
 * log files; and from the command that stops them until none is left and it has said so.
 */
export async function startStop(context) {
  const keeper = { name: 'keeper', command: 'sleep', args: ['100000'] }
  return withManagers(context, [keeper, ...sleeps(COUNT)], async (managers) => {
    for (const manager of managers) {
      await manager.start('keeper')
      await until(() => manager.children().length === 1, { what: `${manager.name} to run` })
    }
    const ms = await interleaved(context.rounds(7), {
      ...byName(managers, (manager) => () => startAndStop(manager)),
      ...byName(
        context.runtimes.map(bareOf),
        ({ program }) =>
          () =>
            spawnLoop(program),
      ),
    })
    return ['start', 'stop'].flatMap((what) => rowsFor(context, ms, what))
  })
}

function rowsFor(context, ms, what) {
  const values = Object.fromEntries(Object.entries(ms).map(([name, value]) => [name, value[what]]))
  return rowsOf(context, values, (name, value) => {
    const loop = values[bareOf({ name }).name]
    return what === 'stop'
      ? { what: `stop ${COUNT}, until none is left`, unit: 'ms', checks: [check(value, 100, 'ms')] }
      : {
          what: `start ${COUNT}, until all run`,
          unit: 'ms',
          bare: { what: 'loop of spawns', value: loop },
          checks: [check(value / loop, 1.4, '× bare'), ...partOfPeers(value, values, { pm2: 1 / 4 })],
        }
  })
}

function bareOf({ name, program }) {
  return { name: `bare ${name}`, program }
}

async function startAndStop(manager) {
  // The keeper runs already: only the sleeps are named, as many as there are.
  const names = sleeps(COUNT).map(({ name }) => name)
  const begun = performance.now()
  const command = manager.start(...names)
  await until(() => manager.children().length > COUNT, { what: `${manager.name} to start ${COUNT}` })
  const start = performance.now() - begun
  await command
  const stopping = performance.now()
  await manager.stop(...names)
  await until(() => manager.children().length === 1, { what: `${manager.name} to stop ${COUNT}` })
  return { start, stop: performance.now() - stopping }
}

async function spawnLoop(program) {
  const folder = temporary('loop')
  const begun = performance.now()
  const pids = await run(program, [SPAWN_LOOP, folder, String(COUNT)])
  const start = performance.now() - begun
  for (const pid of pids.trim().split(' ')) kill(Number(pid))
  rmSync(folder, { recursive: true })
  return { start }
}
