import { blocked, retry, spawned } from './begin.ts'
import { becomes, type Input, type Transition, unchanged } from './inputs.ts'
import { abandon, pause, restart, resume, start, stop, wait } from './orders.ts'
import type { ManagedProcess } from './process.ts'
import { recover } from './recovery.ts'
import { detached, exited, fail, health, ready, readyTimeout } from './run.ts'
import { fault, killed, spawnFailed } from './run-end.ts'
import { counted } from './totals.ts'
import { fileChanged, watchAtRest } from './watching.ts'

/*
 *   ┌───────────┐ wait                  ┌───────────┐   start
 *   │ stopped   ├──────────────────────▶│  waiting  ├─────────────┐
 *   │ completed │                       └───────────┘             │
 *   │ crashed   │ start, by a schedule  ┌───────────┐   retry     │
 *   │ failed    ├──────────────────────▶│ scheduled ├──────────┐  │
 *   │           │                       └───────────┘          ▼  ▼
 *   │           │ start, restart                          ┌──────────┐ spawned ┌──────────┐ ready ┌─────────┐
 *   │           ├────────────────────────────────────────▶│ spawning ├────────▶│ starting ├──────▶│ running │
 *   │           │                                         └─────┬────┘         └─────┬────┘       └────┬────┘
 *   │           │                                          ▲  ▲ │                    │                 │
 *   │           │                        killed, wanted up │  │ │   stop, restart,   │                 │
 *   │           │                          ┌───────────────┘  │ └─── file changed ───┼─────────────────┤
 *   │           │ killed, wanted down ┌────┴─────┐            │          │           │                 │
 *   │           │◀────────────────────┤ stopping │◀───────────┼──────────┘           │                 │
 *   │           │                     └──────────┘      retry │                      │ exited, unhealthy,
 *   │           │ killed: done,       ┌──────────┐ killed ┌───┴─────┐                │ not ready in time,
 *   │           │◀────────────────────┤ cleanup  ├───────▶│ backoff │                │ over a limit    │
 *   └───────────┘ or given up         └────┬─────┘        └─────────┘                │                 │
 *                                          ▲                                         │                 │
 *                                          └─────────────────────────────────────────┴─────────────────┘
 *
 * A kill that leaves survivors ends in `failed`. The next start kills them again, and the process is `spawning` until they are
 * gone. A run that was ordered and cannot be spawned is `failed`. An automatic one counts as a run that has ended.
 * A changed file restarts what has crashed, waits in `backoff` or was given up at once, as a start does.
 * A start during `stopping` or `cleanup` only changes what follows the kill.
 * `pause` leads from `running` to `paused`, and `resume` back. Otherwise only an order or the end of the run leads out of `paused`, as
 * out of `running`.
 */

/** The state machine. Nothing else makes a new state. An input that has no meaning in a phase returns the process unchanged. */
export function transition(process: ManagedProcess, input: Input, now: number): Transition {
  if ('run' in input && input.run !== process.run) return unchanged(process)
  return counted(process, watchAtRest(process, input, step(process, input, now)))
}

function step(process: ManagedProcess, input: Input, now: number): Transition {
  switch (input.type) {
    case 'start':
      return start(process, input, now)
    case 'restart':
      return restart(process, input, now)
    case 'stop':
      return stop(process, input, now)
    case 'pause':
      return pause(process, now)
    case 'resume':
      return resume(process, now)
    case 'wait':
      return wait(process, input)
    case 'abandon':
      return abandon(process, input, now)
    case 'configure':
      return becomes({ ...process, config: input.config })
    case 'disown':
      return becomes({ ...process, owner: null })
    case 'spawned':
      return spawned(process, input)
    case 'blocked':
      return blocked(process, input)
    case 'spawn-failed':
      return spawnFailed(process, input, now)
    case 'exited':
      return exited(process, input, now)
    case 'detached':
      return detached(process, input, now)
    case 'killed':
      return killed(process, input, now)
    case 'ready':
      return ready(process, input.cause, now)
    case 'ready-timeout':
      return readyTimeout(process, input, now)
    case 'health':
      return health(process, input, now)
    case 'over-limit':
      return fail(process, input.cause, now)
    case 'file-changed':
      return fileChanged(process, input, now)
    case 'retry':
      return retry(process, now)
    case 'fault':
      return fault(process, input, now)
    case 'recover':
      return recover(process, input.found, now)
    default:
      return input satisfies never
  }
}
