import type { Outcome } from './control.ts'
import type { ManagedProcess } from './process.ts'
import { describeExit } from './restart.ts'

/** What a command waits for: the process as the command's input left it. */
export interface Goal {
  action: 'start' | 'stop' | 'restart'
  /** The run that is to become ready; for a stop the run that is to end. */
  run: number
  /** What to say when it is reached. */
  done: string
}

export type Judgement = Pick<Outcome, 'ok' | 'message' | 'code'> | 'pending'

/** The goal of a command on a process, from the states before and after its input was applied. */
export function goalOf(action: Goal['action'], before: ManagedProcess, after: ManagedProcess): Goal {
  if (action === 'stop') {
    const idle =
      before.status === 'stopped' || (before.status === 'crashed' && !before.identity) || before.status === 'error'
    return { action, run: before.run, done: idle && before.survivors.length === 0 ? 'already stopped' : 'stopped' }
  }
  // A run that had begun by itself or for somebody else is waited for: it has the config that it began with, not this command's.
  const isUnderWay = before.status === 'running' || (before.status === 'starting' && before.waitingFor === null)
  if (action === 'start' && isUnderWay) return { action, run: before.run, done: 'already running' }
  const begun = after.status === 'starting' || after.status === 'error'
  return { action, run: begun ? after.run : after.run + 1, done: action === 'restart' ? 'restarted' : 'started' }
}

/** What is still going on when a command gives up waiting for it. */
export function overdue(action: 'start' | 'stop', { status, reason, wanted, health }: ManagedProcess): string {
  if (action === 'stop') {
    return wanted === 'up' ? 'not stopped in time: what depends on it goes first' : 'not stopped in time; it goes on'
  }
  const check = health?.history.at(-1)?.detail
  const doing = reason || (status === 'starting' && check ? `not healthy yet: ${check}` : status)
  return `not up in time: ${doing}; the start goes on`
}

/** Whether the goal is reached, out of reach, or still `pending`. */
export function judge(process: ManagedProcess, goal: Goal): Judgement {
  return goal.action === 'stop' ? judgeStop(process, goal) : judgeStart(process, goal)
}

function judgeStop(process: ManagedProcess, goal: Goal): Judgement {
  if (process.run > goal.run) return { ok: true, message: goal.done }
  switch (process.status) {
    case 'stopped':
    case 'restarting':
      return { ok: true, message: goal.done }
    case 'crashed':
      return process.identity ? 'pending' : { ok: true, message: goal.done }
    case 'error':
      return { ok: false, message: process.reason, code: 'stop-failed' }
    default:
      return 'pending'
  }
}

function judgeStart(process: ManagedProcess, goal: Goal): Judgement {
  const { status, lastExit } = process
  if (status === 'error') return failed(process.reason)
  if (status === 'restarting' && process.reason === 'scheduled') return { ok: true, message: 'scheduled' }
  const reached = process.run >= goal.run
  if (reached && status === 'running') return { ok: true, message: goal.done }
  if (status === 'stopping' || (status === 'crashed' && process.identity)) return 'pending'
  if (reached && lastExit && lastExit.run >= goal.run) {
    if (status === 'stopped' && process.reason.startsWith('completed')) return { ok: true, message: process.reason }
    if (lastExit.early && !lastExit.asked) return failed(`${describeExit(lastExit)}, before it was ready`)
    // It was ready and ended since: the start did what it was asked.
    if (status === 'restarting' || status === 'crashed') return { ok: true, message: goal.done }
  }
  return status === 'stopped' ? failed('stopped before it was ready') : 'pending'
}

function failed(message: string): Judgement {
  return { ok: false, message, code: 'start-failed' }
}
