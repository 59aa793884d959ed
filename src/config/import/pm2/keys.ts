import type { Keys } from '../notes.ts'
import { SUPPORTED } from './schema.ts'

const MONITORING = "is not carried over: it belongs to PM2's own monitoring"
const AS_USER = 'is not carried over: processes run as the user who starts them; run `tuix-ps` as that user'
const TIMES = 'is not carried over: logs are kept as they are written; `tuix-ps logs -t` shows the time of each line'

/** Keys of PM2's apps, except `env_NAME`, which become profiles. */
export const APP_KEYS: Keys = {
  // The keys after SUPPORTED need no note: they have no effect here, or ask for our default behaviour.
  supported: [
    ...SUPPORTED,
    ...['windowsHide', 'vizion', 'username', 'disable_source_map_support', 'disable_trace', 'version', 'treekill'],
    'execute_command',
  ],
  unsupported: {
    uid: AS_USER,
    user: AS_USER,
    gid: AS_USER,
    pid_file: 'is not carried over: `tuix-ps status NAME --json` shows the pid',
    pid: 'is not carried over: `tuix-ps status NAME --json` shows the pid',
    disable_logs: 'is not carried over: logs are always kept, limited by `maxLogSize` and `maxLogFiles`',
    log_type: 'is not carried over: `tuix-ps logs --json` prints lines as JSON',
    log_date_format: TIMES,
    time: TIMES,
    watch_options: 'is not carried over: use `watchPaths`, `ignoreWatch`, `watchDebounce` and `watchPolling`',
    filter_env: 'is not carried over: a process inherits the environment of the command that starts it',
    force: 'is not carried over: a process runs once; use `instances` for more',
    kill_retry_time: 'is not carried over: a stop continues until nothing of the process is left',
    autostart: 'is not carried over: choose with `start NAME` or `start --all`',
    trace: MONITORING,
    v8: MONITORING,
    io: MONITORING,
    pmx: MONITORING,
    automation: MONITORING,
    deep_monitoring: MONITORING,
    event_loop_inspector: MONITORING,
    post_update: 'is not carried over: there is no deployment here',
    install_url: 'is not carried over: there are no modules here',
    name_prefix: 'is not carried over: write the whole `name`',
    append_env_to_name: 'is not carried over: a process has the same name in every profile',
  },
}

/** Keys beside `apps`. */
export const FILE_KEYS: Keys = {
  supported: ['apps', '$schema'],
  unsupported: { deploy: 'is not carried over: it is for `pm2 deploy`, and there is no deployment here' },
}
