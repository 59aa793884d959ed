import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { check, disposing, rowsOf } from '../lib/everyone.mjs'
import { until } from '../lib/run.mjs'
import { ours } from '../managers/ours.mjs'

const RUNS = 1000
const WORD = 'goodbye'

/** How many last words, printed without a newline just before an exit, are not in the log, while all cores are busy. */
export async function lastWords(context) {
  const processes = [
    { name: 'dying', command: 'sh', args: ['-c', `printf ${WORD}; exit 1`], restartDelay: 0, maxRestarts: RUNS - 1 },
  ]
  const spinners = Array.from({ length: availableParallelism() }, () =>
    spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }),
  )
  const lost = {}
  try {
    for (const runtime of context.runtimes)
      lost[runtime.name] = await disposing([ours(runtime, processes)], async ([manager]) => {
        await manager.start()
        const ended = async () => JSON.parse(await manager.ps('list', '--json'))[0].status === 'error'
        await until(ended, { what: `${RUNS} runs`, timeout: 600_000, every: 500 })
        // Whatever a run has left unfinished is a line of its own to who reads the log.
        const lines = (await manager.ps('logs', 'dying', '--raw', '--out', '-n', String(2 * RUNS))).split('\n')
        return RUNS - lines.filter((line) => line === WORD).length
      })
  } finally {
    await Promise.all(spinners.map((spinner) => spinner.kill('SIGKILL') && once(spinner, 'exit')))
  }
  return rowsOf({ ...context, peers: [] }, lost, (_, value) => ({
    what: `last words lost, of ${RUNS.toLocaleString('en')} exits, all cores busy`,
    unit: '',
    checks: [check(value, 0, '')],
  }))
}
