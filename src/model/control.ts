import type { ProcessConfig, ProcessManagerConfig } from './config.ts'
import type { ErrorCode } from './errors.ts'
import type { ProcessEvent } from './events.ts'
import type { Identity } from './process.ts'
import type { SignalName } from './signals.ts'
import type { ProcessDetail, ProcessState, ProcessStats } from './state.ts'
import type { ProcessTree } from './tree.ts'

/**
 * The control API. The supervisor implements it in process, the client over the socket; `ProcessManager` knows only this.
 * Everything that crosses it is JSON (a RegExp travels as `{ source, flags }`).
 */
export interface Control {
  info(): Promise<SupervisorInfo>
  list(options?: Reveal): Promise<ProcessState[]>
  status(name: string, options?: Reveal): Promise<ProcessDetail>
  stats(name: string): Promise<ProcessStats>
  /** What runs of each process at this moment, and what it listens on. */
  trees(options?: Reveal): Promise<ProcessTree[]>
  tree(name: string, options?: Reveal): Promise<ProcessTree>
  start(request: StartRequest): Promise<Outcome[]>
  stop(request: StopRequest): Promise<Outcome[]>
  restart(request: StartRequest): Promise<Outcome[]>
  remove(request: RemoveRequest): Promise<Outcome[]>
  /** Replaces instances one by one, each new one ready before the next old one goes. */
  reload(request: StartRequest): Promise<Outcome[]>
  /** Makes what runs what the request declares: `planApply`. What is invalid changes nothing. */
  apply(request: StartRequest): Promise<Outcome[]>
  /** Brings names to the numbers of instances in `scale`; those that are too many are stopped and removed. */
  scale(request: StartRequest): Promise<Outcome[]>
  /** Empties logs, archives included; processes go on writing. */
  flush(request: Selection): Promise<Outcome[]>
  /** Sends a signal to what runs of each process; an outcome has the code `not-running` where nothing does. */
  signal(request: SignalRequest): Promise<Outcome[]>
  /** Sends a message to a process that has an `ipc` channel. */
  send(name: string, message: unknown): Promise<void>
  /** Give everything up for the next supervisor: processes live on, then the supervisor ends. */
  release(): Promise<void>
  /** Everything that happens from now on, until `signal` aborts; `listening` is called when nothing is missed any more. */
  events(signal: AbortSignal, listening?: () => void): AsyncIterable<ProcessEvent>
}

/** Values that look like secrets are shown as `••••`, unless this asks for them as they are. */
export interface Reveal {
  reveal?: boolean
}

/** Which processes a command means. Nothing selected is an error, except with `all`. */
export interface Selection {
  names?: string[]
  group?: string
  all?: boolean
}

export interface StopRequest extends Selection {
  /** ms that the answer may take; what is not through by then goes on, and its outcome has the code `timeout`. */
  timeout?: number
}

export interface SignalRequest extends Selection {
  signal: SignalName
  /** To every living process of its tree. Default: to the leader of its run alone, the one that was started. */
  tree?: boolean
}

export interface RemoveRequest extends StopRequest {
  /** Delete its log files, archives included, but for files that another process writes too. */
  logs?: boolean
}

export interface StartRequest extends Selection {
  /** Declared or re-declared first, also those that are not selected. `cwd` is absolute. */
  processes?: ProcessConfig[]
  /**
   * Version of this package whose schema has checked them, `envFile` read and paths made absolute: a supervisor of the same
   * version does not load it to check them again. Absent: it does.
   */
  checkedBy?: string
  /** Where each of them was declared, by name, for messages: `processes.json: processes[2]`. */
  origins?: Record<string, string>
  /** Which config declares them: the absolute path of its file, or the folder of an app that does so in code. */
  source?: string
  /** Manager-wide defaults for them. */
  defaults?: Pick<ProcessManagerConfig, 'autoRestart' | 'maxRestarts' | 'restartDelay'>
  /** Environment that the processes inherit. */
  environment: Record<string, string>
  /** Instances of a declared name, where they are to be other than its config says. */
  scale?: Record<string, number>
  /** App that the started processes end with; absent: they stay. */
  owner?: Identity
  /** Wait until ready (default true). */
  wait?: boolean
  /** As in `StopRequest`. */
  timeout?: number
}

/** How one process fared in a command. */
export interface Outcome {
  name: string
  ok: boolean
  /** 'started', 'already running', 'stopped', 'already stopped', 'restarted', 'completed', 'removed'; the error's sentence if not ok. */
  message: string
  code?: ErrorCode
  /** The last lines of its log, when a start failed. */
  lastLines?: string[]
  warnings: string[]
  /** Absent after a removal or for an unknown process. */
  state?: ProcessState
}

/** Also the content of `supervisor.json`. */
export interface SupervisorInfo {
  identity: Identity
  /** Absolute path, or a named pipe on Windows. */
  socket: string
  version: string
  runtime: 'node' | 'bun'
  /** `daemon`: a program of its own; `embedded`: part of an app; `foreground`: `ps supervisor run`. */
  mode: 'daemon' | 'embedded' | 'foreground'
  /** Epoch ms. */
  startedAt: number
}
