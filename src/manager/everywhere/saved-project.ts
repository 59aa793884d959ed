import { setTimeout as pause } from 'node:timers/promises'
import { findSupervisor } from '../../client/find.ts'
import { readStateHere } from '../../client/read-state.ts'
import { ProcessManagerError } from '../../model/errors.ts'
import { leaderOf, needsSupervisor } from '../../model/lifecycle/phase.ts'
import type { ManagedProcess } from '../../model/lifecycle/process.ts'
import { planOf } from '../../model/planning/dry-run.ts'
import type { Selection } from '../../model/planning/requests.ts'
import { select } from '../../model/planning/select.ts'
import type { Outcome } from '../../model/views/outcome.ts'
import type { ProcessState } from '../../model/views/state.ts'
import { controlBy } from '../../protocol/carrier.ts'
import type { PlanRequest } from '../../protocol/inputs.ts'
import type { Control, Operation } from '../../protocol/operations.ts'
import { sourceOf } from '../../storage/paths.ts'
import { isAlive } from '../../system/process/identity.ts'
import { AtRest } from '../at-rest.ts'

/** ms between looks for a supervisor, while somebody follows the logs or events of a project without one. */
const LOOK_EVERY = 1000

const LOST = 'nothing supervises it; the next command in its folder brings it back'

export interface SavedProjectOptions {
  tuixDir: string
  /** Brings a supervisor up, for what only one can do. */
  launch(): Promise<Control>
}

/**
 * The operations of a project without a supervisor. Questions are answered from its files: a question about all projects must
 * not bring up what each of them once had running.
 */
export function savedProject(options: SavedProjectOptions): Control {
  return controlBy({
    ask: (name, input) => ask(options, name, input),
    listen: (name, input, signal, listening) => listen(options, name, input, signal, listening),
  })
}

/** The next attempt reaches the supervisor that has come up since. */
async function refuseIfSupervised(tuixDir: string): Promise<void> {
  if (await findSupervisor(tuixDir)) throw new Error('a supervisor has come up')
}

async function ask({ tuixDir, launch }: SavedProjectOptions, name: Operation, input: object): Promise<unknown> {
  await refuseIfSupervised(tuixDir)
  const saved = readStateHere(tuixDir).processes
  const rest = new AtRest(tuixDir, saved.map(asItIs))
  const lost = new Set(saved.filter(isLost).map(({ config }) => config.name))
  const withReason = (state: ProcessState): ProcessState => (lost.has(state.name) ? { ...state, reason: LOST } : state)
  const { name: one = '' } = input as { name?: string }
  switch (name) {
    case 'list':
      return rest.list(input).map(withReason)
    case 'status':
      return withReason(rest.status(one, input))
    case 'tree':
      return await rest.tree(one, input)
    case 'trees':
      return await rest.trees(input)
    case 'logs':
      return await (await inspector(tuixDir)).page(input)
    case 'history':
      return await (await events(tuixDir)).history(input)
    case 'crashes':
      return (await import('../../storage/crashes.ts')).listCrashes(tuixDir, (input as { name?: string }).name)
    case 'crash':
      return (await import('../../storage/crashes.ts')).readCrash(tuixDir, (input as { id: string }).id)
    case 'stats':
    case 'info':
      throw new ProcessManagerError('not-running', `${one || tuixDir} is not running`)
    case 'plan': {
      const { action = 'apply', ...selection } = input as PlanRequest
      if (action !== 'stop' && action !== 'remove') break
      return await planOf({ action, selection, source: undefined }, saved, async () => new Map())
    }
    case 'stop':
      if (!saved.some(needsSupervisor)) return stopped(rest, saved, input)
      break
    default:
  }
  return await ((await launch())[name] as (input: object) => Promise<unknown>)(input)
}

/** Nothing runs that could be stopped. */
function stopped(rest: AtRest, saved: ManagedProcess[], selection: Selection): Outcome[] {
  const configs = saved.map(({ config }) => config)
  return select(selection, configs).map((name): Outcome => {
    const state = rest.list().find((each) => each.name === name)
    if (state) return { name, ok: true, result: 'already-stopped', message: 'already stopped', warnings: [], state }
    const message = `no process is named \`${name}\``
    return { name, ok: false, result: 'failed', code: 'unknown-process', message, warnings: [] }
  })
}

async function* listen(
  { tuixDir }: SavedProjectOptions,
  name: Operation,
  input: object,
  signal: AbortSignal,
  listening: () => void = () => {},
): AsyncGenerator<unknown, void, undefined> {
  await refuseIfSupervised(tuixDir)
  const end = new AbortController()
  const until = AbortSignal.any([signal, end.signal])
  const watch = endWhenSupervised(tuixDir, end, until)
  try {
    if (name === 'followLogs') yield* (await inspector(tuixDir)).follow(input, until, listening)
    else if (name === 'followHistory') yield* (await events(tuixDir)).follow(input, until, listening)
    else {
      // Without a supervisor there are no events.
      listening()
      await watch
    }
  } finally {
    end.abort()
  }
}

async function endWhenSupervised(tuixDir: string, end: AbortController, until: AbortSignal): Promise<void> {
  while (!until.aborted) {
    if (await findSupervisor(tuixDir).catch(() => null)) end.abort()
    else await pause(LOOK_EVERY, undefined, { signal: until, ref: true }).catch(() => {})
  }
}

/** What was up and whose leader is gone is down, whatever was saved last. */
function asItIs(process: ManagedProcess): ManagedProcess {
  return isLost(process) ? { ...process, phase: { type: 'stopped', why: null } } : process
}

function isLost(process: ManagedProcess): boolean {
  const leader = leaderOf(process.phase)
  return needsSupervisor(process) && !(leader && isAlive(leader))
}

async function inspector(tuixDir: string) {
  const { LogInspector } = await import('../../supervisor/inspect/log-inspector.ts')
  const { systemClock } = await import('../../system/clock.ts')
  const { processes } = readStateHere(tuixDir)
  return new LogInspector({
    processes: { snapshot: () => processes },
    logs: { sourceOf: (process) => sourceOf(tuixDir, process) },
    events: { listen: () => () => {} },
    clock: systemClock,
  })
}

async function events(tuixDir: string) {
  const { EventInspector } = await import('../../supervisor/inspect/event-inspector.ts')
  return new EventInspector({ tuixDir })
}
