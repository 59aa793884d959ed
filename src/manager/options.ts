import type { ProcessManagerConfig } from '../model/config/config.ts'
import type { Logger } from './logger.ts'

/** Options of `new ProcessManager()`: those of a config file, and those that only code can have. */
export interface ManagerOptions extends ProcessManagerConfig {
  /**
   * Where the supervisor runs if there is none: in this process (`embedded`, the default) or as a detached program
   * (`daemon`, as for the command line; launched only to start, stop or adopt processes). With `foreground`, `supervise()`
   * moves it into this process, and started processes stay when this process ends.
   */
  supervisor?: 'embedded' | 'daemon' | 'foreground'
  /** Called in the foreground, when another client has asked this supervisor to release its processes. */
  onReleased?: () => void
  /**
   * Arguments with which an app becomes the supervisor, if it is one file that this package is bundled or compiled into.
   * The commands of `ProcessManagerPlugin` know theirs; in code it is `['ps', '__supervisor']` if they are mounted.
   */
  supervisorCommand?: string[]
  /** Where each process was declared, by name, for messages. */
  origins?: Record<string, string>
  /** Gets every event of every process, from `init()` on. */
  logger?: Logger
  /** The logger also gets every line that the processes print. Default false. */
  logOutput?: boolean
  /**
   * Absolute path of the config file that declares the processes, or the folder of an app that declares them in code.
   * `apply` needs it to know which processes are its own.
   */
  source?: string
  /**
   * One or several of `targets`, by name: the manager then manages the processes there, and none of this machine. Of several, the
   * name of each process begins with that of its target: `prod/web`.
   */
  target?: string | string[]
  /**
   * All projects of this user on this machine that have had a supervisor: the name of each process begins with that of its project's
   * folder, `shop/web`. Questions bring no supervisor up.
   */
  everywhere?: boolean
  /** Called with problems that are not part of any result. Default: they become `warning` events. */
  onWarning?: (message: string) => void
}

export interface CommandOptions {
  /** Wait until the processes are ready. Default true. */
  wait?: boolean
  /**
   * Longest time to wait, ms. What is not done by then goes on, and its outcome has the code `timeout`. Default: no limit.
   */
  timeout?: number
  /** Rejects with its reason when it aborts. What was asked for goes on in the supervisor. */
  signal?: AbortSignal
  /** For starts that nobody ordered, as at boot: what cannot be spawned is tried again. Default false. */
  automatic?: boolean
  /** For `stop`: only because the machine or the service ends, so that `supervisor run --start wanted` starts them again. */
  comesBack?: boolean
  /** Delete the log files too, for `remove`. Default false. */
  logs?: boolean
  /** Numbers of instances of declared names, instead of those in the config. */
  scale?: Record<string, number>
}
