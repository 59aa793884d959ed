import { rmSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { openDoorbell } from '../lib/doorbell.mjs'
import { byName, check, disposing, rowsOf } from '../lib/everyone.mjs'
import { BLOCK, declarationOf, flood, release } from '../lib/flood.mjs'
import { run, temporary } from '../lib/run.mjs'
import { interleaved } from '../lib/statistics.mjs'
import { ours } from '../managers/ours.mjs'

const LENGTH = 100
const SIZES = { small: 5e6, large: 5e9 }

/** The last hundred lines of a log of 5 GB, beside the same of 5 MB. */
export async function logs(context) {
  const { bavail, bsize } = await statfs(tmpdir())
  if (bavail * bsize < 2 * SIZES.large) {
    context.note(`logs is left out: it takes 10 GB in ${tmpdir()}`)
    return []
  }
  const folder = temporary('logs')
  const bell = await openDoorbell()
  const processes = Object.entries(SIZES).map(([name, bytes]) =>
    flood(name, { folder, bell, lines: bytes / LENGTH, length: LENGTH, block: BLOCK }),
  )
  const [runtime] = context.runtimes
  try {
    return await disposing([ours(runtime, processes.map(declarationOf))], async ([manager]) => {
      await manager.start()
      for (const process of processes) await release(process, bell)
      const [, command] = manager.command()
      const sides = context.runtimes.flatMap(({ name, program }) =>
        Object.keys(SIZES).map((size) => ({ name: `${name} ${size}`, program, size })),
      )
      const ms = await interleaved(
        context.rounds(15),
        byName(sides, ({ program, size }) => async () => {
          const printed = await run(program, [command, 'logs', size, '-n', '100'], { cwd: manager.folder })
          if (printed.trimEnd().split('\n').length !== 100) throw new Error(`logs ${size} printed something else`)
        }),
      )
      return rowsOf(
        { ...context, peers: [] },
        byName(context.runtimes, ({ name }) => ms[`${name} large`]),
        (name, value) => ({
          what: '`logs -n 100` of 5 GB',
          unit: 'ms',
          bare: { what: 'of 5 MB', value: ms[`${name} small`] },
          checks: [check(value / ms[`${name} small`], 2, '× of 5 MB')],
        }),
      )
    })
  } finally {
    await bell.close()
    rmSync(folder, { recursive: true, force: true })
  }
}
