import { type ProcessManager, ProcessManagerError } from '../src/index.ts'
import { type Command, type CommandContext, EXIT } from './command.ts'
import { driftSince, driftText } from './drift.ts'
import { listText } from './format/list.ts'
import { type ListView, listOptions, SORT_KEYS } from './list-options.ts'
import { openManager } from './session.ts'
import { withoutNames } from './usage.ts'

export const list: Command = {
  name: 'list',
  aliases: ['ls', 'ps'],
  summary: 'Show all processes',
  usage: 'list [options]',
  options: [
    { flags: '-w, --watch', summary: 'Refresh every second until Ctrl-C, on a terminal' },
    { flags: '--sort <key>', summary: 'name, status, cpu, memory, uptime or restarts', choices: SORT_KEYS },
    {
      flags: '--filter <key=value>',
      summary: 'status=, health=, group= or name=, with globs; may be given several times',
      repeatable: true,
    },
    { flags: '--columns <names>', summary: 'These columns, in this order: name,status,pid' },
    { flags: '-q, --quiet', summary: 'Names only' },
  ],
  examples: [
    ['list', 'A table'],
    ['list --sort memory --filter status=running', 'What runs, the largest first'],
    ['list -q --filter group=jobs', 'Names, one a line, for scripts'],
    ['list --json', 'An array of objects; memory in MB, uptime in s, cpu in percent'],
  ],
  async run(context) {
    withoutNames(context, 'list')
    const { flags } = context
    if (flags.quiet && flags.json) throw new ProcessManagerError('usage', 'give --quiet or --json, not both')
    const { sort, filter, columns, watch } = flags
    // A plain list needs nothing of that, and is to be quick.
    const isPlain = sort === undefined && filter === undefined && columns === undefined && !watch
    const view = isPlain ? PLAIN : (await import('./list-view.ts')).listView(context)
    const manager = await openManager(context)
    try {
      if (watch) return await (await import('./list-watch.ts')).watchList(context, manager, view)
      return await show(context, manager, view)
    } finally {
      await manager.close()
    }
  },
}

const PLAIN: ListView = { select: (states) => states }

async function show(context: CommandContext, manager: ProcessManager, view: ListView): Promise<number> {
  const { environment, flags, print, note } = context
  const all = await manager.list()
  const states = view.select(all)
  const drift = await driftSince(context, manager, all)
  const detailed = () => states.map((state) => ({ ...state, drift: drift?.changes[state.name] ?? [] }))
  if (flags.json) print(JSON.stringify(detailed(), null, 2))
  else if (all.length === 0)
    note(`no processes yet; start those of the config with: ${environment.program} start --all`)
  else if (states.length === 0) note(`none of ${all.length} processes is like that`)
  else if (flags.quiet) print(states.map(({ name }) => name).join('\n'))
  else print(await listText(states, await listOptions(context, manager, view)))
  const sentence = driftText(drift, environment.program)
  if (sentence && !flags.json) note(`config ${sentence}`)
  return EXIT.done
}
