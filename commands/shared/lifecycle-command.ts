import {
  type CommandOptions,
  type Outcome,
  type PlanStep,
  type ProcessManager,
  ProcessManagerError,
  type ProcessState,
  type Selection,
} from '../../src/index.ts'
import type { LoadedConfig } from '../../src/internal.ts'
import { byWord, planStep } from '../../src/internal.ts'
import type { Action } from '../format/progress.ts'
import {
  type Command,
  type CommandContext,
  type CommandOption,
  EVERYWHERE_OPTION,
  EXIT,
  type Flags,
} from './command.ts'
import { noteDrift } from './drift.ts'
import { timeSpan } from './flag-values.ts'
import { type Declared, noProcessesText, withDeclaredForOrder, withManagerForOrder } from './open-manager.ts'
import { refuseOtherNames } from './other-names.ts'
import { DRY_RUN_OPTION, printPlan } from './plan.ts'
import type { Followed } from './progress/follow.ts'
import { reportOutcome, reportOutcomes } from './report.ts'
import { isGlob, isSelected, namesOf, nothingSelected, selectionOf } from './selection.ts'

/** What a lifecycle command does to the selected processes. */
export type LifecycleAction = 'start' | 'stop' | 'restart' | 'reload'

export interface LifecycleCommand extends Pick<Command, 'summary' | 'examples'> {
  action: LifecycleAction
  /** Name of the command. Default: the action. */
  name?: string
  /** The selection if the user selects nothing. Absent: selecting nothing is an error. */
  fallback?: Selection
}

const UP = {
  '… run NAME -- COMMAND starts what no config declares': '--command --cwd',
  'names need no option: … start NAME': '--name --only',
  '… start NAME --profile PROFILE uses a variant of the config': '--env',
  'it is a setting of the process in the config': '--watch --cron --max-memory-restart --no-autorestart --interpreter',
  'leave it out: processes run in the background, and … supervisor run stays in the foreground':
    '-d --detach --daemon --no-daemon --attach',
  '… scale NAME=COUNT sets the number of instances': '-i --instances',
}
export const NO_VOLUMES = {
  'there are no volumes here; … remove NAME --logs deletes log files, and … --version shows the version':
    '-v --volumes',
}
const DOWN = {
  ...NO_VOLUMES,
  'a process that has not ended after its `stopTimeout` is killed without it': '-f --force',
  'it is the setting `stopTimeout` of the process in the config': '-t --time',
  '… apply stops what the config no longer declares': '--remove-orphans',
}
const AGAIN = { 'leave it out: the config and the environment are read again': '--update-env' }
const OTHER_OPTIONS: Record<LifecycleAction, Record<string, string>> = {
  start: byWord(UP),
  stop: byWord(DOWN),
  restart: byWord({ ...UP, ...DOWN, ...AGAIN }),
  reload: byWord({ ...UP, ...DOWN, ...AGAIN }),
}

const DOING = { start: 'Starting', stop: 'Stopping', restart: 'Restarting', reload: 'Reloading' } as const

export const SELECT_OPTIONS: CommandOption[] = [
  { flags: '--group <name>', summary: 'Every process in this group' },
  { flags: '--all', summary: 'Every process' },
]

export const NO_WAIT_OPTION: CommandOption = {
  flags: '--no-wait',
  summary: 'Return at once, without waiting until they are up',
}

export const WAIT_OPTIONS: CommandOption[] = [
  { flags: '--wait', summary: 'Wait until processes are up (default)' },
  NO_WAIT_OPTION,
]

export const TIMEOUT_OPTION: CommandOption = {
  flags: '--timeout <time>',
  summary: 'Stop waiting after 30s, 2m or 5000 (ms); exit code 124',
}

