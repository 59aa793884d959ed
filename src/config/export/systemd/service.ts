import { dirname, isAbsolute } from 'node:path'
import {
  assignment,
  unitDuration as duration,
  optional,
  plainValue,
  type UnitSection,
} from '../../../model/boot/unit-file.ts'
import { numberedFile } from '../../../model/config/instances.ts'
import { noteHooks } from '../keys.ts'
import { programOf } from '../program.ts'
import { hasSecret } from '../secrets.ts'
import type { ExportContext, ExportedProcess } from '../types.ts'
import { waitForHealth } from './health.ts'
import type { UnitNames } from './names.ts'
import { commandLine, shellCommand } from './unit.ts'

type Lines = UnitSection[1]

/** The `PATH` that systemd gives to services. */
const USUAL_PATH = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin']

/** The sections of the unit that runs a process. */
export function serviceSections(
  process: ExportedProcess,
  dependencies: ExportedProcess[],
  names: UnitNames,
  context: ExportContext,
): UnitSection[] {
  const { name, config } = process
  const title = config.instances > 1 ? `${name} %i` : name
  const needs = dependencies.flatMap((dependency) => names.units(dependency)).join(' ')
  return [
    [
      'Unit',
      [
        ['Description', `${title} of ${context.project}`],
        ...optional('Requires', needs),
        ['After', `network.target${needs === '' ? '' : ` ${needs}`}`],
        ['PartOf', names.target],
        ...startLimit(process),
      ],
    ],
    ['Service', serviceLines(process, names, context)],
  ]
}

/** As many starts as there may be failures in a row, within the time in which none of them counts as stable. */
function startLimit({ kind, config }: ExportedProcess): Lines {
  const { autorestart, maxRestarts, restartDelay, stableAfter } = config
  if (kind === 'schedule' || autorestart === false) return []
  if (maxRestarts === 'unlimited') return [['StartLimitIntervalSec', '0']]
  const interval = Math.max(1000, (maxRestarts + 1) * (restartDelay + stableAfter))
  return [
    ['StartLimitIntervalSec', duration(Math.ceil(interval / 1000) * 1000)],
    ['StartLimitBurst', String(maxRestarts + 1)],
  ]
}

function serviceLines(process: ExportedProcess, names: UnitNames, context: ExportContext): Lines {
  const { config } = process
  const wait = waitForHealth(process, context)
  const program = programOf(process, context)
  return [
    ['Type', typeOf(process)],
    ...optional('RemainAfterExit', process.isEndAwaited ? 'yes' : undefined),
    ...optional('PIDFile', config.pidFile && plainValue(config.pidFile)),
    ...optional('User', context.user),
    ['Slice', names.slice(config.group)],
    ['WorkingDirectory', plainValue(config.cwd)],
    ...environmentLines(process, program, context),
    ['ExecStart', commandLine([[program], ...process.args])],
    ...(wait ? [['ExecStartPost', shellCommand(wait.line, wait.shell)] as const] : []),
    ...hookLines(process, context),
    ...stopLines(process, context),
    ...restartLines(process),
    ...optional(
      'TimeoutStartSec',
      wait || process.written.startTimeout !== undefined ? duration(config.startTimeout) : undefined,
    ),
    ...limitLines(process),
    ...logLines(process),
  ]
}

function typeOf({ kind, config, isEndAwaited }: ExportedProcess): string {
  if (config.daemon) return 'forking'
  // What waits for a job waits for its end.
  return kind === 'schedule' || isEndAwaited ? 'oneshot' : 'exec'
}

/** The program that a command line begins with, also if a shell runs the line. */
function firstProgram({ config }: ExportedProcess, program: string, { findProgram }: ExportContext): string {
  const [word] = program === '/bin/sh' ? (/^[\w.-]+/.exec(config.command.trim()) ?? []) : []
  return word === undefined ? program : (findProgram(word) ?? program)
}

