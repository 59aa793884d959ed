import type { HistoryQuery, ProcessEvent, ProcessManager } from '../src/index.ts'
import { type Command, type CommandContext, EXIT } from './command.ts'
import { openManager } from './session.ts'

const DEFAULT_LINES = 20

export const events: Command = {
  name: 'events',
  aliases: [],
  summary: 'Show what happened to processes, and why',
  usage: 'events [name…] [options]',
  options: [
    { flags: '-f, --follow', summary: 'Go on with what happens until Ctrl-C' },
    { flags: '-n, --lines, --tail <N>', summary: `The last N that match (default: ${DEFAULT_LINES})` },
    { flags: '--since <time>', summary: '10m (ago), 14:05, 2031-05-04T09:08; all since then' },
    { flags: '--type <type>', summary: 'start, crash, restart, …; may be given more than once', repeatable: true },
  ],
  examples: [
    ['events', 'The last things that happened'],
    ['events web -f', 'What happened to one process, and what happens'],
    ['events --type crash --type error --since 24h', 'What went wrong since yesterday'],
    ['events --json -n 100', 'One JSON object a line'],
  ],
  async run(context) {
    const query = await queryOf(context)
    const manager = await openManager(context)
    try {
      const names = await namesFor(context, manager)
      return await show(context, manager, { ...query, ...(names && { names }) })
    } finally {
      await manager.close()
    }
  },
}

async function queryOf({ flags, environment }: CommandContext): Promise<HistoryQuery> {
  const { lines, since, type } = flags
  const [{ moment, oneOf, wholeNumber }, { EVENT_TYPES }] = await Promise.all([
    import('./values.ts'),
    import('../src/index.ts'),
  ])
  const types = type?.flatMap((word) => word.split(',')).map((word) => oneOf('--type', word, EVENT_TYPES))
  return {
    ...(lines !== undefined && { lines: wholeNumber('--lines', lines) }),
    ...(lines === undefined && since === undefined && { lines: DEFAULT_LINES }),
    ...(since !== undefined && { since: moment('--since', since, environment.now()) }),
    ...(types && { types }),
  }
}

/** The processes that names and globs mean; also a process that has been removed is remembered. Undefined: all. */
async function namesFor({ names: words }: CommandContext, manager: ProcessManager): Promise<string[] | undefined> {
  if (words.length === 0) return undefined
  const [{ expandNames }, { namesOf }, { unknownProcess }] = await Promise.all([
    import('./names.ts'),
    import('./selection.ts'),
    import('./usage.ts'),
  ])
  const states = await manager.list()
  const found: string[] = []
  for (const name of await expandNames(words, () => namesOf(states))) {
    const meant = states.filter((state) => state.name === name || state.instanceOf === name).map((state) => state.name)
    const known = meant.length > 0 || (await manager.history({ names: [name], lines: 1 })).length > 0
    if (!known) throw unknownProcess(name, namesOf(states))
    found.push(...(meant.length > 0 ? meant : [name]))
  }
  return found
}

async function show(context: CommandContext, manager: ProcessManager, query: HistoryQuery): Promise<number> {
  const { flags, environment, print, note, paint } = context
  const { eventLine, nameWidth } = await import('./format/event.ts')
  const line = (event: ProcessEvent, width: number) =>
    print(flags.json ? JSON.stringify(event) : eventLine(event, { paint, width }))
  if (!flags.follow) {
    const found = await manager.history(query)
    const width = nameWidth(found.map(({ name }) => name))
    for (const event of found) line(event, width)
    if (found.length === 0) note('nothing that matches has happened yet')
    return EXIT.done
  }
  const width = nameWidth(query.names ?? (await manager.list()).map(({ name }) => name))
  const { signal } = environment
  for await (const event of manager.followHistory(query, signal ? { signal } : {})) line(event, width)
  return EXIT.interrupted
}
