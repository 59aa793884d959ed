import { type BootService, type ServiceText, STOP_GRACE } from './service.ts'
import { assignment, optional, plainValue, unitDuration, unitText, unitWord } from './unit-file.ts'

/** Exit code of wrong arguments, which another attempt does not change. */
const USAGE = '2'

/** The unit of systemd, for the manager of a user or, with a `user`, for that of the system. */
export function systemdUnit({ project, folder, launcher, user, path, stopWithin }: BootService): string {
  const head = '# Written by `tuix-ps boot enable`; removed by `tuix-ps boot disable`.\n'
  return `${head}${unitText([
    [
      'Unit',
      [
        ['Description', plainValue(`Processes of ${project} (tuix-ps)`)],
        ['After', 'network.target'],
        ['RequiresMountsFor', `${unitWord(folder)} ${unitWord(launcher)}`],
        // A project that was deleted is not looked for every second.
        ['ConditionPathExists', plainValue(launcher)],
        ['StartLimitIntervalSec', '0'],
      ],
    ],
    [
      'Service',
      [
        ['Type', 'notify'],
        // The supervisor tells its state by the program `systemd-notify`.
        ['NotifyAccess', 'all'],
        ...optional('User', user),
        ['WorkingDirectory', plainValue(folder)],
        ['Environment', assignment('PATH', path)],
        ['ExecStart', `/bin/sh ${unitWord(launcher).replaceAll('$', '$$$$')}`],
        ['ExecReload', '/bin/kill -HUP $MAINPID'],
        ['Restart', 'on-failure'],
        ['RestartSec', '1s'],
        ['RestartPreventExitStatus', USAGE],
        // Processes outlive a supervisor that was killed, and the next one takes them over.
        ['KillMode', 'process'],
        ['TimeoutStopSec', unitDuration(stopWithin + STOP_GRACE)],
        ['WatchdogSec', '60s'],
        // Any other signal waits until a stopped process goes on.
        ['WatchdogSignal', 'SIGKILL'],
        // The supervisor itself says which process was out of memory, and restarts that one.
        ['OOMPolicy', 'continue'],
        ['Delegate', 'yes'],
      ],
    ],
    ['Install', [['WantedBy', user === null ? 'default.target' : 'multi-user.target']]],
  ])}`
}

/** What only the unit knows of a service: another shell or user may have written it. Null: it is none of ours. */
export function readUnit(text: string): ServiceText | null {
  const value = (key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(text)?.[1]
  const folder = value('WorkingDirectory')
  const [, quoted, plain] = /^Environment=(?:"PATH=(.*)"|PATH=(.*))$/m.exec(text) ?? []
  const path = quoted ?? plain
  const within = millisecondsOf(value('TimeoutStopSec') ?? '')
  if (folder === undefined || path === undefined || within === null) return null
  return {
    folder: folder.replaceAll('%%', '%'),
    user: value('User') ?? null,
    path: path.replace(/\\(["\\])/g, '$1').replaceAll('%%', '%'),
    stopWithin: within - STOP_GRACE,
  }
}

/** A duration as `unitDuration` writes it. */
function millisecondsOf(text: string): number | null {
  const [, number, unit] = /^(\d+)(min|s|ms)$/.exec(text) ?? []
  if (number === undefined) return null
  return Number(number) * { min: 60_000, s: 1000, ms: 1 }[unit as 'min' | 's' | 'ms']
}
