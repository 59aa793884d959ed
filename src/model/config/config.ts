import type { AlertConfig } from './alerts.ts'
import type { DeployConfig } from './deploy.ts'
import type { HealthCheckConfig, ResolvedHealthCheck } from './health-check.ts'
import type { PortWish } from './ports.ts'
import type { EnvironmentOf, Variables } from './referring.ts'
import type { TargetConfig } from './targets.ts'
import type { Size, Time } from './units.ts'
import type { WebConfig } from './web.ts'

/** A process as users declare it. The defaults are applied in `src/config/resolve/`. `Name`: names to which `env` can refer. */
export interface ProcessConfig<Name extends string = string> {
  /** Unique name, after which log files are named: at most 64 letters, digits, `.`, `_`, `-`, first a letter or digit. */
  name: Name
  /** A program, or a whole command line such as `bun run server.ts` if `args` is absent. With shell syntax it runs in /bin/sh. */
  command: string
  /** Arguments of `command`, which then names only the program. */
  args?: string[]
  /** Run the command line in /bin/sh: always, or never. Default: if it has shell syntax, such as `&&`, `>` or `$NAME`. */
  shell?: boolean
  /** Working directory, relative to the folder of the config file (in the library, to the manager's `cwd`). */
  cwd?: string
  /**
   * Variables added to the environment of the command that starts the process. Undefined values are ignored. In code also a
   * function of all processes: `({ db }) => ({ DB_PORT: db.port })`.
   */
  env?: Variables | EnvironmentOf<Name>
  /** Files in dotenv syntax with variables for `env`, which overrides them; a later file overrides an earlier one. */
  envFile?: string | string[]
  /** Start the process when the supervisor starts. Default false. */
  autostart?: boolean
  /** False: `--all`, `--group`, `apply` and `supervisor run` do not start the process, but its name and its dependents do. Default true. */
  startWithAll?: boolean
  /**
   * Restart the process when it exits by itself: always (`true`), never (`false`), or only after a failure, as jobs that
   * others wait for with `completed` do if it is absent. Default true.
   */
  autorestart?: boolean | 'on-failure'
  /** Delay before the first restart in ms. It doubles with each consecutive failure, up to `maxRestartDelay`. Default 1000. */
  restartDelay?: Time
  /** Longest delay between restarts in ms, unless `restartDelay` itself is longer. Default 30000. */
  maxRestartDelay?: Time
  /** Consecutive restarts before the supervisor gives up, or `unlimited`. Default 10. */
  maxRestarts?: number | 'unlimited'
  /** Time in ms that a run must last to end a series of failures: the next failure counts as the first. Default 30000. */
  stableAfter?: Time
  /** Signal that asks the process tree to stop. Default SIGTERM. */
  stopSignal?: StopSignal
  /** Time between the stop signal and SIGKILL in ms. Default 5000. */
  stopTimeout?: Time
  /** Shell command line in `cwd` that stops the process, before `stopSignal` goes to what is left of it. `TUIX_PID` is its pid. */
  stopCommand?: string
  /** `command` starts a program in the background and exits with 0. That program then counts as the process. Default false. */
  daemon?: boolean
  /** For `daemon`: file in which the program writes its pid. Default: the oldest process that `command` leaves running. */
  pidFile?: string
  /** Time in ms that a process without a health check must live to count as running, if it no longer loads then. Default 300. */
  minUptime?: Time
  /** Exit codes after which the process is not restarted, whatever `autorestart` says. Default none. */
  stopExitCodes?: number[]
  /** Restart the process when files change. Default false. */
  watch?: boolean
  /** Globs to watch, relative to `cwd`. A folder includes everything in it. Default everything in `cwd`. */
  watchPaths?: string[]
  /** Globs to leave out. `node_modules`, `.git`, the state folder and the process's own log files are never watched. */
  ignoreWatch?: string[]
  /** Time in ms without another change before the restart. Default 300. */
  watchDebounce?: Time
  /** Poll the watched files every second (`true`) or at an interval in ms. Default `true` on network and VM mounts, else `false`. */
  watchPolling?: boolean | number
  /** Log file of stdout. Default `.tuix/logs/NAME.out.log`. */
  logFile?: string
  /** Log file of stderr. Default `.tuix/logs/NAME.err.log`. */
  errorFile?: string
  /** Size in MB (1,000,000 bytes) at which a log is rotated: its beginning moves into an archive beside it. Default 10. */
  maxLogSize?: Size
  /** Archives to keep of each log. Default 5. */
  maxLogFiles?: number
  /** Compress archives with gzip. Default false. */
  compressLogs?: boolean
  /** Write stdout and stderr to one file, which keeps their exact order. Default false. */
  mergeLogs?: boolean
  /** Memory limit of the process tree in MB. The process is restarted after several seconds above it. */
  maxMemory?: Size
  /** CPU limit of the process tree in percent of one core. The process is restarted after several seconds above it. */
  maxCpu?: number
  /** Before a restart for `maxMemory`, a Node program writes a heap snapshot beside its logs. Default false. */
  heapSnapshot?: boolean
  /** Old name of `heapSnapshot`. */
  memoryEvidence?: boolean
  /**
   * Port to listen on, passed as `PORT`. It must be free before each start; `auto` picks a free one and keeps it, and
   * `{ prefer: 3000 }` takes 3000 while that is free. Several instances share a number, see `share`.
   */
  port?: PortWish
  /** Several ports by name, each passed as `PORT_NAME`. The one named `http`, or else the first, is `PORT` too. */
  ports?: Record<string, PortWish>
  /**
   * How several instances share one `port`: `proxy`, the default, listens on it and passes each connection on to an instance, whose
   * own port is in `PORT`. Also for a single instance, so that it can be reloaded without loss.
   */
  share?: Share
  /** Open a channel for messages between the manager and a Node or Bun program. Default false. */
  ipc?: boolean
  /**
   * Send its metrics, its logs or both (`true`) by OTLP, to the endpoint that the standard variables of OpenTelemetry name in its
   * environment. Default false.
   */
  otlp?: boolean | 'metrics' | 'logs'
  /** Number of instances, named `NAME-1`, `NAME-2`, … if there are several. Default 1. */
  instances?: number
  /** A variable with the number of the instance, beside `TUIX_INSTANCE`, also for a single one: its `name`, and `from` for the first number, 1 if absent. */
  instanceVariable?: { name: string; from?: number }
  /** Processes that must be up before this one starts, and that stop after it: names, or names with a condition. */
  dependsOn?: string[] | Record<string, DependencyCondition>
  /** Cron expression of the times at which the process starts, unless it is still running. */
  schedule?: string
  /** Time zone of `schedule`, such as `Europe/Berlin`. Default the local one. */
  timezone?: string
  /** Command lines that run on events of the process. */
  hooks?: HooksConfig
  /** Name of the group that the process belongs to. */
  group?: string
  /** Program that runs `command`, such as `node`, `python3` or `/bin/sh`. */
  interpreter?: string
  /** Check that the process does its work. */
  healthCheck?: HealthCheckConfig
  /** Whether an unhealthy process is restarted or only shown as unhealthy. Default 'restart'. */
  onUnhealthy?: 'restart' | 'none'
  /** Time in ms that the process may take to become healthy after a start. Default 60000. */
  startTimeout?: Time
  /** What happens to a process that is not ready within `startTimeout`: its start fails, or it counts as ready. Default 'fail'. */
  onStartTimeout?: 'fail' | 'ready'
  /** Keep running when the app that started it ends. Default false in the library, true for `ps start`. */
  persist?: boolean
  /** How it runs on a cluster, for a target or an export. Without effect on this machine. */
  deploy?: DeployConfig
}

