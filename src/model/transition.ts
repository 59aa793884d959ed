import { watchVerdict } from './feedback.ts'
import { foldHealth, newHealth } from './health.ts'
import type { ManagedProcess } from './process.ts'
import { recover } from './revive.ts'
import {
  begin,
  beginOrSchedule,
  clear,
  cleared,
  exited,
  failed,
  heldUp,
  isSpawning,
  ready,
  spawned,
  spawnFailed,
} from './run.ts'
import { emit, type Input, type Step, unchanged } from './step.ts'

/*
 *                      start                     ready
 *   stopped ─────────────────────▶ starting ─────────────▶ running
 *      ▲  ▲                         │  ▲ │                  │   │
 *      │  │ completed          exit │  │ │ stop, restart    │   │ stop, restart, file changed
 *      │  └──────────── crashed ◀───┴──┼─┼──────────────────┘   │
 *      │                 │  │  ▲  retry│ └────────▶ stopping ◀──┘
 *      │    out of tries │  │  └───────┤              │
 *      │                 ▼  ▼          │              │ cleared: wanted up → starting, down → stopped
 *      │               error restarting┘              │
 *      └──────────────────────────────────────────────┘
 *
 * `crashed` with an identity is being cleared of what the dead leader left behind; without one it rests there. A run that
 * lives but is unhealthy, late or over a limit goes the way of one that exited. `starting` with `waitingFor` has not begun:
 * it waits for a dependency. `restarting` is also how a scheduled process waits for its time.
 */

/** The state machine: the only thing that makes a new state. Inputs that mean nothing in a state give it back as it is. */
export function transition(process: ManagedProcess, input: Input, now: number): Step {
  if ('run' in input && input.run !== process.run) return unchanged(process)
  switch (input.type) {
    case 'start':
      return start(process, input, now)
    case 'restart':
      return restart(process, input, now)
    case 'stop':
      return stop(process, now)
    case 'wait':
      return wait(process, input, now)
    case 'abandon':
      return abandon(process, input.message, now)
    case 'spawned':
      return spawned(process, input)
    case 'held-up':
      return heldUp(process, input.message)
    case 'spawn-failed':
      return spawnFailed(process, input, now)
    case 'exited':
      return exited(process, input, now)
    case 'cleared':
      return cleared(process, input, now)
    case 'ready':
      return ready(process, input.message, now)
    case 'late':
      return late(process, input.message, now)
    case 'health':
      return health(process, input, now)
    case 'over-limit':
      return failed(process, input.message, now)
    case 'file-changed':
      return fileChanged(process, input, now)
    case 'retry':
      return retry(process)
    case 'recover':
      return recover(process, input.found, now)
    default:
      return input satisfies never
  }
}

type InputOf<Type extends Input['type']> = Extract<Input, { type: Type }>

function start(process: ManagedProcess, input: InputOf<'start' | 'restart'>, now: number): Step {
  switch (process.status) {
    case 'running':
      return unchanged(process)
    case 'starting':
      return process.waitingFor === null ? unchanged(process) : beginOrSchedule(cleanSlate(process, input, now), now)
    case 'stopping':
      return { process: cleanSlate(process, input, now), effects: [] }
    case 'crashed':
      // While the dead run is being cleared the new one has to wait for that.
      if (process.identity) return { process: { ...cleanSlate(process, input, now), retryAt: now }, effects: [] }
      return beginOrSchedule(cleanSlate(process, input, now), now)
    case 'stopped':
    case 'restarting':
    case 'error':
      return beginOrSchedule(cleanSlate(process, input, now), now)
  }
}

function restart(process: ManagedProcess, input: InputOf<'restart'>, now: number): Step {
  const { status } = process
  if ((status !== 'starting' && status !== 'running') || process.waitingFor !== null) return start(process, input, now)
  return clear({ ...cleanSlate(process, input, now), status: 'stopping', reason: 'restart asked for' })
}

