import { leaderOf } from '../../model/lifecycle/phase.ts'
import { configOfRun } from '../../model/lifecycle/references.ts'
import type { Clock } from '../../system/clock.ts'
import { isStillAlive } from '../../system/process/liveness.ts'
import { runToEnd } from '../../system/process/run-to-end.ts'
import type { Sweeper } from '../../system/process/sweep.ts'
import type { EventBus } from '../event-bus.ts'
import type { TreeService } from '../inspect/tree-service.ts'
import type { Managed } from '../managed.ts'
import { environmentOf } from './environment.ts'
import type { Redaction } from './redaction.ts'

/** ms between looks whether the process has ended. */
const LOOK_EVERY = 50

export interface StopCommandOptions {
  clock: Clock
  sweeper: Sweeper
  trees: Pick<TreeService, 'continueSoon'>
  redaction: Redaction
  events: EventBus
  environment: Record<string, string>
}

/**
 * Runs the command that stops a process, if it has one, and waits for the end of the process: all of that for `timeout` ms at
 * most. Resolves to the ms that it took. What is left then gets the signal, also if the command has failed.
 */
export async function runStopCommand(managed: Managed, timeout: number, options: StopCommandOptions): Promise<number> {
  const { phase } = managed.process
  const config = configOfRun(managed.process)
  const leader = leaderOf(phase)
  if (config.stopCommand === undefined || phase.type !== 'stopping' || !leader) return 0
  const { clock, sweeper, trees, redaction, events, environment } = options
  const begun = clock.monotonic()
  const isOver = () => clock.monotonic() - begun >= timeout
  // A paused process could not do as the command says.
  void trees.continueSoon(managed.process)
  const abort = new AbortController()
  const cancel = clock.after(timeout, () => abort.abort())
  const { code, signal, problem, output } = await runToEnd(
    {
      program: '/bin/sh',
      args: ['-c', config.stopCommand],
      cwd: config.cwd,
      env: { ...environmentOf(managed, environment), TUIX_NAME: config.name, TUIX_PID: String(leader.pid) },
      id: `stop:${crypto.randomUUID()}`,
    },
    abort.signal,
    { clock, sweeper },
  )
  cancel()
  if (code === 0) {
    while (!isOver() && (await isStillAlive(leader))) {
      await new Promise<void>((resolve) => clock.after(LOOK_EVERY, resolve))
    }
  } else {
    const how =
      problem || (abort.signal.aborted ? 'took too long' : signal ? `was killed by ${signal}` : `exited with ${code}`)
    const last = output.trimEnd().split('\n').at(-1)
    const detail = redaction.redact(managed, `stopCommand ${how}${last ? `: ${last}` : ''}`)
    events.warn(detail, { name: config.name, run: managed.process.run })
  }
  return clock.monotonic() - begun
}
