/*
 * Why a process is in its phase, as data. Only `describe.ts` makes sentences of it. Text from outside is in fields called
 * `detail`.
 */

/** Why a run ended, or never began. */
export type EndCause =
  /** Its leader ended by itself. Code and signal are both null if nobody saw how. `lasted`: ms. */
  | { type: 'exited'; code: number | null; signal: string | null; lasted: number }
  | { type: 'unhealthy'; detail: string }
  /** It was not ready in time. `within`: ms; `detail`: result of the last health check. */
  | { type: 'not-ready'; awaited: 'healthy' | 'ready' | 'listening'; within: number; detail: string | null }
  | OverLimit
  | { type: 'spawn-failed'; problem: SpawnProblem }

/**
 * Its tree used more than allowed: MB of memory, or percent of one core. `snapshot`: the heap snapshot, or why there is
 * none; null if none was wanted.
 */
export interface OverLimit {
  type: 'over-limit'
  of: 'memory' | 'cpu'
  used: number
  limit: number
  snapshot: { file: string } | { detail: string } | null
}

/** Why the supervisor has given a process up, until somebody starts it. */
export type FailCause =
  | { type: 'gave-up'; restarts: number }
  | { type: 'spawn-failed'; problem: SpawnProblem }
  /** A check before the spawn showed that it would fail. */
  | { type: 'refused'; detail: string }
  | { type: 'dependency'; name: string; what: 'failed' | 'incomplete'; detail: string }
  | { type: 'survivors'; members: SystemProcess[] }

/** Why a run is being stopped, or replaced by the next run. */
export type StopCause =
  | { type: 'stop' }
  | { type: 'restart' }
  /** The new supervisor found processes of an earlier run. */
  | { type: 'leftovers' }
  | FileChange

/** A watched file changed, and `others` more files at the same time. */
export interface FileChange {
  type: 'change'
  file: string
  others: number
}

/** Why a run could not be spawned. */
export type SpawnProblem =
  | { type: 'no-program' | 'no-interpreter' | 'not-executable' | 'no-shebang'; program: string }
  /** Version 1 did not distinguish a missing program from a missing interpreter. */
  | { type: 'not-found'; program: string }
  | { type: 'no-free-port' }
  | { type: 'process-limit' }
  | ({ type: 'port-taken'; port: number } & PortHolding)
  | { type: 'system'; detail: string }
  /** A text of its config refers to what has no value: `db.port`. */
  | { type: 'no-value'; reference: string; why: 'no-process' | 'no-port' }

/** Why a spawn waits: processes of an earlier run are still alive, or its port is still taken. */
export type Blocked = { type: 'survivors' } | ({ type: 'port'; port: number } & PortHolding)

/** Who listens on a port. */
export interface PortHolding {
  /** Null for a process of another user, or of another container. */
  holder: (SystemProcess & { managed?: ManagedElsewhere }) | null
  /** The other user. */
  user?: string
  /** It is of this user, but in a container or namespace whose processes are not seen from here. */
  hidden?: true
}

/** A process that this or another supervisor of the machine has started. */
export interface ManagedElsewhere {
  name: string
  /** Absolute folder of its project, and its name. Absent if nothing leads there. */
  folder?: string
  project?: string
}

/** Any process of the system, with the name that it has there. */
export interface SystemProcess {
  pid: number
  name: string
}