/** Ways to share a port. */
export const SHARES = ['proxy'] as const
export type Share = (typeof SHARES)[number]

/** How a process takes part in a shared port. */
export interface SharedPort {
  port: number
  /** `surge`: one instance more during a reload. `proxy`: what listens on the port itself. */
  part: 'instance' | 'surge' | 'proxy'
}

/** What a dependent waits for. `ready`, the default, means healthy if the dependency has a health check, else up. */
export const DEPENDENCY_CONDITIONS = ['ready', 'started', 'healthy', 'completed'] as const
export type DependencyCondition = (typeof DEPENDENCY_CONDITIONS)[number]

/** Shell command lines that run in the process's `cwd` on its events. `TUIX_…` variables describe the event. */
export interface HooksConfig {
  /** The process is ready. */
  onReady?: string
  /** The process failed. */
  onCrash?: string
  /** The process is about to be restarted. */
  onRestart?: string
  /** The process was stopped. */
  onStop?: string
  /** The process failed too often and stays down. */
  onGiveUp?: string
}

export const STOP_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGKILL'] as const
export type StopSignal = (typeof STOP_SIGNALS)[number]

/** Files to watch for changes, with every default applied. */
export interface ResolvedWatch {
  /** Globs, absolute or relative to `cwd`. */
  paths: string[]
  ignore: string[]
  /** ms. */
  debounce: number
  /** Absolute. */
  cwd: string
  /** ms between polls of the files. False: never. Absent: `POLL_INTERVAL`, on file systems that report no changes. */
  polling?: number | false
}

