import { ProcessManagerError } from '../model/errors.ts'
import { byWord } from '../model/text/text.ts'

/* Settings that other programs have under another name, or not at all, with what to write instead. */

/** Of the config as a whole. */
export const PROJECT_WORDS: Record<string, string> = {
  globalEnv: 'use `defaults.env`',
  logDir: 'use `logFile` of a process; by default logs are in the folder `logs` of `tuixDir`',
  pidDir: 'leave it out: pids are in the state in `tuixDir`',
  autoSave: 'leave it out: every change is saved',
  statsInterval: 'leave it out: usage is measured when it is asked for',
  configPath: 'use `extends`, the option `configFile` of the plugin, or --config',
  skipShutdownHandlers: "leave it out: an app's own handlers are left alone",
  groups: 'use `group` of a process',
}

/** Of a process. */
export const PROCESS_WORDS: Record<string, string> = {
  ...byWord({
    'use `command`': 'cmd script exec run program entrypoint',
    'use `env`': 'environment',
    'use `cwd`': 'working_dir workdir workingDir workingDirectory directory dir',
    'use `autorestart`: true for always, "on-failure", or false for never': 'restartPolicy restart',
    'use `instances`': 'replicas numprocs scale exec_mode',
    'use `dependsOn`': 'dependencies requires after',
    'use `maxRestarts`': 'maxRetries max_restarts retries',
    'use `stopTimeout`': 'kill_timeout killTimeout stop_grace_period stopwaitsecs',
    'use `maxMemory`': 'max_memory_restart maxMemoryRestart',
    'use `schedule`': 'cron cron_restart',
    'use `healthCheck`': 'readiness_probe liveness_probe wait_ready',
    'use `logFile`': 'out_file stdout stdout_logfile',
    'use `errorFile`': 'stderr stderr_logfile',
    'use `group`': 'namespace',
    'use `startWithAll: false` for a process that starts only by its name': 'enabled disabled is_disabled',
    'use `startTimeout` for the start, or `stopTimeout` for the stop': 'timeout listen_timeout',
    'a process has the user of its supervisor; use a command such as setpriv or sudo': 'uid user',
    'a process has no terminal; use a command such as script -qefc': 'pty tty',
    'keys that begin with `x-` are yours, such as `x-description`': 'description labels',
  }),
  id: 'use `name`',
  gid: 'a process has the group of its supervisor; use a command such as setpriv or sudo',
  logPreset: 'leave it out: the levels of lines are found without it',
  skipValidation: 'leave it out: a command is tried when it starts',
}

/** Of `deploy`. */
export const DEPLOY_WORDS: Record<string, string> = byWord({
  'use `replicas`': 'instances scale count',
  'use `constraints`': 'placement',
  'use `update`': 'update_config updateConfig rollback_config',
  'use `resources`': 'limits memory cpus',
  'use `healthCommand`': 'healthcheck healthCheck',
  'a cluster restarts by `autorestart`, `restartDelay` and `maxRestarts` of the process':
    'restart_policy restartPolicy restart',
})

/** Of a health check. */
export const HEALTH_WORDS: Record<string, string> = {
  startupDelay: 'use `startPeriod`',
  pattern: 'use `type: "output"` with `outputPattern`',
}

/**
 * Refuses options in code that are settings of the config as a whole under another name. Others are left alone: an app may pass
 * on more than it means. Throws a `config` error.
 */
export function refuseOtherWords(options: object): void {
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  const key = given.map(([name]) => name).find((name) => Object.hasOwn(PROJECT_WORDS, name))
  if (key !== undefined) throw new ProcessManagerError('config', `\`${key}\` is not a setting; ${PROJECT_WORDS[key]}`)
}
