import { existsSync } from 'node:fs'
import { type Outcome, ProcessManager } from '../../src/index.ts'
import { type LoadedConfig, rerunUnderInit, type UnderInit } from '../../src/internal.ts'
import { dateTime } from '../format/units.ts'
import { type CommandContext, EXIT, type Flags } from '../shared/command.ts'
import { oneOf } from '../shared/flag-values.ts'
import { LogPrinter } from '../shared/log-printer.ts'
import { loadDeclarations, noProcessesText, withDeclared } from '../shared/open-manager.ts'
import { reportOutcomes } from '../shared/report.ts'
import { Ending, type Reason } from './ending.ts'
import { declarationsOfService, newsOf, startWanted } from './service.ts'

const STARTS = ['all', 'autostart', 'none', 'wanted'] as const
type Start = (typeof STARTS)[number]

/**
 * Supervises in this process until a signal ends it. Then all processes are stopped, dependents first; the exit code is 0 if
 * none is left. For containers and service units.
 */
export async function runSupervisor(context: CommandContext): Promise<number> {
  const which = startOf(context.flags)
  const init = await rerunUnderInit()
  if (init) return await passSignals(init, context)
  if (init === null) context.warn(NO_INIT)
  const ending = new Ending(context.environment)
  try {
    return await supervise(context, which, ending)
  } finally {
    ending.close()
  }
}

const NO_INIT =
  'running as process 1 without an init, so zombies are not reaped: use `docker run --init` or `init: true`, or install tini'

/** Passes signals on to the supervisor, which runs as a child of the init. */
async function passSignals({ signal, ended }: UnderInit, { environment }: CommandContext): Promise<number> {
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) environment.onSignal(name, () => signal(name))
  return await ended
}

async function supervise(context: CommandContext, which: Start, ending: Ending): Promise<number> {
  const isService = which === 'wanted'
  const declared = isService ? await declarationsOfService(context) : await loadDeclarations(context)
  // What comes back runs as it did, whatever the config says by now, as after a power cut.
  const manager = managerOf(context, isService ? { ...declared, processes: [] } : declared, () =>
    ending.because('released'),
  )
  const news = await newsOf(context, manager)
  try {
    await manager.supervise()
    if (context.flags.logs) printLogs(context, manager, declared)
    log(context, `supervising ${manager.tuixDir}, pid ${process.pid}`)
    if (isService) logFailures(context, await startWanted(context, manager, declared))
    else await startDeclared(context, manager, declared, which)
    ending.reload = () => void reload(context)
    news?.ready()
    const reason = await ending.reason
    if (reason !== 'released') await news?.stopping()
    return await endOf(context, manager, { reason, ending, comesBack: isService })
  } finally {
    news?.close()
    await manager.close()
  }
}

async function startDeclared(context: CommandContext, manager: ProcessManager, declared: LoadedConfig, which: Start) {
  const names = declared.processes
    .filter(({ autostart, startWithAll }) => autostart || (which === 'all' && startWithAll !== false))
    .map(({ name }) => name)
  if (which !== 'none' && names.length > 0)
    logFailures(context, await manager.execute('start', { names }, { wait: false }))
  else if (declared.processes.length === 0) log(context, await noProcessesText(context, declared))
}

function managerOf(context: CommandContext, declared: LoadedConfig, onReleased: () => void): ProcessManager {
  const { tuixDir, folder, processes, origins, defaults, file } = declared
  const source = file ?? folder
  const write = (message: string) => log(context, message)
  const logger = { debug: write, info: write, warn: write, error: write }
  const options = { ...defaults, tuixDir, processes, origins, source, logger, onReleased, onWarning: context.warn }
  return new ProcessManager({ ...options, supervisor: 'foreground' }, folder)
}

/** A failure is only logged, because the restart policy of the process handles it. */
function logFailures(context: CommandContext, outcomes: Outcome[]): void {
  for (const { name, ok, message } of outcomes) if (!ok) log(context, `${name}: ${message}`)
}

/** Applies the current config. An invalid config changes nothing. */
async function reload(context: CommandContext): Promise<void> {
  log(context, 'SIGHUP: applying the config')
  try {
    const outcomes = await withDeclared(context, ({ manager }) => manager.apply({ wait: false }))
    for (const { name, message } of outcomes) log(context, `${name}: ${message}`)
  } catch (error) {
    log(context, `config not applied: ${error instanceof Error ? error.message : String(error)}`)
  }
}

interface End {
  reason: Reason
  ending: Ending
  /** What is up now is started again by the next supervisor of the service. */
  comesBack: boolean
}

async function endOf(
  context: CommandContext,
  manager: ProcessManager,
  { reason, ending, comesBack }: End,
): Promise<number> {
  if (reason === 'released' && !existsSync(manager.tuixDir)) {
    log(context, `${manager.tuixDir} was deleted or renamed: it is not supervised here any more`)
    return EXIT.failed
  }
  if (reason === 'released') {
    log(context, 'another supervisor takes over; the processes keep running')
    return EXIT.done
  }
  log(context, `${reason}: stopping everything`)
  const stopping = manager.execute('stop', { all: true }, { ...(comesBack && { comesBack }) })
  const outcomes = await Promise.race([stopping, ending.hurry])
  if (outcomes === 'hurry') {
    log(context, 'exiting at once; the next supervisor stops the remaining processes')
    return reason === 'SIGINT' ? EXIT.interrupted : EXIT.terminated
  }
  const failed = outcomes.filter(({ ok }) => !ok)
  if (failed.length > 0) return await reportOutcomes(context, failed, { nothing: '' })
  log(context, 'everything has stopped')
  return EXIT.done
}

/** Prints new output of the processes to stdout. Messages of the supervisor already go to stderr. */
function printLogs(context: CommandContext, manager: ProcessManager, { processes }: LoadedConfig): void {
  const printer = new LogPrinter(
    context,
    processes.flatMap(({ name, instances = 1 }) => (instances > 1 ? [`${name}-1`, `${name}-${instances}`] : [name])),
  )
  manager.on('log', (line) => {
    if (line.source !== 'system') printer.line(line)
  })
}

function log({ environment, note, paintError }: CommandContext, message: string): void {
  note(`${paintError('gray', dateTime(environment.now()))} ${message}`)
}

function startOf({ start = 'all' }: Flags): Start {
  return oneOf('--start', start, STARTS)
}
