import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { interleaved } from './measure.mjs'
import { project, run } from './project.mjs'

const COUNT = 100
const SPAWN_LOOP = fileURLToPath(new URL('spawn-loop.mjs', import.meta.url))

/** From the command to a hundred living processes, beside a bare loop that spawns as many with log files. */
export async function benchStart({ name, program, rounds }) {
  const sleeps = Array.from({ length: COUNT }, (_, i) => ({ name: `s-${i}`, command: 'sleep 1000', group: 'sleeps' }))
  const hundred = project(program, [{ name: 'keeper', command: 'sleep 1000' }, ...sleeps])
  try {
    await hundred.ps('start', 'keeper')
    const { start, loop } = await interleaved(rounds, {
      start: () => timeStart(hundred),
      loop: () => timeLoop(program),
    })
    const what = `start of ${COUNT} × sleep, against a loop of spawns on ${name}`
    return { what, ms: start, baseline: loop, value: start / loop, limit: 2, unit: '×' }
  } finally {
    await hundred.dispose()
  }
}

async function timeStart(hundred) {
  const begun = performance.now()
  await hundred.ps('start', '--all', '--no-wait')
  while (hundred.children() < COUNT + 1) await sleep(1)
  const took = performance.now() - begun
  await hundred.ps('stop', '--group', 'sleeps')
  return took
}

async function timeLoop(program) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-loop-'))
  const begun = performance.now()
  const pids = await run(program, [SPAWN_LOOP, folder, String(COUNT)], folder)
  const took = performance.now() - begun
  for (const pid of pids.trim().split(' ')) process.kill(Number(pid), 'SIGKILL')
  rmSync(folder, { recursive: true })
  return took
}
