import { type ProcessManager, ProcessManagerError, type ProcessState } from '../src/index.ts'
import { type Command, type CommandContext, EXIT } from './command.ts'
import { loadDeclarations } from './declarations.ts'
import { driftSince, driftText } from './drift.ts'
import { sizeOf } from './file-size.ts'
import { listText } from './format/list.ts'
import { supervisorText } from './format/supervisor.ts'
import { widthOf } from './list-options.ts'
import { isGlob } from './names.ts'
import { mayReveal } from './reveal.ts'
import { namedBy } from './selection.ts'
import { openManager } from './session.ts'
import { unknownProcess } from './usage.ts'

const LAST_LINES = 10

export const status: Command = {
  name: 'status',
  aliases: ['show'],
  summary: 'Show one process in full, or all and who supervises',
  usage: 'status [name] [options]',
  options: [{ flags: '--reveal', summary: 'Show secrets instead of ••••, on a terminal only' }],
  examples: [
    ['status web', 'What runs, since when, why it last stopped, its last lines'],
    ['status web --json', 'One object, the config included'],
    ['status', 'Who supervises, and all processes'],
  ],
  async run(context) {
    const { names } = context
    const reveal = mayReveal(context)
    if (names.length > 1) throw new ProcessManagerError('usage', `status takes one name, but got ${names.join(' ')}`)
    const manager = await openManager(context)
    try {
      return names[0] === undefined
        ? await showAll(context, manager)
        : await showOne(context, manager, names[0], reveal)
    } finally {
      await manager.close()
    }
  },
}

async function showOne(
  context: CommandContext,
  manager: ProcessManager,
  name: string,
  reveal: boolean,
): Promise<number> {
  const { environment, flags, print, paint, symbols } = context
  const others = await manager.list()
  const found = others.find((state) => state.name === name)
  if (isGlob(name)) return await showInstances(context, manager, await namedBy([name], others), reveal)
  const instances = others.filter(({ instanceOf }) => instanceOf === name)
  if (!found && instances.length > 0) return await showInstances(context, manager, instances, reveal)
  if (!found) return await showUnknown(context, others, name)
  const detail = await manager.status(name, { reveal })
  const drift = await driftSince(context, manager, others)
  if (flags.json) print(JSON.stringify({ ...detail, drift: drift?.changes[name] ?? [] }, null, 2))
  else {
    const [lastLines, tree] = await Promise.all([manager.logs(name, LAST_LINES), manager.tree(name, { reveal })])
    const now = environment.now()
    const { statusPage } = await import('./format/page.ts')
    print(
      statusPage(detail, {
        paint,
        now,
        symbols,
        width: widthOf(environment.stdout),
        others,
        lastLines,
        tree,
        sizeOf,
        drift: driftText(drift, environment.program, name),
      }),
    )
  }
  return exitCodeFor([detail])
}

/** A glob, or a declared name that several run under: how each of them is. */
async function showInstances(
  context: CommandContext,
  manager: ProcessManager,
  instances: ProcessState[],
  reveal: boolean,
): Promise<number> {
  const { environment, flags, print, paint, symbols } = context
  if (flags.json) {
    const details = await Promise.all(instances.map(({ name }) => manager.status(name, { reveal })))
    print(JSON.stringify(details, null, 2))
  } else {
    print(await listText(instances, { paint, symbols, now: environment.now(), width: widthOf(environment.stdout) }))
  }
  return exitCodeFor(instances)
}

/** As LSB and systemctl: 0 running, 3 not running. */
function exitCodeFor(states: ProcessState[]): number {
  return states.every(({ status }) => status === 'running') ? EXIT.done : EXIT.notRunning
}

/** A process that was declared but never started is known to the config alone. */
async function showUnknown(context: CommandContext, states: ProcessState[], name: string): Promise<number> {
  const { origins } = await loadDeclarations(context)
  const known = new Set([...Object.keys(origins), ...states.map((state) => state.name)])
  if (!known.has(name)) throw unknownProcess(name, [...known])
  const { program } = context.environment
  context.note(`${name} was never started (declared in ${origins[name]}); start it with: ${program} start ${name}`)
  return EXIT.notRunning
}

async function showAll(context: CommandContext, manager: ProcessManager): Promise<number> {
  const { environment, flags, print, paint, symbols } = context
  const [supervisor, states] = await Promise.all([manager.supervisor(), manager.list()])
  const { tuixDir } = manager
  if (flags.json) {
    print(JSON.stringify({ tuixDir, supervisor, processes: states }, null, 2))
    return EXIT.done
  }
  const now = environment.now()
  print(supervisorText({ supervisor, tuixDir, paint, now }))
  if (states.length > 0)
    print(`\n${await listText(states, { paint, symbols, now, width: widthOf(environment.stdout) })}`)
  return EXIT.done
}
