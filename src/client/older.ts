/* A supervisor that runs inside an app may be older than this program: its answers lack what came since. */

import type { ProcessEvent } from '../model/lifecycle/events.ts'
import type { PhaseType, ProcessStatus } from '../model/lifecycle/phase.ts'
import type { Outcome } from '../model/views/outcome.ts'
import type { ProcessState } from '../model/views/state.ts'
import { resultOf, withCause } from '../storage/events-v1.ts'

type Partly<Whole, Key extends keyof Whole> = Omit<Whole, Key> & Partial<Pick<Whole, Key>>

/** An answer or event in which every state, outcome and event has what this version tells. */
export function upgraded(answer: unknown): unknown {
  if (Array.isArray(answer)) return answer.map(upgraded)
  if (typeof answer !== 'object' || answer === null) return answer
  if ('status' in answer && 'wanted' in answer) return withPhase(answer as ProcessState)
  if ('time' in answer && 'type' in answer) return withCause(answer as ProcessEvent)
  return 'ok' in answer && 'message' in answer ? withResult(answer as Outcome) : answer
}

/** Where the supervisor told no phase, the coarse one that the status tells. */
function withPhase(state: Partly<ProcessState, 'phase' | 'frozen' | 'waitingFor' | 'program'>): ProcessState {
  return {
    ...state,
    phase: state.phase ?? phaseOf(state),
    frozen: state.frozen ?? null,
    program: state.program ?? null,
    waitingFor: state.waitingFor ?? null,
  }
}

/** The phase that a status most often stands for. */
export function phaseOf({ status, pid }: { status: ProcessStatus; pid: number | null }): PhaseType {
  switch (status) {
    case 'restarting':
      return 'backoff'
    case 'error':
      return 'failed'
    case 'starting':
      return pid === null ? 'spawning' : 'starting'
    case 'stopped':
    case 'running':
    case 'stopping':
    case 'crashed':
      return status
    default:
      return status satisfies never
  }
}

/** Where the supervisor told no result, the one that its sentence stands for. */
function withResult(outcome: Partly<Outcome, 'result'>): Outcome {
  const { ok, message, state } = outcome
  const result = outcome.result ?? (ok ? resultOf(message) : 'failed')
  return { ...outcome, result, ...(state && { state: withPhase(state) }) }
}
