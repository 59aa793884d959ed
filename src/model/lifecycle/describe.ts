import { counted, seconds } from '../text/text.ts'
import type { EndCause, OverLimit, StopCause } from './causes.ts'
import { checksSoFar, lastCheck } from './describe-health.ts'
import { holding, named, spawnProblem } from './describe-spawn-problem.ts'
import { type ErrorCause, type EventCause, errorOf, type UnwordedEvent } from './events.ts'
import { CPU_PATIENCE } from './limits.ts'
import { statusOf } from './phase.ts'
import type { ManagedProcess, RunExit } from './process.ts'
import type { OutdatedReference } from './references.ts'
import type { FailureCause, Result } from './result.ts'

/*
 * Makes every sentence about states, causes, events and results. No code reads such a sentence back: decisions compare the
 * data. Text from outside (`detail`) is passed on unchanged.
 */

/** Why a process is in its state, in a few words. Empty if the status says it all. */
export function reason(process: ManagedProcess): string {
  const { phase } = process
  switch (phase.type) {
    case 'stopped':
      if (process.comesBack) return 'comes back with the service'
      return phase.why === null ? '' : WHY_STOPPED[phase.why]
    case 'completed':
      return completed(phase.code)
    case 'failed':
      return error(errorOf(phase.cause, process.lastExit))
    case 'waiting':
      return `waiting for ${phase.for}`
    case 'scheduled':
      return 'scheduled'
    case 'spawning':
      if (phase.blocked?.type !== 'port') return ''
      return `waiting for port ${phase.blocked.port}, ${holding(phase.blocked)}`
    case 'starting':
      return checksSoFar(process)
    case 'running':
      return phase.rebuilt ? REBUILT : ''
    case 'paused':
      return 'paused'
    case 'stopping':
      return stopping(phase.why)
    case 'crashed':
    case 'backoff':
    case 'cleanup':
      return cause(phase.end)
    default:
      return phase satisfies never
  }
}

/** Why a process that runs does nothing. */
export function frozen(pid: number): string {
  return `a signal has stopped pid ${pid}, until it gets SIGCONT`
}

/** What a living process was told of others that is not true any more. Empty if all is. */
export function outdated(references: OutdatedReference[]): string {
  const parts = references.map(({ reference, given, now }) => `${reference} ${given}, which is now ${now}`)
  return parts.length === 0 ? '' : `runs with an old value: ${parts.join('; ')}; restart it`
}

const WHY_STOPPED = {
  'schedule-over': 'its schedule is over',
  lost: 'it was stopped when the state was lost; start it from its config again',
} as const
const REBUILT = 'rebuilt from its running process; start it from its config again to restore its settings'

function completed(code: number): string {
  return code === 0 ? 'completed' : `completed with ${code}`
}

function stopping(why: StopCause): string {
  switch (why.type) {
    case 'stop':
      return 'stop asked for'
    case 'restart':
      return 'restart asked for'
    case 'leftovers':
      return 'processes of an earlier run were still alive'
    case 'change':
      return `${why.file}${why.others === 0 ? '' : ` and ${why.others} more`} changed`
    default:
      return why satisfies never
  }
}

/**
 * A cause on its own: 'exited with 1 after 3.2 s', 'unhealthy: http://localhost:4000/health HTTP 503', 'src/a.ts changed', 'gave up after 3 restarts'.
 */
export function cause(given: EventCause): string {
  switch (given.type) {
    case 'exited':
      return exited(given)
    case 'unhealthy':
      return `unhealthy: ${given.detail}`
    case 'not-ready':
      return `not ${given.awaited} within ${seconds(given.within)}${given.detail === null ? '' : `: ${given.detail}`}`
    case 'over-limit':
      return overLimit(given)
    case 'spawn-failed':
      return spawnProblem(given.problem)
    case 'gave-up':
      return `gave up after ${counted(given.restarts, 'restart')}`
    case 'refused':
    case 'problem':
      return given.detail
    case 'dependency':
      return `${given.name} ${given.what === 'failed' ? 'failed' : 'did not complete'}: ${given.detail}`
    case 'survivors':
      return `still alive after SIGKILL: ${given.members.map(named).join(', ')}`
    case 'restart':
      return 'asked for'
    case 'change':
      return stopping(given)
    case 'ended':
      return exit(given.exit)
    case 'waiting':
      return `while waiting for ${given.for}`
    case 'scheduled':
      return 'while waiting for its time'
    case 'backoff':
      return 'while waiting to restart'
    case 'uptime':
    case 'health':
      return 'up'
    case 'message':
      return 'said that it is ready'
    case 'signal':
      return `${given.signal} sent${given.reached === null ? '' : ` to ${counted(given.reached, 'process', 'processes')}`}`
    case 'hook':
      return `${given.hook}: ${given.detail}`
    case 'self-change':
      return `changes of ${given.file} are ignored: it seems to change the file itself after each start; they count again after a minute without one`
    default:
      return given satisfies never
  }
}

function exited({ code, signal, lasted }: Omit<Extract<EndCause, { type: 'exited' }>, 'type'>): string {
  if (signal !== null) return `killed by ${signal} after ${seconds(lasted)}`
  return code === null ? 'ended, exit code unknown' : `exited with ${code} after ${seconds(lasted)}`
}

