import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { bunExecutable } from '../../test/helpers/bun.mjs'
import { byName, check, rowsOf } from '../lib/everyone.mjs'
import { run, temporary, until } from '../lib/run.mjs'
import { interleaved } from '../lib/statistics.mjs'

const COMMAND = fileURLToPath(new URL('../../dist/tuix-ps.js', import.meta.url))
const LAB = fileURLToPath(new URL('../children/swarm-lab.mjs', import.meta.url))
const COUNTS = [50, 100, 200]

/** `list` of a Docker Swarm with more and more services, without what the runtime takes to do nothing. */
export async function swarmList(context) {
  const folder = temporary('swarm')
  const lab = spawn(bunExecutable(), [LAB], { stdio: ['pipe', 'pipe', 'inherit'] })
  try {
    const [line] = await once(createInterface(lab.stdout), 'line')
    const { docker, image } = JSON.parse(line)
    const ms = {}
    for (const count of COUNTS) {
      await fill(context.runtimes[0], folder, { docker, image, count })
      ms[count] = await measure(context, folder)
    }
    return COUNTS.flatMap((count, index) =>
      rowsOf(context, ms[count], (name, value) => ({
        what: `\`list\`, ${count} services of a Swarm, beyond bare`,
        unit: 'ms',
        checks:
          index === 0
            ? []
            : [
                check(value, 1000, 'ms'),
                // Twice as many may take twice as long.
                check(value / ms[COUNTS[index - 1]][name], 2, `× ${COUNTS[index - 1]} services`),
              ],
      })),
    )
  } finally {
    lab.stdin.end()
    await once(lab, 'close')
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Makes a config with so many processes, and lets all of them run. */
async function fill({ program, command = COMMAND }, folder, { docker, image, count }) {
  const processes = Array.from({ length: count }, (_, i) => ({ name: `sleep-${i}`, command: 'sleep 100000' }))
  const swarm = { docker, image, networks: ['host'], stack: 'bench' }
  writeFileSync(join(folder, 'processes.json'), JSON.stringify({ targets: { cluster: { swarm } }, processes }))
  await run(program, [command, 'start', '--all', '--no-wait', '--target', 'cluster'], { cwd: folder })
  const list = async () =>
    JSON.parse(await run(program, [command, 'list', '--json', '--target', 'cluster'], { cwd: folder }))
  const isUp = async () => (await list()).filter(({ status }) => status === 'running').length === count
  await until(isUp, { what: `${count} services to run`, timeout: 300_000, every: 500 })
}

async function measure(context, folder) {
  const tasks = context.runtimes.flatMap(({ name, program, command = COMMAND }) => [
    [name, async () => void (await run(program, [command, 'list', '--target', 'cluster'], { cwd: folder }))],
    [`${name} bare`, async () => void (await run(program, ['-e', '0']))],
  ])
  const ms = await interleaved(context.rounds(10), Object.fromEntries(tasks))
  return byName(context.runtimes, ({ name }) => ms[name] - ms[`${name} bare`])
}
