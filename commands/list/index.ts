import type { ProcessManager } from '../../src/index.ts'
import { listText } from '../format/list.ts'
import { type Command, type CommandContext, EVERYWHERE_OPTION, EXIT } from '../shared/command.ts'
import { driftSince, driftText } from '../shared/drift.ts'
import { type ListView, listOptions, SORT_KEYS } from '../shared/list-options.ts'
import { nothingYetText, withManager } from '../shared/open-manager.ts'
import { usageError, withoutNames } from '../shared/usage.ts'

export const list: Command = {
  name: 'list',
  aliases: ['ls', 'ps'],
  summary: 'List all processes',
  usage: 'list [options]',
  options: [
    { flags: '-w, --watch', summary: 'Refresh every second until Ctrl-C (terminal only)' },
    { flags: '--sort <key>', summary: 'Sort by name, status, cpu, memory, uptime or restarts', choices: SORT_KEYS },
    {
      flags: '--filter <key=value>',
      summary: 'Only status=, health=, group= or name= (the last two take globs); repeatable',
      repeatable: true,
    },
    { flags: '--columns <names>', summary: 'Show these columns, in this order: name,status,pid' },
    { flags: '-q, --quiet', summary: 'Print names only' },
    EVERYWHERE_OPTION,
  ],
  otherOptions: {
    '-a': 'leave it out: stopped processes are shown too',
    '--all': 'leave it out: stopped processes are shown too',
    '--status': '… list --filter status=STATUS',
    '--format': '… list --json prints JSON',
    '-o': '… list --json prints JSON',
  },
  examples: [
    ['list', 'All processes in a table'],
    ['list --sort memory --filter status=running', 'Running processes, largest memory first'],
    ['list --everywhere', 'All processes of all your projects on this machine'],
    ['list -q --filter group=jobs', 'Names only, one per line, for scripts'],
    ['list --json', 'An array of objects; memory in MB, uptime in s, cpu in percent'],
  ],
  isEndless: ({ flags }) => flags.watch === true,
  async run(context) {
    withoutNames(context, 'list')
    const { flags } = context
    if (flags.quiet && flags.json) throw usageError('--quiet cannot be combined with --json')
    const { sort, filter, columns, watch } = flags
    // A plain list needs none of this, and has to be fast.
    const isPlain = sort === undefined && filter === undefined && columns === undefined && !watch
    const view = isPlain ? PLAIN : (await import('./view.ts')).listView(context)
    return await withManager(context, async (manager) => {
      if (watch) return await (await import('./watch.ts')).watchList(context, manager, view)
      return await show(context, manager, view)
    })
  },
}

const PLAIN: ListView = { select: (states) => states }

async function show(context: CommandContext, manager: ProcessManager, view: ListView): Promise<number> {
  const { environment, flags, print, printJson, note } = context
  const all = await manager.list()
  const states = view.select(all)
  const drift = await driftSince(context, manager, all)
  const detailed = () => states.map((state) => ({ ...state, drift: drift?.changes[state.name] ?? [] }))
  if (flags.json) printJson(detailed())
  else if (all.length === 0) note(await nothingYetText(context))
  else if (states.length === 0) note(`no process matches the filter (${all.length} in all)`)
  else if (flags.quiet) print(states.map(({ name }) => name).join('\n'))
  else print(await listText(states, await listOptions(context, manager, view)))
  const sentence = driftText(drift, environment.program)
  if (sentence && !flags.json) note(`config ${sentence}`)
  return EXIT.done
}
