import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { openDoorbell } from '../lib/doorbell.mjs'
import { byName, check, rowsOf, withManagers } from '../lib/everyone.mjs'
import { BLOCK, declarationOf, flood, release } from '../lib/flood.mjs'
import { cpuNow, cpuSince, memoryOf, peakMemoryOf, resetPeakMemory } from '../lib/proc.mjs'
import { sleep, temporary, until } from '../lib/run.mjs'
import { interleaved } from '../lib/statistics.mjs'

const LINES = 2_000_000
const LENGTH = 100
/** ms that a supervisor is given to do what a flood leaves to be done. */
const AFTERMATH = 300

/** 200 MB of log as fast as a process can write them, beside the same under `> file`. */
export async function floods(context) {
  return [
    ...(await measure(context, '200 MB of log, 64 KB a write', BLOCK, context.rounds(5))),
    ...(await measure(context, '200 MB of log, a line a write', LENGTH, context.rounds(3))),
  ]
}

async function measure(context, what, block, rounds) {
  const folder = temporary('flood')
  const bell = await openDoorbell()
  // One more for the round that does not count: each with a log of its own, which is removed at once.
  const processes = Array.from({ length: rounds + 1 }, (_, round) =>
    flood(`flood-${round}`, { folder, bell, lines: LINES, length: LENGTH, block }),
  )
  try {
    return await withManagers(context, processes.map(declarationOf), async (managers) => {
      const round = byName(managers, () => 0)
      const samples = await interleaved(rounds, {
        '> file': async () => ({ ms: await redirect(processes[0], bell, folder) }),
        ...byName(managers, (manager) => () => {
          const process = processes[round[manager.name]++]
          // The file that lets a process begin is shared by all managers.
          rmSync(process.go, { force: true })
          return managed(manager, process, bell)
        }),
      })
      const base = samples['> file'].ms
      return rowsOf(
        context,
        byName(managers, ({ name }) => samples[name].ms),
        (name, value) => ({
          what,
          unit: 'ms',
          bare: { what: '`> file`', value: base },
          checks: [
            check(value / base, 1.1, '× bare'),
            check(samples[name].cpu, 50, 'ms cpu of the supervisor'),
            check(samples[name].growth, 10, 'MiB more memory'),
          ],
        }),
      )
    })
  } finally {
    await bell.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function managed(manager, process, bell) {
  await manager.start(process.name)
  await until(() => manager.children().length === 1, { what: `${manager.name} to start` })
  await sleep(1000)
  const pid = manager.pid()
  const cpu = cpuNow(pid)
  resetPeakMemory(pid)
  const memory = memoryOf(pid).rss
  const ms = await release(process, bell)
  await sleep(AFTERMATH)
  const used = { ms, cpu: cpuSince(pid, cpu), growth: peakMemoryOf(pid) - memory }
  await manager.stop(process.name)
  rmSync(manager.log(process.name), { force: true })
  return used
}

async function redirect(process, bell, folder) {
  rmSync(process.go, { force: true })
  const out = join(folder, 'out')
  const child = spawn('/bin/sh', ['-c', 'exec "$@" > "$0"', out, process.command, ...process.args], { stdio: 'ignore' })
  const ended = once(child, 'exit')
  await sleep(1000)
  const ms = await release(process, bell)
  child.kill('SIGKILL')
  await ended
  rmSync(out)
  return ms
}
