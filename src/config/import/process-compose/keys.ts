import type { Keys } from '../notes.ts'

const TERMINAL = 'is not carried over: a process has no terminal here'
const WHOLE_PROJECT = 'is not carried over: the end of one process never ends the others'
const AS_USER = 'is not carried over: processes run as the user who starts them'

/** Keys of a process. Their own keys are below. */
export const PROCESS_KEYS: Keys = {
  supported: [
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
      'is_template_disabled',
      'is_disabled',
      'vars',
      'success_exit_codes',
      'watch',
      'schedule',
    ],
    // Descriptions, and settings of the screen of process-compose.
    ...['description', 'disable_ansi_colors', 'name', 'is_daemon'],
  ],
  unsupported: {
    launch_timeout_seconds: 'is not carried over: `startTimeout` limits the start',
    is_foreground: TERMINAL,
    is_tty: TERMINAL,
    is_interactive: TERMINAL,
    is_elevated: AS_USER,
    mcp: 'is not carried over',
    truncate_log: 'is not carried over: `tuix-ps flush` empties a log',
  },
}

export const PROJECT_KEYS: Keys = {
  supported: [
    ...[
      'processes',
      'environment',
      'vars',
      'shell',
      'log_configuration',
      'is_dotenv_disabled',
      'disable_env_expansion',
    ],
    // Settings of process-compose itself: its own log, its screen, its strictness.
    ...['version', 'name', 'is_strict', 'log_level', 'log_length', 'log_format', 'is_tui_disabled', 'ordered_shutdown'],
  ],
  unsupported: {
    log_location: 'is not carried over: each process has its own logs; `tuix-ps logs` shows them together',
    env_cmds: 'is not carried over: set the variables at the start: `NAME="$(command)" tuix-ps start`',
    mcp_server: 'is not carried over',
    theme: 'is not carried over',
  },
}

export const AVAILABILITY_KEYS: Keys = {
  supported: ['restart', 'backoff_seconds', 'max_restarts'],
  unsupported: { exit_on_end: WHOLE_PROJECT, exit_on_skipped: WHOLE_PROJECT },
}

export const SHUTDOWN_KEYS: Keys = {
  supported: ['command', 'signal', 'timeout_seconds'],
  unsupported: {
    parent_only: 'is not carried over: a stop also stops everything that the process has started',
  },
}

export const PROBE_KEYS: Keys = {
  supported: [
    ...['exec', 'http_get', 'initial_delay_seconds', 'period_seconds', 'timeout_seconds', 'failure_threshold'],
    'success_threshold',
  ],
  unsupported: {},
}

export const EXEC_KEYS: Keys = { supported: ['command', 'working_dir'], unsupported: {} }

export const HTTP_KEYS: Keys = {
  supported: ['host', 'scheme', 'path', 'port', 'num_port', 'method', 'status_code', 'headers'],
  unsupported: {},
}

const RENDERING = 'is not carried over: logs are kept as they are written'

export const LOGGING_KEYS: Keys = {
  supported: ['rotation'],
  unsupported: Object.fromEntries(
    [
      ...['fields_order', 'disable_json', 'timestamp_format', 'no_color', 'no_metadata', 'add_timestamp'],
      'flush_each_line',
    ].map((key) => [key, RENDERING]),
  ),
}

export const ROTATION_KEYS: Keys = {
  supported: ['max_size_mb', 'max_backups', 'compress'],
  unsupported: {
    max_age_days: 'is not carried over: archives are limited by `maxLogSize` and `maxLogFiles`',
    directory: 'is not carried over: archives are beside their log',
    filename: 'is not carried over: archives are beside their log',
  },
}

export const WATCH_KEYS: Keys = {
  supported: ['paths', 'debounce', 'max_entries', 'buffer_size'],
  unsupported: {
    cascade: 'is not carried over: a change restarts only this process',
    disable_default_excludes: 'is not carried over: `node_modules` and `.git` are never watched',
  },
}

export const SCHEDULE_KEYS: Keys = {
  supported: ['cron'],
  unsupported: {
    timezone: 'is not carried over: a schedule is in local time',
    interval: 'is not carried over: write it as a `cron` expression',
    run_on_start: 'is not carried over: the first run is at the scheduled time',
    max_concurrent: 'is not carried over: it never runs twice at once',
  },
}

export const SHELL_KEYS: Keys = {
  supported: ['shell_command', 'shell_argument'],
  unsupported: { elevated_shell_command: AS_USER, elevated_shell_argument: AS_USER },
}
