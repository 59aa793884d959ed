import { beginOrSchedule, watching } from './begin.ts'
import { becomes, type Effect, emit, type InputOf, type Transition, unchanged } from './inputs.ts'
import { stopFor } from './kill.ts'
import { hasBegun, isAtRest } from './phase.ts'
import type { ManagedProcess } from './process.ts'

/* Orders from people and from the supervisor's own commands. */

export function start(process: ManagedProcess, input: InputOf<'start' | 'restart'>, now: number): Transition {
  const { phase } = process
  const next = cleanSlate(process, input)
  switch (phase.type) {
    case 'spawning':
    case 'starting':
    case 'running':
    case 'paused':
      return unchanged(process)
    case 'stopping':
      return becomes({ ...next, phase: { ...phase, automatic: false } })
    case 'cleanup':
      // The new run has to wait until everything of the dead run is gone.
      return becomes({ ...next, phase: { ...phase, startAt: now } })
    case 'stopped':
    case 'completed':
    case 'crashed':
    case 'failed':
    case 'waiting':
    case 'scheduled':
    case 'backoff':
      return beginOrSchedule(next, now)
    default:
      return phase satisfies never
  }
}

export function restart(process: ManagedProcess, input: InputOf<'restart'>, now: number): Transition {
  if (!hasBegun(process.phase)) return start(process, input, now)
  return stopFor(cleanSlate(process, input), { type: 'restart' })
}

export function stop(process: ManagedProcess, { comesBack = false }: InputOf<'stop'>, now: number): Transition {
  const { phase } = process
  const down = wantedDown(process, comesBack)
  const stopped: ManagedProcess = { ...down, phase: { type: 'stopped', why: null } }
  switch (phase.type) {
    case 'spawning':
    case 'starting':
    case 'running':
    case 'paused':
      return stopFor(down, { type: 'stop' })
    case 'waiting':
      if (process.survivors.length > 0) return stopFor(down, { type: 'stop' })
      return becomes(stopped, emit(stopped, { type: 'stop', cause: phase }, now))
    case 'failed':
      return process.survivors.length > 0 ? stopFor(down, { type: 'stop' }) : becomes(stopped)
    case 'cleanup':
      return becomes({ ...down, phase: { ...phase, startAt: null } })
    case 'scheduled':
    case 'backoff': {
      const { type } = phase
      return becomes(stopped, { type: 'cancel' }, emit(stopped, { type: 'stop', cause: { type } }, now))
    }
    case 'crashed':
      return becomes(stopped)
    case 'stopping':
    case 'stopped':
    case 'completed':
      return becomes(down)
    default:
      return phase satisfies never
  }
}

/** A stop by hand takes back that it comes back. Another end of the machine during the first one does not. */
function wantedDown({ comesBack: before, ...process }: ManagedProcess, comesBack: boolean): ManagedProcess {
  const returns = comesBack && (process.wanted === 'up' || before === true)
  return { ...process, wanted: 'down', ...(returns && { comesBack: true }) }
}

/** Only a process that is ready can be paused. Earlier it would lose time that it has to become ready. */
export function pause(process: ManagedProcess, now: number): Transition {
  const { phase, run } = process
  if (phase.type !== 'running') return unchanged(process)
  const paused: ManagedProcess = { ...process, phase: { ...phase, type: 'paused' } }
  const { leader } = phase.live
  // Its end has to be noticed during the pause, too. The runtime reports the end of a child, but not of an adopted leader.
  const watch: Effect[] = process.adopted ? [{ type: 'watch-leader', run, leader }] : []
  return becomes(paused, { type: 'cancel' }, ...watch, ...watching(paused), emit(paused, { type: 'pause' }, now))
}

export function resume(process: ManagedProcess, now: number): Transition {
  const { phase, run } = process
  if (phase.type !== 'paused') return unchanged(process)
  const running: ManagedProcess = { ...process, phase: { ...phase, type: 'running' } }
  const goOn: Effect = { type: 'signal', run, signal: 'SIGCONT' }
  return becomes(running, goOn, ...watching(running), emit(running, { type: 'resume' }, now))
}

/** Only a process at rest can wait for a dependency. Any other runs already, or is about to. */
export function wait(process: ManagedProcess, input: InputOf<'wait'>): Transition {
  const { phase } = process
  if (!isAtRest(phase) && phase.type !== 'waiting') return unchanged(process)
  return becomes({ ...cleanSlate(process, input), phase: { type: 'waiting', for: input.for } })
}

export function abandon(process: ManagedProcess, { cause }: InputOf<'abandon'>, now: number): Transition {
  if (process.phase.type !== 'waiting') return unchanged(process)
  const next: ManagedProcess = { ...process, phase: { type: 'failed', cause } }
  return becomes(next, emit(next, { type: 'error', cause }, now))
}

/** An order by hand resets the failures and restarts so far. */
function cleanSlate(process: ManagedProcess, input: InputOf<'start' | 'restart' | 'wait'>): ManagedProcess {
  const { config = process.config, owner } = input
  const isAutomatic = input.type !== 'restart' && input.automatic === true
  const isRestart = input.type === 'start' && process.run > 0
  const restarts = isAutomatic ? process.restarts + (isRestart ? 1 : 0) : 0
  const { comesBack: _, ...rest } = process
  return { ...rest, config, owner, wanted: 'up', restarts, failures: 0, rewrites: [] }
}