/** Makes a command that selects processes, sends one request about them, and reports the outcome of each. */
export function lifecycleCommand({ action, name = action, summary, examples, fallback }: LifecycleCommand): Command {
  const mayWait = action === 'start' || action === 'restart'
  return {
    name,
    aliases: [],
    summary,
    usage: `${name} [name…] [options]`,
    options: [
      ...SELECT_OPTIONS,
      ...(action === 'stop' ? [EVERYWHERE_OPTION] : []),
      DRY_RUN_OPTION,
      ...(mayWait ? WAIT_OPTIONS : []),
      TIMEOUT_OPTION,
    ],
    otherOptions: OTHER_OPTIONS[action],
    examples,
    async run(context) {
      // Stopping does not need the config, which may be broken.
      if (action === 'stop')
        return await withManagerForOrder(context, (manager) => runAction(context, action, { manager }, fallback))
      return await withDeclaredForOrder(context, (opened) => runAction(context, action, opened, fallback))
    },
  }
}

async function runAction(
  context: CommandContext,
  action: LifecycleAction,
  { manager, declared }: Partial<Declared> & { manager: ProcessManager },
  fallback: Selection | undefined,
): Promise<number> {
  const options = commandOptions(context.flags)
  // Once: for a hundred processes the answer takes longer than to stop them. A dry run never starts a supervisor.
  let listed: Promise<ProcessState[]> | undefined
  const states = () => (listed ??= context.flags.dryRun ? manager.saved() : manager.list())
  const declaredNames = declared?.processes.map(({ name }) => name) ?? []
  // Only where they matter, and once: finding them takes a plan of the whole config.
  let found: Promise<string[]> | undefined
  const gone = () => (found ??= declared ? goneFrom(manager) : Promise.resolve([]))
  const known = async () => {
    const goneNames = await gone()
    const others = (await states()).filter(({ name }) => !goneNames.includes(name))
    return [...new Set([...declaredNames, ...namesOf(others)])]
  }
  const selection = (await selectionOf(context, known)) ?? fallback
  if (!selection) throw nothingSelected(action, await known())
  await refuseOtherNames(selection, known)
  const nothing = await nothingText(context, action, selection, declared)
  const plan = () => manager.plan(action, selection)
  // An unknown name is reported with the outcomes of the others.
  const planned = declared && (await plan().catch(ifUnknown))
  await noteLeftOut(context, gone, selection, planned)
  if (context.flags.dryRun) return printPlan(context, action, planned ?? (await plan()), nothing)
  const isEmpty = async () => (await (declared ? manager.saved() : states())).length === 0
  if (!declared?.processes.length && (await isEmpty())) {
    // There is nothing that a supervisor could start or stop, so none has to be started either.
    const [name] = selection.names ?? []
    if (name === undefined && selection.group === undefined) return await reportOutcomes(context, [], { nothing })
    const what =
      name === undefined ? `no process is in group \`${selection.group}\`` : `no process is named \`${name}\``
    const why = declared ? `; ${await noProcessesText(context, declared)}` : ''
    throw new ProcessManagerError('unknown-process', `${what}${why}`)
  }
  const doing = `${DOING[action]} ${selectionText(selection)}`
  const followed = { manager, doing, before: listed, ...progressOf(action, selection, planned) }
  return await runAndReport(context, followed, () => manager.execute(action, selection, options), {
    declared,
    nothing,
  })
}

/** How to follow what is planned; without a plan, what is selected. */
function progressOf(
  action: LifecycleAction,
  selection: Selection,
  planned: PlanStep[] | undefined,
): Pick<Followed, 'actionOf' | 'doneText'> {
  if (!planned) return { actionOf: (state) => (isSelected(state, selection) ? action : null) }
  const steps = new Map(planned.map((step) => [step.name, step]))
  return {
    actionOf({ name }) {
      const step = steps.get(name)
      return step ? actionOf(step, action) : null
    },
    doneText(name) {
      const step = steps.get(name)
      return step?.action === 'remove' ? planStep(step) : undefined
    },
  }
}

