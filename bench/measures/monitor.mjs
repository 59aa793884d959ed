import { fileURLToPath } from 'node:url'
import { openDoorbell } from '../lib/doorbell.mjs'
import { byName, check, disposing, rowsOf } from '../lib/everyone.mjs'
import { NO_ROTATION } from '../lib/flood.mjs'
import { cpuNow, cpuSince } from '../lib/proc.mjs'
import { sleep, until } from '../lib/run.mjs'
import { faultsOfFiles, sum } from '../lib/sequence.mjs'
import { middle } from '../lib/statistics.mjs'
import { openTerminal } from '../lib/terminal.mjs'
import { ours } from '../managers/ours.mjs'

const BUSY = fileURLToPath(new URL('../children/busy.mjs', import.meta.url))
const STREAM = fileURLToPath(new URL('../children/stream.mjs', import.meta.url))
const SIZE = { columns: 200, rows: 60 }
const COUNT = 50
/** Lines a second of each of them, and of the flood. */
const LINES = 30
const FLOOD = 100_000
/** Of the measured time, and of the flood. */
const SECONDS = 20
const FLOOD_SECONDS = 15
/** ms after which what a start leaves to be done is done. */
const SETTLED = 5000
/** Times that a key is pressed, for the middle of how long its effect takes to be seen; even: the log is shown at last. */
const KEYS = 10

/**
 * What the monitor costs on a terminal of 200 × 60: with fifty processes that print thirty lines a second each, and with
 * one that prints a hundred thousand, which it shows. The supervisor beside itself without a monitor.
 */
export async function monitor(context) {
  const busy = {}
  const flood = {}
  // Not at the same time: it is fifty busy processes on each side.
  for (const runtime of context.runtimes) busy[runtime.name] = await watchBusy(runtime)
  for (const runtime of context.runtimes) flood[runtime.name] = await watchFlood(runtime)
  const row = (values, key, unit, describe) =>
    rowsOf(
      { ...context, peers: [] },
      byName(context.runtimes, ({ name }) => values[name][key]),
      (name, value) => ({
        unit,
        ...describe(value, values[name]),
      }),
    )
  return [
    ...row(busy, 'monitor', '% of a core', (value) => ({
      what: `\`monitor\`, ${COUNT} busy processes: cpu`,
      checks: [check(value, 15, '%')],
    })),
    ...row(busy, 'supervisor', '% of a core', (value, { alone }) => ({
      what: `the supervisor of ${COUNT} busy processes, with \`monitor\`: cpu`,
      bare: { what: 'without', value: alone },
      checks: [check(value - alone, 3, '% more than without')],
    })),
    ...row(flood, 'monitor', '% of a core', (value, { lost }) => ({
      what: `\`monitor\`, ${FLOOD.toLocaleString('en')} lines a second: cpu`,
      checks: [check(value, 50, '%'), check(lost, 0, 'lines lost')],
    })),
    ...row(flood, 'key', 'ms', (value, { echo }) => ({
      what: 'meanwhile, from a key to its effect on the screen',
      bare: { what: 'echo of `cat`', value: echo },
      checks: [check(value - echo, 80, 'ms more than bare')],
    })),
  ]
}

async function watchBusy(runtime) {
  const processes = Array.from({ length: COUNT }, (_, i) => ({
    name: `busy-${i}`,
    command: process.execPath,
    args: [BUSY, String(LINES)],
  }))
  return disposing([ours(runtime, processes)], async ([manager]) => {
    await manager.start()
    await until(() => manager.children().length === COUNT, { what: `${COUNT} to run` })
    await sleep(SETTLED)
    const { supervisor: alone } = await usage({ supervisor: manager.pid() })
    return withMonitor(manager, async (terminal) => {
      await terminal.shows(new RegExp(`${COUNT}/${COUNT} running`))
      await sleep(SETTLED)
      return { alone, ...(await usage({ supervisor: manager.pid(), monitor: terminal.pid })) }
    })
  })
}

async function watchFlood(runtime) {
  const bell = await openDoorbell()
  const args = [STREAM, String(FLOOD), String(FLOOD_SECONDS), bell.path]
  const process = { name: 'flood', command: globalThis.process.execPath, args, maxLogSize: NO_ROTATION }
  try {
    return await disposing([ours(runtime, [process])], async ([manager]) => {
      await manager.start()
      return withMonitor(manager, async (terminal) => {
        await terminal.shows(/a line of a flood/)
        const rung = bell.next()
        const before = cpuNow(terminal.pid)
        const begun = performance.now()
        const [key, echo] = await keyToScreen(terminal, manager.folder)
        const monitor = share(terminal.pid, before, begun)
        const last = Number(await rung)
        await terminal.shows(new RegExp(`^.*${last} a line`, 'm'))
        return { key, echo, monitor, lost: sum(await faultsOfFiles([manager.log('flood')], last)) }
      })
    })
  } finally {
    await bell.close()
  }
}

async function withMonitor(manager, action) {
  const terminal = await openTerminal(manager.command('monitor'), { cwd: manager.folder, ...SIZE })
  try {
    return await action(terminal)
  } finally {
    await terminal.close()
  }
}

/** Percent of a core that each of these processes uses over `SECONDS`. */
async function usage(pids) {
  const before = Object.entries(pids).map(([name, pid]) => [name, pid, cpuNow(pid)])
  const begun = performance.now()
  await sleep(SECONDS * 1000)
  return Object.fromEntries(before.map(([name, pid, cpu]) => [name, share(pid, cpu, begun)]))
}

function share(pid, before, begun) {
  return (100 * cpuSince(pid, before)) / (performance.now() - begun)
}

/** ms from `?` until the keys are on the screen, and back; in turn with the same of a terminal that echoes. */
async function keyToScreen(terminal, cwd) {
  const bare = await openTerminal(['cat'], { cwd, ...SIZE })
  const samples = { keys: [], echoes: [] }
  try {
    for (let i = 0; i < KEYS; i++) {
      await sleep(1000)
      samples.keys.push(await seen(terminal, '?', i % 2 === 0 ? /KEYS/ : /LOG flood/))
      samples.echoes.push(await seen(bare, 'x', new RegExp(`^x{${i + 1}}$`, 'm')))
    }
  } finally {
    await bare.close()
  }
  return [middle(samples.keys), middle(samples.echoes)]
}

async function seen(terminal, key, effect) {
  const begun = performance.now()
  await terminal.key(key)
  await terminal.shows(effect)
  return performance.now() - begun
}
