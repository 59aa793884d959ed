import type { ResolvedProcess, StopSignal } from './config.ts'
import type { ProcessEvent, ProcessEventType } from './events.ts'
import type { HealthResult } from './health.ts'
import type { Identity, LogStart, ManagedProcess } from './process.ts'

/** What can happen to a process. Whatever belongs to a run carries its number; those of another run are ignored. */
export type Input =
  | { type: 'start'; config?: ResolvedProcess; owner: Identity | null }
  | { type: 'restart'; config?: ResolvedProcess; owner: Identity | null }
  | { type: 'stop' }
  /** Wanted up, and it will be started when what it depends on is there. */
  | { type: 'wait'; config?: ResolvedProcess; owner: Identity | null; for: string }
  /** What it waited for will not come. */
  | { type: 'abandon'; message: string }
  /** At `at` (epoch ms) nothing of it had been spawned: what it printed since is later, whenever its spawn is told of. */
  | { type: 'spawned'; run: number; identity: Identity; logStart: LogStart; port: number | null; at: number }
  /** The spawn waits for something else to pass, such as a port that is taken. */
  | { type: 'held-up'; run: number; message: string }
  /** Nothing was started. `transient`: the system was out of something, another try may do. */
  | { type: 'spawn-failed'; run: number; message: string; transient: boolean }
  /** The leader ended. Both null: unknown. */
  | { type: 'exited'; run: number; code: number | null; signal: string | null }
  /** A `clear` is through; `survivors` could not be ended. */
  | { type: 'cleared'; run: number; survivors: Identity[]; message: string }
  | { type: 'ready'; run: number; message: string }
  /** It was not ready in time. */
  | { type: 'late'; run: number; message: string }
  | { type: 'health'; run: number; result: HealthResult }
  /** It uses more than it may. */
  | { type: 'over-limit'; run: number; message: string }
  /** A watched file changed, at `at` (epoch ms). */
  | { type: 'file-changed'; run: number; file: string; others: number; at: number }
  | { type: 'retry'; run: number }
  | { type: 'recover'; found: Found }

/** What a new supervisor found of a process that its state names. */
export interface Found {
  /** Leader of the current run, alive. */
  leader: Identity | null
  /** The run number in the leader's marker, when the state did not know of it yet. */
  run: number
  /** Anything else of it lives. */
  strays: boolean
  /** The machine was booted since. */
  rebooted: boolean
}

/** What is to be done; executed in one place, `src/supervisor/managed.ts`. */
export type Effect =
  | { type: 'spawn'; run: number }
  /** End the whole tree of this run, verified, and report `cleared`. */
  | { type: 'clear'; run: number; signal: StopSignal; timeout: number }
  /** Report `ready`, or `late`. */
  | { type: 'await-ready'; run: number }
  /** Health checks, file watching, limits: report what they find of this run. */
  | { type: 'monitor'; run: number }
  /** Watch an adopted leader and report `exited`. */
  | { type: 'watch-leader'; run: number; identity: Identity }
  | { type: 'retry-at'; run: number; at: number }
  /** Ask the supervisor to start it, in the order of dependencies. */
  | { type: 'ask-start' }
  /** Stop waiting and watching for this process. */
  | { type: 'quiet' }
  | { type: 'emit'; event: ProcessEvent }

export interface Step {
  process: ManagedProcess
  effects: Effect[]
}

export function emit(
  process: ManagedProcess,
  type: ProcessEventType,
  message: string,
  now: number,
  facts: Partial<ProcessEvent> = {},
): Effect {
  return { type: 'emit', event: { time: now, name: process.config.name, type, run: process.run, message, ...facts } }
}

/** The input means nothing in this state. */
export function unchanged(process: ManagedProcess): Step {
  return { process, effects: [] }
}
