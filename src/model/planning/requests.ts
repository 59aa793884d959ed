import type { ProcessConfig, ProcessManagerConfig } from '../config/config.ts'
import type { Identity } from '../lifecycle/identity.ts'

/* The requests that rules read. Those of single operations are in `protocol/operations.ts`. */

/** Whether to show secrets. */
export interface Reveal {
  /** Show values that look like secrets, instead of `••••`. Default false. */
  reveal?: boolean
}

/** The processes that a command is for. An empty selection is an error, except with `all`. */
export interface Selection {
  /** Names of processes; a declared name means all its instances. */
  names?: string[]
  /** All processes of this group. */
  group?: string
  /** All processes. */
  all?: boolean
}

export interface StartRequest extends Selection {
  /**
   * Processes to declare, or to declare again, before anything is started. They need not be selected. Paths are absolute.
   */
  processes?: ProcessConfig[]
  /**
   * Version of a client of this package that has already checked `processes`, read `envFile` and made paths absolute. A
   * supervisor of the same version then does not load the schema to check them again.
   */
  checkedBy?: string
  /** Where each process was declared, by name, for messages: `processes.json: processes[2]`. */
  origins?: Record<string, string>
  /**
   * The config that declares `processes`: the absolute path of its file, or the folder of an app that declares them in
   * code.
   */
  source?: string
  /** Settings for those `processes` that do not have them. */
  defaults?: Pick<ProcessManagerConfig, 'autoRestart' | 'maxRestarts' | 'restartDelay'>
  /** Environment that the started processes inherit. Absent: that of their last start, or else the supervisor's. */
  environment?: Record<string, string>
  /** Numbers of instances by declared name, instead of those in the config. */
  scale?: Record<string, number>
  /** Parent app, whose end stops the started processes. Absent: they keep running. */
  owner?: Identity
  /**
   * Nobody is there who ordered it, as after a boot: what cannot be spawned is tried again by the restart policy, instead of
   * failing at once. Default false.
   */
  automatic?: boolean
  /** Answer when all processes are ready, not as soon as they are started. Default true. */
  wait?: boolean
  /** Longest time until the answer, ms. What is not done by then goes on, and its outcome has the code `timeout`. */
  timeout?: number
}
