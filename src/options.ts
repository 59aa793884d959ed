import type { Logger } from './logger.ts'
import type { ProcessManagerConfig } from './model/config.ts'

/** Options of `new ProcessManager()`: a config file's, and what only code can say. */
export interface ManagerOptions extends ProcessManagerConfig {
  /**
   * Where the supervisor runs when none is alive: in this process (`embedded`, the default), or detached (`daemon`,
   * what the command line uses; launched only when something is to be started, stopped or adopted). With `foreground`
   * `supervise()` takes it over into this process, and what is started stays when this process ends.
   */
  supervisor?: 'embedded' | 'daemon' | 'foreground'
  /** In the foreground: this process is not the supervisor any more, since somebody asked it to give everything up. */
  onReleased?: () => void
  /**
   * For an app that is one file, bundled or compiled with this package in it: the arguments with which it becomes the
   * supervisor. The commands of `ProcessManagerPlugin` know theirs; in code it is `['ps', '__supervisor']` with them mounted.
   */
  supervisorCommand?: string[]
  /** Where each process was declared, by name, for messages. */
  origins?: Record<string, string>
  /** Is told every event of every process, from `init()` on. */
  logger?: Logger
  /** It is told every line that they print, too. Default false. */
  logOutput?: boolean
  /** Which config file declares them, absolute, or the folder of an app that does so in code. `apply` needs it to know its own. */
  source?: string
  /** Receives what a user should know and no result says. Default: the `warning` event. */
  onWarning?: (message: string) => void
}

export interface CommandOptions {
  /** Wait until ready (default true). */
  wait?: boolean
  /** ms to wait at most; what takes longer goes on, and its outcome has the code `timeout`. Default: as long as it takes. */
  timeout?: number
  /** Of `remove`: delete the log files too. Default false. */
  logs?: boolean
  /** Instances of declared names, where they are to be other than the config says. */
  scale?: Record<string, number>
}