/** ms between polls of watched files, unless the config sets an interval. */
export const POLL_INTERVAL = 1000

/** A process's config as the supervisor keeps it: every default applied, paths absolute, the command line split. */
export interface ResolvedProcess {
  name: string
  /** As written, for display. */
  command: string
  /** The program to spawn: the interpreter, if there is one. It is looked up in the `PATH` of the process's environment. */
  program: string
  args: string[]
  cwd: string
  env: Record<string, string>
  autostart: boolean
  /** False: only by its name. Absent: like all others. */
  startWithAll?: false
  autorestart: boolean | 'on-failure'
  restartDelay: number
  maxRestartDelay: number
  maxRestarts: number | 'unlimited'
  stableAfter: number
  stopSignal: StopSignal
  stopTimeout: number
  stopCommand?: string
  daemon?: true
  /** Absolute. */
  pidFile?: string
  minUptime: number
  stopExitCodes: number[]
  watch: ResolvedWatch | null
  /** MB. */
  maxMemory: number | null
  /** Percent of one core. */
  maxCpu: number | null
  heapSnapshot: boolean
  /** That of `ports`, if they are named. */
  port: number | 'auto' | null
  /** Absent: its port is its own. */
  share?: SharedPort
  /** With a `port` of `auto`: the one to take while it is free. */
  preferredPort?: number
  /** Absent: none are named. */
  ports?: Record<string, PortWish>
  /** Short forms of the references in its texts, which each start replaces. Absent: the texts are as they are. */
  references?: string[]
  ipc: boolean
  /** Absent: nothing. */
  otlp?: true | 'metrics' | 'logs'
  instances: number
  instanceVariable: { name: string; from: number } | null
  /** Declared name of which this process is an instance; null if it is not an instance. */
  instanceOf: string | null
  dependsOn: Record<string, DependencyCondition>
  schedule: string | null
  timezone: string | null
  hooks: HooksConfig
  /** Absolute. If absent, the supervisor uses its default inside its folder. */
  logFile?: string
  errorFile?: string
  /** MB. */
  maxLogSize: number
  maxLogFiles: number
  compressLogs: boolean
  mergeLogs: boolean
  group?: string
  healthCheck: ResolvedHealthCheck | null
  onUnhealthy: 'restart' | 'none'
  /** ms. */
  startTimeout: number
  onStartTimeout: 'fail' | 'ready'
  persist?: boolean
  /** Place of the declaration, for messages: `processes.json: processes[2]`. Absent if declared through the library. */
  origin?: string
  /** Config that declares the process: the absolute path of its file, or the folder of an app that declares it in code. */
  source?: string
}

/** A process in an object that has the names as keys. */
export type KeyedProcess<Name extends string = string> = Omit<ProcessConfig<Name>, 'name'>

/** Options of `createProcessManager` and of the plugin. A config file has them too. */
export interface ProcessManagerConfig<Name extends string = string> {
  /** Folder of the supervisor's state. Default `.tuix` beside the config file, or in the manager's `cwd`. */
  tuixDir?: string
  /** `autorestart` of every process that does not set it. */
  autoRestart?: boolean | 'on-failure'
  /** `maxRestarts` of every process that does not set it. */
  maxRestarts?: number | 'unlimited'
  /** `restartDelay` of every process that does not set it, in ms. */
  restartDelay?: number
  /** Settings of every process. A process's own settings override them; `env` is merged variable by variable. */
  defaults?: Omit<ProcessConfig<Name>, 'name' | 'command' | 'args'>
  /** Open the web listener when processes are started: a dashboard, the API, metrics and MCP over HTTP. Default false. */
  web?: boolean | WebConfig
  /** Start the proxy of the user before the processes, so that they have names: `http://web.shop.localhost:1355`. Default false. */
  proxy?: boolean
  /** Whom to tell what goes wrong, and when it is over. Default nobody. */
  alerts?: AlertConfig[]
  /** Other places for the same processes, by name, for `--target`: hosts over SSH, or a Docker Swarm. Default none. */
  targets?: Record<string, TargetConfig>
  /** Processes to declare: a list, or an object with the names as keys. */
  processes?: ProcessConfig<Name>[] | Record<Name, KeyedProcess<Name>>
  /** Another word for `processes`. */
  services?: ProcessConfig<Name>[] | Record<Name, KeyedProcess<Name>>
}
