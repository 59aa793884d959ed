import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { openDoorbell } from '../lib/doorbell.mjs'
import { byName, check, rowsOf, withManagers } from '../lib/everyone.mjs'
import { kill } from '../lib/proc.mjs'
import { sleep, temporary } from '../lib/run.mjs'
import { interleaved } from '../lib/statistics.mjs'

const RESPAWN = fileURLToPath(new URL('../bare/respawn.mjs', import.meta.url))

/**
 * From the death of a process until its replacement's first line, without a delay between the two, beside a bare loop
 * that spawns anew when the child has ended. Ours looks for what the dead one has left behind before it starts anew.
 */
export async function crash(context) {
  const bell = await openDoorbell()
  const args = ['-c', `echo up; echo $$ > ${bell.path}; exec sleep 100000`]
  const process = { name: 'one', command: '/bin/sh', args, restartDelay: 0, maxRestarts: 1_000_000 }
  const loops = context.runtimes.map((runtime) => respawn(runtime, process))
  try {
    return await withManagers(context, [process], async (managers) => {
      const sides = [...managers, ...loops]
      // One after the other, so that it is clear who has rung.
      for (const side of sides) {
        await side.start()
        side.leader = await bell.next()
      }
      await sleep(1000)
      const ms = await interleaved(
        context.rounds(30),
        byName(sides, (side) => () => killOnce(side, bell)),
      )
      return rowsOf(context, ms, (name, value) => ({
        what: 'crash, until the first line of the replacement',
        unit: 'ms',
        bare: { what: 'bare respawn', value: ms[`bare ${name}`] },
        checks: [check(value / ms[`bare ${name}`], 2, '× bare')],
      }))
    })
  } finally {
    for (const loop of loops) await loop.end()
    await bell.close()
  }
}

async function killOnce(side, bell) {
  const begun = performance.now()
  kill(Number(side.leader))
  side.leader = await bell.next()
  const took = performance.now() - begun
  // What follows the start of a process, such as a write of the state, is not a part of the next one's turn.
  await sleep(50)
  return took
}

function respawn({ name, program }, { command, args }) {
  const folder = temporary('respawn')
  let loop
  return {
    name: `bare ${name}`,
    async start() {
      loop = spawn(program, [RESPAWN, folder, command, ...args], { stdio: 'ignore' })
      await once(loop, 'spawn')
    },
    async end() {
      if (loop?.kill('SIGTERM')) await once(loop, 'exit')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
