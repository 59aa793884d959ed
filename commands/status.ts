import { type ProcessDetail, type ProcessManager, ProcessManagerError } from '../src/index.ts'
import { type Command, type CommandContext, EXIT } from './command.ts'
import { loadDeclarations } from './declarations.ts'
import { listTable } from './format/list.ts'
import { maskState } from './format/mask.ts'
import { statusPage } from './format/page.ts'
import { supervisorText } from './format/supervisor.ts'
import { widthOf } from './list.ts'
import { openManager } from './session.ts'
import { unknownProcess } from './usage.ts'

const LAST_LINES = 10

export const status: Command = {
  name: 'status',
  aliases: ['show'],
  summary: 'Show one process in full, or the supervisor and all processes',
  usage: 'status [name] [options]',
  options: [{ flags: '--reveal', summary: 'Show secrets instead of ••••' }],
  examples: [
    ['status web', 'What runs, since when, why it last stopped, its last lines'],
    ['status web --json', 'One object, the config included'],
    ['status', 'Who supervises, and all processes'],
  ],
  async run(context) {
    const { names } = context
    if (names.length > 1) throw new ProcessManagerError('usage', `status takes one name, but got ${names.join(' ')}`)
    const manager = await openManager(context)
    try {
      return names[0] === undefined ? await showAll(context, manager) : await showOne(context, manager, names[0])
    } finally {
      await manager.close()
    }
  },
}

async function showOne(context: CommandContext, manager: ProcessManager, name: string): Promise<number> {
  const { environment, flags, print, paint } = context
  const found = await manager.status(name).catch((error: unknown) => {
    if (error instanceof ProcessManagerError && error.code === 'unknown-process') return undefined
    throw error
  })
  if (!found) return await showUnknown(context, manager, name)
  const detail = flags.reveal ? found : maskState(found)
  if (flags.json) print(JSON.stringify(detail, null, 2))
  else {
    const lastLines = await manager.logs(name, LAST_LINES)
    print(statusPage(detail, { paint, now: environment.now(), symbols: environment.stdout.isTTY, lastLines }))
  }
  return exitCodeFor(detail)
}

/** As LSB and systemctl: 0 running, 3 not running. */
function exitCodeFor({ status }: ProcessDetail): number {
  return status === 'running' ? EXIT.done : EXIT.notRunning
}

/** A process that was declared but never started is known to the config alone. */
async function showUnknown(context: CommandContext, manager: ProcessManager, name: string): Promise<number> {
  const { origins } = await loadDeclarations(context)
  const known = new Set([...Object.keys(origins), ...(await manager.list()).map((state) => state.name)])
  if (!known.has(name)) throw unknownProcess(name, [...known])
  const { program } = context.environment
  context.note(`${name} was never started (declared in ${origins[name]}); start it with: ${program} start ${name}`)
  return EXIT.notRunning
}

async function showAll(context: CommandContext, manager: ProcessManager): Promise<number> {
  const { environment, flags, print, paint } = context
  const [supervisor, states] = await Promise.all([manager.supervisor(), manager.list()])
  const { tuixDir } = manager
  if (flags.json) {
    print(JSON.stringify({ tuixDir, supervisor, processes: states.map(maskState) }, null, 2))
    return EXIT.done
  }
  const now = environment.now()
  print(supervisorText({ supervisor, tuixDir, paint, now }))
  if (states.length > 0) print(`\n${await listTable(states, { paint, now, width: widthOf(environment.stdout) })}`)
  return EXIT.done
}