/** Dependencies, and what a start finds down, are only started, even by a restart. */
function actionOf(step: PlanStep, action: LifecycleAction): Action {
  if (step.action === 'remove') return 'remove'
  return step.neededBy === undefined ? action : 'start'
}

function ifUnknown(error: unknown): undefined {
  if (!(error instanceof ProcessManagerError) || error.code !== 'unknown-process') throw error
}

/** Names of processes that the config declared before and no longer does. */
async function goneFrom(manager: ProcessManager): Promise<string[]> {
  return (await manager.plan()).filter(({ action }) => action === 'remove').map(({ name }) => name)
}

async function noteLeftOut(
  { environment, names: words, warn }: CommandContext,
  gone: () => Promise<string[]>,
  { names }: Selection,
  planned: PlanStep[] | undefined,
): Promise<void> {
  // A plain name leaves nothing out.
  if (names && !words.some(isGlob)) return
  const removed = planned?.filter(({ action }) => action === 'remove').map(({ name }) => name)
  const goneNames = (await gone()).filter((name) => !removed?.includes(name))
  if (goneNames.length === 0) return
  warn(`no longer declared, so left out: ${goneNames.join(', ')}; remove with: ${environment.program} apply`)
}

export interface RunAndReportOptions {
  /** The config that the command has read. Absent: the command does not use the config. */
  declared?: LoadedConfig | undefined
  /** The message if there are no outcomes. */
  nothing: string
}

/** Sends a request, shows its progress, and reports its outcomes. Resolves with the exit code. */
export async function runAndReport(
  context: CommandContext,
  followed: Omit<Followed, 'onDone'>,
  request: () => Promise<Outcome[]>,
  { declared, nothing }: RunAndReportOptions,
): Promise<number> {
  const { outcomes, reported, took } = await runWithProgress(context, followed, request)
  if (!outcomes) {
    context.note(`interrupted; the supervisor carries on, see: ${context.environment.program} list`)
    return EXIT.interrupted
  }
  if (declared) await noteDrift(declared, followed.manager)
  return await reportOutcomes(context, outcomes, { nothing, reported, took })
}

export interface RunResult {
  /** Null: the user pressed Ctrl-C. */
  outcomes: Outcome[] | null
  /** Names of processes that were reported while the request ran. */
  reported: Set<string>
  /** ms until each process was done, by name. */
  took?: Map<string, number>
}

/** Sends a request and shows its progress, unless the output is JSON or the user does not wait. */
export async function runWithProgress(
  context: CommandContext,
  followed: Omit<Followed, 'onDone'>,
  request: () => Promise<Outcome[]>,
): Promise<RunResult> {
  const reported = new Set<string>()
  if (context.flags.json || context.flags.wait === false) return { outcomes: await request(), reported }
  const { follow } = await import('./progress/follow.ts')
  const onDone: Followed['onDone'] = ({ name, text }, state) => {
    reported.add(name)
    reportOutcome(context, { name, ok: true, message: text, warnings: [], ...(state && { state }) })
  }
  return { ...(await follow(context, { ...followed, onDone }, request)), reported }
}

/** Reads `--wait`, `--no-wait` and `--timeout`. Throws a usage error. */
export function commandOptions({ wait, timeout }: Flags): CommandOptions {
  return {
    ...(wait !== undefined && { wait }),
    ...(timeout !== undefined && { timeout: timeSpan('--timeout', timeout) }),
  }
}

function selectionText({ names, group }: Selection): string {
  return names?.join(', ') ?? (group === undefined ? 'all processes' : `group ${group}`)
}

/** Why there is nothing to start, stop, restart or reload. */
async function nothingText(
  context: CommandContext,
  action: LifecycleAction,
  { group }: Selection,
  declared: LoadedConfig | undefined,
): Promise<string> {
  if (group !== undefined) return `nothing to ${action}: no process is in group ${group}`
  if (!declared) return `nothing to ${action}`
  return `nothing to ${action}: ${await noProcessesText(context, declared)}`
}