function environmentLines(process: ExportedProcess, program: string, context: ExportContext): Lines {
  const { name, config, env, secrets, files } = process
  const { notes, project } = context
  const variables: Record<string, string> = {}
  // What the program starts in turn, such as `node` by `npm`, is usually beside it.
  const folder = dirname(firstProgram(process, program, context))
  if (isAbsolute(folder) && !USUAL_PATH.includes(folder)) variables.PATH = [folder, ...USUAL_PATH].join(':')
  Object.assign(variables, env)
  if (typeof config.port === 'number') variables.PORT = String(config.port)
  if (config.port === 'auto') notes.add(name, 'port', 'is not carried over: systemd picks no port; give a number')
  const number = config.instanceVariable?.name
  // The specifier must not be escaped, so these are written as they are.
  const numbered = config.instances > 1 ? ['TUIX_INSTANCE=%i', ...(number === undefined ? [] : [`${number}=%i`])] : []
  const single = config.instances === 1 && config.instanceVariable ? config.instanceVariable : null
  if (single) variables[single.name] = String(single.from)
  if (config.instances > 1 && (config.instanceVariable?.from ?? 1) !== 1)
    notes.add(name, 'instanceVariable', 'numbers the units, so `TUIX_INSTANCE` begins with the same number')
  const secretFile = `/etc/${project}/${name}.env`
  if (secrets.length > 0)
    notes.add(
      name,
      'env',
      `has secrets, which are read from ${secretFile}; write it for root alone: ${secrets.join(', ')}`,
    )
  return [
    ...Object.entries(variables).map(([key, value]) => ['Environment', assignment(key, value)] as const),
    ...numbered.map((text) => ['Environment', text] as const),
    ...files.map((file) => ['EnvironmentFile', plainValue(file)] as const),
    ...(secrets.length > 0 ? [['EnvironmentFile', plainValue(secretFile)] as const] : []),
  ]
}

function hookLines(process: ExportedProcess, { notes }: ExportContext): Lines {
  const { name, config } = process
  const { onReady, onCrash } = config.hooks
  const carried = ['onReady', 'onCrash'].filter((hook) => {
    const line = config.hooks[hook as 'onReady' | 'onCrash']
    if (line === undefined || !hasSecret(line)) return true
    notes.add(name, `hooks.${hook}`, 'is not carried over: it has a secret in it')
    return false
  })
  noteHooks(process, ['onReady', 'onCrash'], notes)
  return [
    ...(onReady && carried.includes('onReady') ? [['ExecStartPost', `-${shellCommand(onReady)}`] as const] : []),
    ...(onCrash && carried.includes('onCrash')
      ? [['ExecStopPost', `-${shellCommand(`[ "$SERVICE_RESULT" = success ] || { ${onCrash}; }`)}`] as const]
      : []),
  ]
}

function stopLines({ name, config }: ExportedProcess, { notes }: ExportContext): Lines {
  const { stopCommand, stopSignal, stopTimeout } = config
  const isCarried = stopCommand !== undefined && !hasSecret(stopCommand)
  if (stopCommand !== undefined && !isCarried)
    notes.add(name, 'stopCommand', 'is not carried over: it has a secret in it')
  // systemd gives the pid to the command by another name.
  const line = stopCommand?.includes('TUIX_PID') ? `TUIX_PID=$MAINPID; ${stopCommand}` : stopCommand
  return [
    ...(isCarried && line !== undefined ? [['ExecStop', shellCommand(line)] as const] : []),
    ...optional('KillSignal', stopSignal === 'SIGTERM' ? undefined : stopSignal),
    ['TimeoutStopSec', duration(stopTimeout)],
  ]
}

function restartLines({ kind, config, isEndAwaited }: ExportedProcess): Lines {
  const { autorestart, restartDelay, stopExitCodes } = config
  const codes = stopExitCodes.join(' ')
  if (kind === 'schedule' || autorestart === false) return optional('SuccessExitStatus', codes)
  return [
    // Only a oneshot that fails may be repeated.
    ['Restart', autorestart === true && !isEndAwaited ? 'always' : 'on-failure'],
    ['RestartSec', duration(restartDelay)],
    ...optional('RestartPreventExitStatus', codes),
    ...optional('SuccessExitStatus', codes),
  ]
}

function limitLines({ config }: ExportedProcess): Lines {
  return [
    ...optional('MemoryMax', config.maxMemory === null ? null : `${config.maxMemory}M`),
    ...optional('CPUQuota', config.maxCpu === null ? null : `${config.maxCpu}%`),
  ]
}

function logLines({ config }: ExportedProcess): Lines {
  const { logFile, errorFile, mergeLogs, instances } = config
  const file = (path: string) => {
    // The specifier stands for the number of the instance.
    if (instances === 1) return `append:${plainValue(path)}`
    return `append:${plainValue(numberedFile(path, '\0')).replace('\0', '%i')}`
  }
  // Otherwise systemd would write both streams to the file of stdout.
  const own = errorFile === undefined ? 'journal' : file(errorFile)
  const error = mergeLogs || (logFile === undefined && errorFile === undefined) ? undefined : own
  return [...optional('StandardOutput', logFile && file(logFile)), ...optional('StandardError', error)]
}
