import type { Keys } from '../notes.ts'

const TERMINAL = 'is not carried over: a process has no terminal here'
const WHOLE_PROJECT = 'is not carried over: what one process does ends no other'
const AS_USER = 'is not carried over: processes run as the user who starts them'
const OWN_FILE = 'is not carried over: it is about other files; convert them one by one'

/** What becomes of the keys of a process. Those with keys of their own are further below. */
export const PROCESS_KEYS: Keys = {
  carried: [
    ...[
      'command',
      'entrypoint',
      'working_dir',
      'environment',
      'env_file',
      'depends_on',
      'readiness_probe',
      'liveness_probe',
    ],
    ...[
      'ready_log_line',
      'availability',
      'shutdown',
      'namespace',
      'replicas',
      'log_location',
      'log_configuration',
      'disabled',
    ],
    ...[
      'is_dotenv_disabled',
      'disable_env_expansion',
      'disable_command_rendering',
      'vars',
      'success_exit_codes',
      'watch',
      'schedule',
    ],
    // For people, and for the screen of process-compose.
    ...['description', 'disable_ansi_colors', 'name'],
  ],
  reasons: {
    is_daemon: 'is not carried over: let the program stay in the foreground, so that its end is seen',
    launch_timeout_seconds: 'is not carried over: `startTimeout` is for a process with a health check',
    is_foreground: TERMINAL,
    is_tty: TERMINAL,
    is_interactive: TERMINAL,
    is_elevated: AS_USER,
    is_disabled: 'is not carried over: write `disabled: true`',
    mcp: 'is not carried over',
    truncate_log: 'is not carried over: `tuix-ps flush` empties a log',
    extends: OWN_FILE,
  },
}

export const PROJECT_KEYS: Keys = {
  carried: [
    ...[
      'processes',
      'environment',
      'vars',
      'shell',
      'log_configuration',
      'is_dotenv_disabled',
      'disable_env_expansion',
    ],
    // About process-compose itself: its own log, its screen, how strict it is.
    ...['version', 'name', 'is_strict', 'log_level', 'log_length', 'log_format', 'is_tui_disabled', 'ordered_shutdown'],
  ],
  reasons: {
    log_location: 'is not carried over: each process has logs of its own; `tuix-ps logs` shows all of them together',
    env_cmds: 'is not carried over: set the variables before a start, such as with `NAME="$(command)" tuix-ps start`',
    extends: OWN_FILE,
    mcp_server: 'is not carried over',
    theme: 'is not carried over',
  },
}

export const AVAILABILITY_KEYS: Keys = {
  carried: ['restart', 'backoff_seconds', 'max_restarts'],
  reasons: { exit_on_end: WHOLE_PROJECT, exit_on_skipped: WHOLE_PROJECT },
}

export const SHUTDOWN_KEYS: Keys = {
  carried: ['signal', 'timeout_seconds'],
  reasons: {
    command: 'is not carried over: a signal ends a process, with everything that it has started',
    parent_only: 'is not carried over: a stop ends everything that the process has started',
  },
}

export const PROBE_KEYS: Keys = {
  carried: [
    ...['exec', 'http_get', 'initial_delay_seconds', 'period_seconds', 'timeout_seconds', 'failure_threshold'],
    'success_threshold',
  ],
  reasons: {},
}

export const EXEC_KEYS: Keys = { carried: ['command', 'working_dir'], reasons: {} }

export const HTTP_KEYS: Keys = {
  carried: ['host', 'scheme', 'path', 'port', 'num_port', 'method', 'status_code', 'headers'],
  reasons: {},
}

const RENDERING = 'is not carried over: logs are kept as they are written'

export const LOGGING_KEYS: Keys = {
  carried: ['rotation'],
  reasons: Object.fromEntries(
    [
      ...['fields_order', 'disable_json', 'timestamp_format', 'no_color', 'no_metadata', 'add_timestamp'],
      'flush_each_line',
    ].map((key) => [key, RENDERING]),
  ),
}

export const ROTATION_KEYS: Keys = {
  carried: ['max_size_mb', 'max_backups', 'compress'],
  reasons: {
    max_age_days: 'is not carried over: archives go by `maxLogSize` and `maxLogFiles`',
    directory: 'is not carried over: archives are beside their log',
    filename: 'is not carried over: archives are beside their log',
  },
}

export const WATCH_KEYS: Keys = {
  carried: ['paths', 'debounce', 'max_entries', 'buffer_size'],
  reasons: {
    cascade: 'is not carried over: a change restarts this process alone',
    disable_default_excludes: 'is not carried over: `node_modules` and `.git` never count',
  },
}

export const SCHEDULE_KEYS: Keys = {
  carried: ['cron'],
  reasons: {
    timezone: 'is not carried over: a schedule is in local time',
    interval: 'is not carried over: write it as a `cron` expression',
    run_on_start: 'is not carried over: the first run is at its time',
    max_concurrent: 'is not carried over: it never runs twice at once',
  },
}

export const SHELL_KEYS: Keys = {
  carried: ['shell_command', 'shell_argument'],
  reasons: { elevated_shell_command: AS_USER, elevated_shell_argument: AS_USER },
}
