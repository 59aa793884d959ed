/** What people write about a process. Every default lives in `src/config/`. */
export interface ProcessConfig {
  /** Unique name; becomes a file name: letters, digits, `.`, `_`, `-`, at most 64, starting with a letter or digit. */
  name: string
  /** A program, or a whole command line such as `bun run server.ts` when `args` is absent. No shell is involved. */
  command: string
  /** Arguments of `command`, which is only the program then. */
  args?: string[]
  /** Working directory; relative paths count from the config file's folder (or the manager's `cwd`). */
  cwd?: string
  /** Added to the environment of the command that starts the process; an undefined value (`process.env.X`) counts as absent. */
  env?: Record<string, string | undefined>
  /** Files of variables for `env`, in the syntax of dotenv; relative paths count as those of `cwd` do. `env` wins, a later file over an earlier. */
  envFile?: string | string[]
  /** Start with the supervisor. Default false. */
  autostart?: boolean
  /** Start again when it ends: always (`true`), never (`false`), or only after a failure. Default true. */
  autorestart?: boolean | 'on-failure'
  /** First delay before a restart in ms; grows exponentially with consecutive failures. Default 1000. */
  restartDelay?: number
  /** Restarts in a row before giving up. Default 10. */
  maxRestarts?: number
  /** Signal that asks the process to stop. Default SIGTERM. */
  stopSignal?: StopSignal
  /** Time from the stop signal to SIGKILL in ms. Default 5000. */
  stopTimeout?: number
  /** A process without a health check counts as up when it has lived this long, in ms. Default 300. */
  minUptime?: number
  /** Exit codes that mean "done, do not start again", besides what `autorestart` says. Default none. */
  stopExitCodes?: number[]
  /** Restart when files change. Default false. */
  watch?: boolean
  /** Globs to watch, relative to `cwd`; a folder stands for all that is in it. Default everything in `cwd`. */
  watchPaths?: string[]
  /** Globs not to watch. `node_modules`, `.git`, the state folder and the process's own log files never are. */
  ignoreWatch?: string[]
  /** Quiet time after a change before the restart, in ms. Default 300. */
  watchDebounce?: number
  /** File for stdout. Default `.tuix/logs/NAME.out.log`. */
  logFile?: string
  /** File for stderr. Default `.tuix/logs/NAME.err.log`. */
  errorFile?: string
  /** Size in MB (1,000,000 bytes) from which on a log's beginning is moved into an archive beside it. Default 10. */
  maxLogSize?: number
  /** Archives of each log that are kept. Default 5. */
  maxLogFiles?: number
  /** Compress archives with gzip. Default false. */
  compressLogs?: boolean
  /** One file for both streams, which keeps their exact order. Default false. */
  mergeLogs?: boolean
  /** Memory limit of the whole process tree in MB; over it for several seconds means a restart. */
  maxMemory?: number
  /** CPU limit of the whole process tree in percent of one core; over it for several seconds means a restart. */
  maxCpu?: number
  /** Before a restart for `maxMemory` a Node program writes a heap snapshot beside its logs. Default false. */
  memoryEvidence?: boolean
  /** Port it will listen on: `PORT` in its environment, and free before each start. `auto`: a free one that stays the same. */
  port?: number | 'auto'
  /** A channel for messages between the manager and a Node or Bun program. Default false. */
  ipc?: boolean
  /** How many of it run, named `NAME-1`, `NAME-2`, … if more than one. Default 1. */
  instances?: number
  /** What must be up before it starts and stays until it has stopped: names, or names with what is waited for. */
  dependsOn?: string[] | Record<string, DependencyCondition>
  /** Cron expression in local time: starts it by the clock, never while it still runs. */
  schedule?: string
  /** Command lines that are run when something happens to it. */
  hooks?: HooksConfig
  /** Name of the group that this process belongs to. */
  group?: string
  /** Program that runs `command` (`node`, `python3`, `/bin/sh`). */
  interpreter?: string
  /** How it is told that the process does its work. */
  healthCheck?: HealthCheckConfig
  /** What follows when a process becomes unhealthy: it is restarted, or only shown as unhealthy. Default 'restart'. */
  onUnhealthy?: 'restart' | 'none'
  /** How long a start may take to become healthy, in ms. Default 60000. */
  startTimeout?: number
  /** Keep running when the app that started it through the library ends. Default false in the library, true for `ps start`. */
  persist?: boolean
}

/** What a dependent waits for: `ready` is healthy if the dependency has a health check, else started; the default. */
export const DEPENDENCY_CONDITIONS = ['ready', 'started', 'healthy', 'completed'] as const
export type DependencyCondition = (typeof DEPENDENCY_CONDITIONS)[number]

/** Command lines for the shell, run in the process's `cwd` when something happened to it, the facts in `TUIX_…` variables. */
export interface HooksConfig {
  /** It is ready. */
  onReady?: string
  /** It ended on its own with a failure. */
  onCrash?: string
  /** It is about to be started again. */
  onRestart?: string
  /** It was stopped. */
  onStop?: string
  /** It failed too often and stays down. */
  onGiveUp?: string
}

