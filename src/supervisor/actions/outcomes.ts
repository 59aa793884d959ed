import { isForwarder } from '../../model/config/share.ts'
import * as describe from '../../model/lifecycle/describe.ts'
import type { Result } from '../../model/lifecycle/result.ts'
import { planStep } from '../../model/planning/describe-plan.ts'
import type { PlanStep } from '../../model/planning/plan.ts'
import type { Selection } from '../../model/planning/requests.ts'
import { unknownProcess } from '../../model/planning/select.ts'
import { maskText } from '../../model/redaction/mask.ts'
import { maskState } from '../../model/redaction/mask-state.ts'
import { hideDetails } from '../../model/redaction/secrets.ts'
import type { Outcome } from '../../model/views/outcome.ts'
import { snapshot } from '../../model/views/snapshot.ts'
import { addressesOf, namelessText } from '../../storage/project-names.ts'
import type { SupervisorContext } from '../context.ts'
import { doubtTexts } from '../inspect/doubt-texts.ts'
import type { Managed } from '../managed.ts'
import { Deadline } from './wait-for-goal.ts'

/** Log lines that the outcome of a failed start contains, at least. */
const LAST_LINES = 10

/** Results of a start, which tells where the process is. */
const NEWLY_UP: ReadonlySet<Result['result']> = new Set(['started', 'restarted'])

/**
 * The outcome of a command for one process.
 *
 * @param run the run that was to become ready; if that failed, the outcome contains its last log lines
 */
export async function outcomeOf(
  { tuixDir, logs, clock, trees }: SupervisorContext,
  managed: Managed,
  given: Result,
  run = Number.POSITIVE_INFINITY,
): Promise<Outcome> {
  const { process } = managed
  const { name } = process.config
  const { result } = given
  const places = { ...logs.sourceOf(process), url: addressesOf(tuixDir)(process) }
  const state = maskState(snapshot(process, places, null, clock.now()))
  const message = maskText(describe.outcome(given, process))
  const warnings = result === 'stopped' ? doubtTexts(trees.doubts(process)).map((text) => `${name}: ${text}`) : []
  const nameless = NEWLY_UP.has(result) ? namelessText(tuixDir, process) : undefined
  if (nameless !== undefined) warnings.push(nameless)
  if (given.result !== 'failed') return { name, ok: true, result, message, warnings, state }
  const { code, cause } = hideDetails(given, maskText)
  const outcome: Outcome = { name, ok: false, result, cause, message, code, warnings: [], state }
  // Lines of an earlier run would be taken for the reason.
  if (code !== 'start-failed' || managed.spawnedRun < run) return outcome
  return { ...outcome, lastLines: await logs.lastLinesOfFailure(process, LAST_LINES) }
}

/** The outcome for a name that no process has. */
export function unknownOutcome({ processes }: SupervisorContext, name: string): Outcome {
  const known = processes.configs().map(({ name }) => name)
  const { message, code } = unknownProcess(name, known)
  return { name, ok: false, result: 'failed', message, code, warnings: [] }
}

/** The outcome for a process that has not reached its goal when time is up. */
export function overdueOutcome(
  context: SupervisorContext,
  order: 'start' | 'stop',
  managed: Managed,
): Promise<Outcome> {
  return outcomeOf(context, managed, { result: 'failed', code: 'timeout', cause: { type: 'overdue', order } })
}

/** The outcome of one step of a plan, with the reason of that step. */
export function applied(outcome: Outcome, step: PlanStep | undefined): Outcome {
  const message = step && planStep(step)
  if (!outcome.ok || !step || message === undefined) return outcome
  switch (step.action) {
    case 'keep':
      return { ...outcome, result: 'unchanged', message }
    case 'remove':
      return { ...outcome, message, cause: { type: 'undeclared' } }
    case 'restart':
      return { ...outcome, message, cause: { type: 'changed', settings: step.changes } }
    default:
      return outcome
  }
}

/**
 * The outcomes of a command with a time limit. It answers only when everything is on disk, so that the answer stays true
 * after any crash.
 */
export async function within(
  { clock, store }: SupervisorContext,
  { timeout }: { timeout?: number },
  work: (deadline: Deadline) => Promise<Outcome[]>,
): Promise<Outcome[]> {
  const deadline = new Deadline(timeout, clock)
  try {
    return await work(deadline)
  } finally {
    deadline.end()
    await store.flushed()
  }
}

/**
 * The outcomes of a command that needs no order among processes.
 *
 * @param isForPrograms it is meant for the user's programs: a forwarder is left out, unless it is named
 */
export async function each(
  context: SupervisorContext,
  selection: Selection,
  act: (managed: Managed) => Promise<Outcome>,
  isForPrograms = false,
): Promise<Outcome[]> {
  const { processes } = context
  const isMeant = (name: string) => {
    const config = processes.find(name)?.process.config
    return !isForPrograms || !config || !isForwarder(config) || selection.names?.includes(name)
  }
  const names = processes.select(selection).filter(isMeant)
  return Promise.all(
    names.map((name) => {
      const managed = processes.find(name)
      return managed ? act(managed) : unknownOutcome(context, name)
    }),
  )
}
