import type { ProcessManager, ProcessState } from '../src/index.ts'
import { lostLogTexts } from '../src/internal.ts'
import { listText } from './format/list.ts'
import { type Command, type CommandContext, EXIT } from './shared/command.ts'
import { crashHint } from './shared/crash-hint.ts'
import { driftSince, driftText } from './shared/drift.ts'
import { loadDeclarations, withManager } from './shared/open-manager.ts'
import { terminalWidth } from './shared/output.ts'
import { mayReveal, REVEAL_OPTION } from './shared/reveal.ts'
import { isGlob, namedBy } from './shared/selection.ts'
import { oneName, unknownProcess } from './shared/usage.ts'
import { fileSize } from './shared/write-file.ts'

const LAST_LINES = 10

export const status: Command = {
  name: 'status',
  aliases: ['show'],
  summary: 'Show one process in detail, or an overview of all',
  usage: 'status [name] [options]',
  options: [REVEAL_OPTION],
  examples: [
    ['status web', 'Its state, last exit, health, files, processes and last lines'],
    ['status web --json', 'One object, including its config'],
    ['status', 'The supervisor and all processes'],
  ],
  async run(context) {
    const reveal = mayReveal(context)
    const name = context.names.length === 0 ? undefined : oneName(context, 'status')
    return await withManager(context, (manager) =>
      name === undefined ? showAll(context, manager) : showOne(context, manager, name, reveal),
    )
  },
}

async function showOne(
  context: CommandContext,
  manager: ProcessManager,
  name: string,
  reveal: boolean,
): Promise<number> {
  const { environment, flags, print, printJson, paint, symbols } = context
  const others = await manager.list()
  const found = others.find((state) => state.name === name)
  if (isGlob(name)) return await showInstances(context, manager, await namedBy([name], others), reveal)
  // On several targets a name without one means the process on each.
  const isMeant = ({ name: full, instanceOf }: ProcessState) =>
    instanceOf === name || (manager.isElsewhere && full.endsWith(`/${name}`))
  const instances = others.filter(isMeant)
  if (!found && instances.length > 0) return await showInstances(context, manager, instances, reveal)
  if (!found) return await showUnknown(context, others, name)
  const detail = await manager.status(name, { reveal })
  const drift = await driftSince(context, manager, others)
  if (!manager.isElsewhere) for (const text of await lostLogTexts([detail])) context.warn(text)
  if (flags.json) printJson({ ...detail, drift: drift?.changes[name] ?? [] })
  else {
    const [lastLines, tree] = await Promise.all([manager.logs(name, LAST_LINES), manager.tree(name, { reveal })])
    const now = environment.now()
    const { statusPage } = await import('./format/page.ts')
    print(
      statusPage(detail, {
        paint,
        now,
        symbols,
        width: terminalWidth(environment.stdout),
        others,
        lastLines,
        tree,
        sizeOf: manager.isElsewhere ? undefined : fileSize,
        drift: driftText(drift, environment.program, name),
        crash: await crashHint(detail, manager, environment.program),
      }),
    )
  }
  return exitCodeFor([detail])
}

/** Lists the instances that a glob or a declared name stands for. */
async function showInstances(
  context: CommandContext,
  manager: ProcessManager,
  instances: ProcessState[],
  reveal: boolean,
): Promise<number> {
  const { environment, flags, print, printJson, paint, symbols } = context
  if (flags.json) {
    const details = await Promise.all(instances.map(({ name }) => manager.status(name, { reveal })))
    printJson(details)
  } else {
    print(
      await listText(instances, { paint, symbols, now: environment.now(), width: terminalWidth(environment.stdout) }),
    )
  }
  return exitCodeFor(instances)
}

/** Exit codes as in LSB and systemctl: 0 running, 3 not running. */
function exitCodeFor(states: ProcessState[]): number {
  return states.every(({ status }) => status === 'running') ? EXIT.done : EXIT.notRunning
}

/** Reports a process that the config declares but that was never started. */
async function showUnknown(context: CommandContext, states: ProcessState[], name: string): Promise<number> {
  const { origins } = await loadDeclarations(context)
  const known = new Set([...Object.keys(origins), ...states.map((state) => state.name)])
  if (!known.has(name)) throw unknownProcess(name, [...known])
  const { program } = context.environment
  context.note(`${name} was never started (declared in ${origins[name]}); start it with: ${program} start ${name}`)
  return EXIT.notRunning
}

async function showAll(context: CommandContext, manager: ProcessManager): Promise<number> {
  const { environment, flags, print, printJson, paint, symbols } = context
  const [supervisor, states] = await Promise.all([manager.supervisor(), manager.list()])
  const { tuixDir } = manager
  if (flags.json) {
    printJson(manager.isElsewhere ? { processes: states } : { tuixDir, supervisor, processes: states })
    return EXIT.done
  }
  const now = environment.now()
  const { supervisorSummary } = await import('./format/supervisor.ts')
  if (!manager.isElsewhere) print(supervisorSummary({ supervisor, tuixDir, paint, now }))
  if (states.length > 0)
    print(
      `${manager.isElsewhere ? '' : '\n'}${await listText(states, { paint, symbols, now, width: terminalWidth(environment.stdout) })}`,
    )
  return EXIT.done
}
