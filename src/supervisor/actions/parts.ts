import type { Outcome } from '../../model/control.ts'
import type { Target } from '../../model/members.ts'
import { overdue } from '../../model/outcome.ts'
import type { ManagedProcess } from '../../model/process.ts'
import { unknownProcess } from '../../model/select.ts'
import type { SignalName } from '../../model/signals.ts'
import type { Clock } from '../../system/clock.ts'
import type { Managed } from '../managed.ts'
import type { Registry } from '../registry.ts'

/** What the commands need of the supervisor. */
export interface ActionParts {
  registry: Registry
  clock: Clock
  /**
   * How one process fared, for the one who asked.
   *
   * @param run the one that was to become ready: where that failed, its last lines are shown
   */
  outcome(managed: Managed, result: Pick<Outcome, 'ok' | 'message' | 'code'>, run?: number): Promise<Outcome>
  /** Everything so far is on disk. */
  flushed(): Promise<void>
  removed(managed: Managed): void
  /** A signal was sent to it by hand: `SIGHUP sent`. */
  signalled(managed: Managed, signal: SignalName, message: string): void
  /** What its tree is recognised by. */
  targetOf(process: ManagedProcess): Target
  /** Empties its logs; resolves with how many bytes there were. */
  flushLogs(managed: Managed): Promise<number>
  /** Deletes the log files of one that is removed. */
  deleteLogs(managed: Managed): Promise<void>
}

/** The outcome for a name that there is not. */
export function unknownOutcome({ registry }: ActionParts, name: string): Outcome {
  const known = registry.configs().map(({ name }) => name)
  return { name, ok: false, message: unknownProcess(name, known).message, code: 'unknown-process', warnings: [] }
}

/** The outcome for one that is not through when the time is up. */
export function overdueOutcome(parts: ActionParts, action: 'start' | 'stop', managed: Managed): Promise<Outcome> {
  return parts.outcome(managed, { ok: false, message: overdue(action, managed.process), code: 'timeout' })
}
