import { type BootService, type ServiceText, STOP_GRACE } from './service.ts'

/** The init script of OpenRC, which has services of the system only. */
export function openrcScript(service: BootService): string {
  const { name, project, folder, launcher, user, path, stopWithin } = service
  return `${[
    '#!/sbin/openrc-run',
    '# Written by `tuix-ps boot enable`; removed by `tuix-ps boot disable`.',
    `description=${word(`Processes of ${project} (tuix-ps)`)}`,
    'supervisor=supervise-daemon',
    'command=/bin/sh',
    // OpenRC has a shell read these once more.
    `command_args=${word(word(launcher))}`,
    `directory=${word(word(folder))}`,
    // In the script itself, OpenRC needs a PATH of its own.
    `supervise_daemon_args=${word(`--env ${word(`PATH=${path}`)}`)}`,
    ...(user === null ? [] : [`command_user=${word(user)}`]),
    'respawn_delay=1',
    'respawn_max=0',
    `retry=${word(`TERM/${Math.ceil((stopWithin + STOP_GRACE) / 1000)}/KILL/5`)}`,
    // Root opens the file, so that it must not be in a folder of the user.
    `output_log=/var/log/${name}.log`,
    `error_log=/var/log/${name}.log`,
    'extra_started_commands="reload"',
    '',
    'depend() {',
    '  use net',
    '  after firewall',
    '}',
    '',
    'reload() {',
    '  ebegin "Applying the config of $RC_SVCNAME"',
    '  supervise-daemon "$RC_SVCNAME" --signal HUP',
    '  eend $?',
    '}',
  ].join('\n')}\n`
}

/** See `readUnit`. */
export function readScript(text: string): ServiceText | null {
  const value = (key: string) => {
    const [, quoted] = new RegExp(`^${key}=('.*')$`, 'm').exec(text) ?? []
    return quoted === undefined ? undefined : unquoted(quoted)
  }
  const [folder, environment] = [value('directory'), value('supervise_daemon_args')]
  const [, path] = /^--env ('PATH=.*')$/.exec(environment ?? '') ?? []
  const [, within] = /^retry='TERM\/(\d+)\//m.exec(text) ?? []
  if (folder === undefined || path === undefined || within === undefined) return null
  return {
    folder: unquoted(folder),
    path: unquoted(path).replace('PATH=', ''),
    user: value('command_user') ?? null,
    stopWithin: Number(within) * 1000 - STOP_GRACE,
  }
}

function word(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

function unquoted(text: string): string {
  return text.slice(1, -1).replaceAll("'\\''", "'")
}