function overLimit({ of, used, limit, snapshot }: OverLimit): string {
  const unit = of === 'memory' ? 'MB' : '%'
  const patience = of === 'memory' ? '' : ` for ${CPU_PATIENCE / 1000} s`
  const over = `${of} ${Math.ceil(used)} ${unit} over the limit of ${limit} ${unit}${patience}`
  if (snapshot === null) return over
  return 'file' in snapshot ? `${over}; heap snapshot in ${snapshot.file}` : `${over}; ${snapshot.detail}`
}

/** How a run ended: the reason, and how long it lasted. */
export function exit({ ended, ...rest }: RunExit): string {
  if (ended === null) return exited(rest)
  return ended.type === 'spawn-failed' ? cause(ended) : `${cause(ended)} after ${seconds(rest.lasted)}`
}

/** Why a process was given up, with the last failure: 'gave up after 3 restarts: exited with 1 after 12 ms'. */
export function error(given: ErrorCause): string {
  return given.type === 'gave-up' && given.exit !== null ? `${cause(given)}: ${exit(given.exit)}` : cause(given)
}

/** A cause that a signal may have led to. */
export function causeAfter(why: string, signal: EventCause): string {
  return `${why}, after ${cause(signal)}`
}

/** The sentence of an event. */
export function event(happened: UnwordedEvent): string {
  switch (happened.type) {
    case 'start':
      // A cluster forgets it when the run has ended.
      return happened.pid === 0 ? 'started' : `started with pid ${happened.pid}`
    case 'adopt':
      return `adopted, pid ${happened.pid}`
    case 'crash': {
      if (happened.delay === undefined) return cause(happened.cause)
      const { delay, failures, maxRestarts } = happened
      const when = delay === 0 ? 'at once' : `in ${seconds(delay)}`
      return `${cause(happened.cause)}, next try ${when} (${maxRestarts === 'unlimited' ? failures : `${failures}/${maxRestarts}`})`
    }
    case 'restart':
      return `restarting: ${cause(happened.cause)}`
    case 'stop':
      if (!happened.cause) return 'stopped'
      return `stopped${happened.cause.type === 'ended' ? ':' : ''} ${cause(happened.cause)}`
    case 'error':
      return error(happened.cause)
    case 'health':
      return happened.cause ? cause(happened.cause) : happened.health
    case 'ready':
    case 'exit':
    case 'signal':
    case 'hook':
    case 'warning':
      return cause(happened.cause)
    case 'pause':
      return 'paused'
    case 'resume':
      return 'resumed'
    case 'remove':
      return 'removed'
    case 'flush':
      return 'log emptied'
    case 'release':
      return 'released for another supervisor'
    default:
      return happened satisfies never
  }
}

/** The result of a command for one process. */
export function outcome(given: Result, process: ManagedProcess): string {
  switch (given.result) {
    case 'started':
    case 'restarted':
    case 'stopped':
    case 'scheduled':
    case 'paused':
    case 'resumed':
      return given.result
    case 'already-running':
      return process.phase.type === 'paused' ? 'already running (paused); resume it' : 'already running'
    case 'already-stopped':
    case 'already-empty':
    case 'already-paused':
    case 'not-paused':
      return given.result.replace('-', ' ')
    case 'completed':
      return completed(given.code)
    case 'waiting':
      return `waiting for ${given.for}`
    case 'removed':
      return given.logs ? 'removed, with its logs' : 'removed'
    case 'emptied':
      return `emptied, ${given.bytes < 100_000 ? `${given.bytes} bytes` : `${(given.bytes / 1_000_000).toFixed(1)} MB`}`
    case 'signalled':
      return cause(given.cause)
    case 'failed':
      return failure(given.cause, process)
    default:
      return given satisfies never
  }
}

function failure(given: FailureCause, process: ManagedProcess): string {
  switch (given.type) {
    case 'early-exit':
      return `${exit(given.exit)}, ${given.exit.early ? 'before' : 'soon after'} it was ready`
    case 'stopped':
      return `stopped before it was ${given.before}`
    case 'overdue':
      return given.order === 'stop' ? lateStop(process) : lateStart(process)
    case 'dependency-paused':
      return `waiting for ${given.name}, which is paused; resume it, and the start goes on`
    case 'not-running':
      return 'not running'
    case 'still-starting':
      return 'still starting; pause it when it is ready'
    case 'signal-refused':
      return `${given.signal} could not be sent: it may belong to another user`
    case 'started-again':
      return 'started again meanwhile'
    case 'logs-kept':
      return `removed, but its logs were not deleted: ${given.detail}`
    case 'not-emptied':
      return `its log was not emptied: ${given.detail}`
    default:
      return error(given)
  }
}

/** A reload that was given up before anything was replaced. */
export function undoneReload(problem: string, staying: string[]): string {
  return `the new version does not come up: ${problem}; it was removed, and ${staying.join(', ')} still ${staying.length === 1 ? 'runs' : 'run'} as before`
}

/** One of several instances failed with its new settings. */
export function restoredReload(problem: string): string {
  return `${problem}; it runs with its former settings again, and the instances after it were left alone`
}

/** What a process is still waiting for when a command gives up waiting for it. */
function lateStart(process: ManagedProcess): string {
  const { phase } = process
  const check = phase.type === 'starting' ? lastCheck(process) : null
  const doing = check === null ? reason(process) || statusOf(phase.type) : `not healthy yet: ${check}`
  return `not up in time: ${doing}; the start goes on`
}

function lateStop({ wanted }: ManagedProcess): string {
  return `not stopped in time${wanted === 'up' ? ': the processes that depend on it stop first' : '; it goes on'}`
}
