import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { byName, check, disposing, rowsOf } from '../lib/everyone.mjs'
import { findProcesses, isAlive, kill, read } from '../lib/proc.mjs'
import { run, sleep, temporary, until } from '../lib/run.mjs'
import { interleaved } from '../lib/statistics.mjs'
import { ours } from '../managers/ours.mjs'

const CHILD = fileURLToPath(new URL('../children/counter.mjs', import.meta.url))
const COUNT = 10
/** ms between two lines of a writer. */
const EVERY = 10

/**
 * The supervisor of ten processes that write all the time is killed. From the next command until it has answered that all
 * ten run; and what has died, runs twice, or is missing in the logs.
 */
export async function takeover(context) {
  const rounds = context.rounds(5)
  const faults = { ...byName(context.runtimes, () => ({ deaths: 0, duplicates: 0, lost: 0 })) }
  const ms = await interleaved(
    rounds,
    byName(context.runtimes, (runtime) => async () => {
      const round = await killAndAsk(runtime)
      for (const key of Object.keys(faults[runtime.name])) faults[runtime.name][key] += round[key]
      return round.ms
    }),
  )
  return rowsOf({ ...context, peers: [] }, ms, (name, value) => ({
    what: 'SIGKILL of the supervisor: 10 writers adopted',
    unit: 'ms',
    checks: [
      check(value, 300, 'ms'),
      check(faults[name].deaths, 0, 'deaths'),
      check(faults[name].duplicates, 0, 'duplicates'),
      check(faults[name].lost, 0, 'lines lost'),
    ],
  }))
}

async function killAndAsk(runtime) {
  const reports = temporary('takeover')
  const names = Array.from({ length: COUNT }, (_, i) => `writer-${i}`)
  const processes = names.map((name) => ({
    name,
    command: process.execPath,
    args: [CHILD, join(reports, name), String(EVERY)],
  }))
  const writers = () => findProcesses(`${CHILD} ${reports}/`)
  try {
    return await disposing([ours(runtime, processes)], async ([manager]) => {
      await manager.ps('start', '--all')
      const before = writers()
      const supervisor = manager.pid()
      kill(supervisor)
      await until(() => !isAlive(supervisor), { what: 'the supervisor to die' })
      await sleep(500)
      const deaths = before.filter((pid) => !isAlive(pid)).length
      const [program, ...args] = manager.command('list', '--json')
      const begun = performance.now()
      const listed = JSON.parse(await run(program, args, { cwd: manager.folder }))
      const ms = performance.now() - begun
      const adopted = listed.filter(({ pid, status }) => status === 'running' && before.includes(pid)).length
      await sleep(500)
      const duplicates = writers().length - COUNT + (COUNT - adopted)
      await manager.ps('stop', '--all')
      const lost = names.reduce((all, name) => all + lostOf(manager.log(name), Number(read(join(reports, name)))), 0)
      return { ms, deaths, duplicates, lost }
    })
  } finally {
    for (const pid of writers()) kill(pid)
    rmSync(reports, { recursive: true })
  }
}

/** Of the lines 1 to `last`, those that the log does not have. */
function lostOf(log, last) {
  const lines = new Set(readFileSync(log, 'utf8').trimEnd().split('\n').map(Number))
  return Math.max(0, last - lines.size)
}
