import {
  type LoadedConfig,
  ProcessManager,
  ProcessManagerError,
  rerunUnderInit,
  type UnderInit,
} from '../../src/index.ts'
import { type CommandContext, EXIT, type Flags } from '../command.ts'
import { loadDeclarations } from '../declarations.ts'
import { dateTime } from '../format/units.ts'
import { LogPrinter } from '../log-printer.ts'
import { reportOutcomes } from '../outcomes.ts'
import { openDeclared } from '../session.ts'
import { Ending, type Reason } from './ending.ts'

const STARTS = ['all', 'autostart', 'none'] as const
type Start = (typeof STARTS)[number]

/**
 * Supervises in this very program until a signal asks for the end: then everything is stopped, dependents first, and the
 * exit code is 0 when nothing is left. For a container or a service unit.
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
  'this is process 1, and what is orphaned in this container is not reaped: run it with `docker run --init` or `init: true`, or install tini'

/** The one that does the work runs below. */
async function passSignals({ signal, ended }: UnderInit, { environment }: CommandContext): Promise<number> {
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) environment.onSignal(name, () => signal(name))
  return await ended
}

async function supervise(context: CommandContext, which: Start, ending: Ending): Promise<number> {
  const declared = await loadDeclarations(context)
  const manager = managerOf(context, declared, () => ending.because('released'))
  try {
    await manager.supervise()
    if (context.flags.logs) printLogs(context, manager, declared)
    const names = declared.processes.filter(({ autostart }) => which === 'all' || autostart).map(({ name }) => name)
    tell(context, `supervising ${manager.tuixDir}, pid ${process.pid}`)
    if (which !== 'none' && names.length > 0) await start(context, manager, names)
    else if (declared.processes.length === 0) tell(context, `${declared.file ?? 'no config file'} declares no process`)
    ending.reload = () => void reload(context)
    return await endOf(context, manager, await ending.reason, ending)
  } finally {
    await manager.close()
  }
}

function managerOf(context: CommandContext, declared: LoadedConfig, onReleased: () => void): ProcessManager {
  const { tuixDir, folder, processes, origins, defaults, file } = declared
  const source = file ?? context.environment.cwd
  const say = (message: string) => tell(context, message)
  const logger = { debug: say, info: say, warn: say, error: say }
  const options = { ...defaults, tuixDir, processes, origins, source, logger, onReleased, onWarning: context.warn }
  return new ProcessManager({ ...options, supervisor: 'foreground' }, folder)
}

/** One that does not come up is news, not the end: its restart policy goes on with it. */
async function start(context: CommandContext, manager: ProcessManager, names: string[]): Promise<void> {
  const outcomes = await manager.execute('start', { names }, { wait: false })
  for (const { name, ok, message } of outcomes) if (!ok) tell(context, `${name}: ${message}`)
}

/** What runs is made to match the config as it is now; a config that is wrong changes nothing. */
async function reload(context: CommandContext): Promise<void> {
  tell(context, 'SIGHUP: applying the config')
  try {
    const { manager } = await openDeclared(context)
    const outcomes = await manager.apply({ wait: false }).finally(() => manager.close())
    for (const { name, message } of outcomes) tell(context, `${name}: ${message}`)
  } catch (error) {
    tell(context, `the config was not applied: ${error instanceof Error ? error.message : String(error)}`)
  }
}

async function endOf(
  context: CommandContext,
  manager: ProcessManager,
  reason: Reason,
  ending: Ending,
): Promise<number> {
  if (reason === 'released') {
    tell(context, 'another supervisor was asked for; the processes keep running')
    return EXIT.done
  }
  tell(context, `${reason}: stopping everything`)
  const outcomes = await Promise.race([manager.execute('stop', { all: true }), ending.hurry])
  if (outcomes === 'hurry') {
    tell(context, 'ended at once; the next supervisor goes on stopping what is left')
    return reason === 'SIGINT' ? EXIT.interrupted : EXIT.terminated
  }
  const failed = outcomes.filter(({ ok }) => !ok)
  if (failed.length > 0) return reportOutcomes(context, failed, { nothing: '' })
  tell(context, 'everything has stopped')
  return EXIT.done
}

/** What processes print from now on, on stdout; what the supervisor says is on stderr already. */
function printLogs(context: CommandContext, manager: ProcessManager, { processes }: LoadedConfig): void {
  const printer = new LogPrinter(
    context,
    processes.flatMap(({ name, instances = 1 }) => (instances > 1 ? [`${name}-1`, `${name}-${instances}`] : [name])),
  )
  manager.on('log', (log) => {
    if (log.source !== 'system') printer.line(log)
  })
}

function tell({ environment, note, paintError }: CommandContext, message: string): void {
  note(`${paintError('gray', dateTime(environment.now()))} ${message}`)
}

function startOf({ start = 'all' }: Flags): Start {
  const which = STARTS.find((name) => name === start)
  if (!which) throw new ProcessManagerError('usage', `--start is all, autostart or none, not ${start}`)
  return which
}