function stop(process: ManagedProcess, now: number): Step {
  const down: ManagedProcess = { ...process, wanted: 'down', retryAt: null, replacing: null, changedAt: now }
  const stopped: ManagedProcess = { ...down, status: 'stopped', reason: '', waitingFor: null }
  const stopping: ManagedProcess = { ...down, status: 'stopping', reason: 'stop asked for', waitingFor: null }
  switch (process.status) {
    case 'starting':
      if (process.waitingFor !== null && process.survivors.length === 0) {
        return { process: stopped, effects: [emit(stopped, 'stop', `stopped while ${process.reason}`, now)] }
      }
      return clear(stopping)
    case 'running':
      return clear(stopping)
    case 'stopping':
      return { process: down, effects: [] }
    case 'crashed':
      return { process: process.identity ? down : stopped, effects: [] }
    case 'error':
      if (process.survivors.length > 0) return clear(stopping)
      return { process: stopped, effects: [] }
    case 'restarting': {
      const doing = process.reason === 'scheduled' ? 'waiting for its time' : 'waiting to restart'
      return { process: stopped, effects: [{ type: 'quiet' }, emit(stopped, 'stop', `stopped while ${doing}`, now)] }
    }
    case 'stopped':
      return { process: down, effects: [] }
  }
}

/** Only what rests can wait: anything else runs already or is about to. */
function wait(process: ManagedProcess, input: InputOf<'wait'>, now: number): Step {
  const { status, identity, waitingFor } = process
  const resting = status === 'stopped' || status === 'error' || (status === 'crashed' && !identity)
  if (!resting && waitingFor === null) return unchanged(process)
  const reason = `waiting for ${input.for}`
  const next: ManagedProcess = { ...cleanSlate(process, input, now), status: 'starting', waitingFor: input.for, reason }
  return { process: next, effects: [] }
}

function abandon(process: ManagedProcess, message: string, now: number): Step {
  if (process.waitingFor === null) return unchanged(process)
  const next: ManagedProcess = { ...process, status: 'error', waitingFor: null, reason: message }
  return { process: next, effects: [emit(next, 'error', message, now)] }
}

function health(process: ManagedProcess, { result }: InputOf<'health'>, now: number): Step {
  const { status, identity, config, startedAt } = process
  if (identity === null || config.healthCheck === null || (status !== 'starting' && status !== 'running')) {
    return unchanged(process)
  }
  const before = process.health ?? newHealth(startedAt ?? now)
  const folded = foldHealth(before, result, config.healthCheck, startedAt ?? now)
  const next: ManagedProcess = { ...process, health: folded }
  if (folded.status === before.status) return { process: next, effects: [] }
  const why = folded.status === 'unhealthy' ? `unhealthy: ${result.detail}` : 'healthy'
  const event = emit(next, 'health', why, now)
  if (folded.status === 'healthy') {
    const step = ready(next, 'up', now)
    return { ...step, effects: [event, ...step.effects] }
  }
  if (config.onUnhealthy === 'none') return { process: next, effects: [event] }
  const step = failed(next, why, now)
  return { ...step, effects: [event, ...step.effects] }
}

/** The last check says what was missing. */
function late(process: ManagedProcess, message: string, now: number): Step {
  if (process.status !== 'starting') return unchanged(process)
  const detail = process.health?.history.at(-1)?.detail
  return failed(process, detail ? `${message}: ${detail}` : message, now)
}

function fileChanged(process: ManagedProcess, { file, others, at }: InputOf<'file-changed'>, now: number): Step {
  if (process.status !== 'running' && (process.status !== 'starting' || isSpawning(process))) return unchanged(process)
  if (process.waitingFor !== null || process.suspended !== null) return unchanged(process)
  const result = watchVerdict(process.changes, { file, at, startedAt: process.startedAt ?? at })
  if (result.type === 'suspend') {
    const message = `watching is suspended: it seems to change ${result.file} itself; restart it to watch again`
    const next: ManagedProcess = { ...process, suspended: result.file }
    return { process: next, effects: [emit(next, 'warning', message, now)] }
  }
  const more = others === 0 ? '' : ` and ${others} more`
  const why = `${file}${more} changed`
  return clear({ ...process, changes: result.changes, status: 'stopping', replacing: why, reason: why })
}

function retry(process: ManagedProcess): Step {
  if (process.status !== 'restarting') return unchanged(process)
  const scheduled = process.config.schedule !== null
  return begin({ ...process, restarts: process.restarts + (scheduled ? 0 : 1) })
}

/** An order by hand forgets earlier failures. */
function cleanSlate(
  process: ManagedProcess,
  input: InputOf<'start' | 'restart' | 'wait'>,
  now: number,
): ManagedProcess {
  const { config = process.config, owner } = input
  return {
    ...process,
    config,
    owner,
    wanted: 'up',
    restarts: 0,
    failures: 0,
    retryAt: null,
    replacing: null,
    changes: [],
    suspended: null,
    changedAt: now,
  }
}