export interface HealthCheckConfig {
  /** What is done to check it. */
  type: 'output' | 'http' | 'tcp' | 'script' | 'exec'
  /**
   * For `output`: seen on stdout or stderr of this run means healthy. A RegExp may match across lines, at most 16,384
   * characters; its `^` and `$` match at every line's ends.
   */
  outputPattern?: string | RegExp
  /** For `output`: demand the pattern again within every `interval`, instead of once. Default false. */
  repeat?: boolean
  /** For `http`; redirects are not followed. The certificate of a loopback address is not verified. */
  url?: string
  /** For `http`. Default GET. */
  method?: 'GET' | 'POST' | 'HEAD'
  /** For `http`: the status, or the statuses, that mean healthy. Default: 200 to 399. */
  expectedStatus?: number | number[]
  /** For `http`. */
  headers?: Record<string, string>
  /** For `tcp`. Default localhost. */
  host?: string
  /** For `tcp`. */
  port?: number
  /**
   * For `script`: JavaScript with top-level await, or the path of a script file relative to the process's `cwd` (one line
   * that ends in `.js`, `.ts`, `.mjs` or the like). Runs on the supervisor's own runtime; exit code 0 means healthy.
   */
  script?: string
  /** For `exec`: a command line for /bin/sh; exit code 0 means healthy. */
  command?: string
  /** Time between checks in ms; while a process starts they come sooner. Default 30000. */
  interval?: number
  /** Time a check may take in ms. Default 5000. */
  timeout?: number
  /** Failures in a row before the process counts as unhealthy; 0 is like 1. Default 3. */
  retries?: number
  /** Grace period after the start in ms, in which failures do not count. Default 0. */
  startPeriod?: number
}

/** A RegExp as JSON carries it. */
export interface PatternSource {
  source: string
  flags: string
}

/** How often a health check runs and when its failures count; all times in ms. */
export interface HealthRules {
  interval: number
  timeout: number
  retries: number
  startPeriod: number
}

/** A health check with every default applied. */
export type ResolvedHealthCheck = HealthRules &
  (
    | { type: 'output'; outputPattern: string | PatternSource; repeat: boolean }
    | {
        type: 'http'
        url: string
        method: 'GET' | 'POST' | 'HEAD'
        /** Empty: 200 to 399. */
        expectedStatus: number[]
        headers: Record<string, string>
      }
    | { type: 'tcp'; host: string; port: number }
    | { type: 'script'; script: string }
    | { type: 'exec'; command: string }
  )

export const STOP_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGKILL'] as const
export type StopSignal = (typeof STOP_SIGNALS)[number]

/** What is watched for changes. */
export interface ResolvedWatch {
  /** Globs, absolute or relative to `cwd`. */
  paths: string[]
  ignore: string[]
  /** ms. */
  debounce: number
  /** Absolute. */
  cwd: string
}

/** A process's config with every default applied, paths absolute and the command line split: what the supervisor keeps. */
export interface ResolvedProcess {
  name: string
  /** As written, for display. */
  command: string
  /** The program to spawn: the interpreter if there is one. Looked up in the `PATH` of the environment it starts with. */
  program: string
  args: string[]
  cwd: string
  env: Record<string, string>
  autostart: boolean
  autorestart: boolean | 'on-failure'
  restartDelay: number
  maxRestarts: number
  stopSignal: StopSignal
  stopTimeout: number
  minUptime: number
  stopExitCodes: number[]
  watch: ResolvedWatch | null
  /** MB. */
  maxMemory: number | null
  /** Percent of one core. */
  maxCpu: number | null
  memoryEvidence: boolean
  port: number | 'auto' | null
  ipc: boolean
  instances: number
  /** Name that was declared, of which this is one of several instances; `null`: it is what was declared. */
  instanceOf: string | null
  dependsOn: Record<string, DependencyCondition>
  schedule: string | null
  hooks: HooksConfig
  /** Absolute; absent: the supervisor's default inside its folder. */
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
  persist?: boolean
  /** Where it was declared, for messages: `processes.json: processes[2]`; absent: through the library. */
  origin?: string
  /** Which config declares it: the absolute path of its file, or the folder of an app that does so in code; absent: none. */
  source?: string
}

/** A process whose name is the key that it stands under. */
export type KeyedProcess = Omit<ProcessConfig, 'name'>

/** What `createProcessManager` and the plugin take, and the larger part of what a config file says. */
export interface ProcessManagerConfig {
  /** Folder of the supervisor's state. Default `.tuix` beside the config file, or in the manager's `cwd`. */
  tuixDir?: string
  /** `autorestart` of processes that do not say. */
  autoRestart?: boolean | 'on-failure'
  /** `maxRestarts` of processes that do not say. */
  maxRestarts?: number
  /** `restartDelay` in ms of processes that do not say. */
  restartDelay?: number
  /** Settings of all processes. What a process says itself wins; of `env` each variable on its own. */
  defaults?: Omit<ProcessConfig, 'name' | 'command' | 'args'>
  /** Processes to declare: a list, or an object with their names as keys. */
  processes?: ProcessConfig[] | Record<string, KeyedProcess>
}

/** What goes over another config: of a process that is declared there, only what is to be different. */
export interface ConfigChanges extends Omit<ProcessManagerConfig, 'processes'> {
  /** Processes to change or to add: a list, or an object with their names as keys. */
  processes?: (Pick<ProcessConfig, 'name'> & Partial<ProcessConfig>)[] | Record<string, Partial<KeyedProcess>>
}

interface WithProfiles {
  /** Variants by name, one of which `--profile` or `TUIX_PROFILE` selects; it goes over the rest of the config. */
  profiles?: Record<string, ConfigChanges>
}

interface WithoutExtends {
  extends?: undefined
}

interface WithExtends {
  /** Config files that this one goes over, by path, relative to this file; a later one goes over an earlier. */
  extends: string | string[]
}

/** What a config file says: its `processManager` block, or the whole of a `processes.*`. */
export type ProjectConfig = WithProfiles & ((ProcessManagerConfig & WithoutExtends) | (ConfigChanges & WithExtends))
