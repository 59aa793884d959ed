import type { HistoryQuery, ProcessEvent, ProcessManager } from '../src/index.ts'
import { safeJson } from './format/printable.ts'
import { type Command, type CommandContext, EXIT } from './shared/command.ts'
import { withManager } from './shared/open-manager.ts'
import { expandNames, namesOf, selectorOf } from './shared/selection.ts'
import { unknownProcess } from './shared/usage.ts'

const DEFAULT_LINES = 20

export const events: Command = {
  name: 'events',
  aliases: [],
  summary: 'Show what happened to processes, and why',
  usage: 'events [name…] [options]',
  options: [
    { flags: '-f, --follow', summary: 'Keep printing new events until Ctrl-C' },
    { flags: '-n, --lines, --tail <N>', summary: `Only the last N matching events (default: ${DEFAULT_LINES})` },
    { flags: '--since <time>', summary: 'All events since 10m (ago), 14:05 or 2031-05-04T09:08' },
    { flags: '--type <type>', summary: 'Only start, crash, restart, …; repeatable', repeatable: true },
  ],
  examples: [
    ['events', 'The most recent events'],
    ['events web -f', 'Past and new events of one process'],
    ['events --type crash --type error --since 24h', 'What has gone wrong in the last 24 hours'],
    ['events --json -n 100', 'One JSON object per line'],
  ],
  isEndless: ({ flags }) => flags.follow === true,
  async run(context) {
    const query = await queryOf(context)
    return await withManager(context, async (manager) => {
      const names = await namesFor(context, manager)
      return await show(context, manager, { ...query, ...(names && { names }) })
    })
  },
}

async function queryOf({ flags, environment }: CommandContext): Promise<HistoryQuery> {
  const { lines, since, type } = flags
  const [{ moment, oneOf, wholeNumber }, { EVENT_TYPES }] = await Promise.all([
    import('./shared/flag-values.ts'),
    import('../src/internal.ts'),
  ])
  const types = type?.flatMap((word) => word.split(',')).map((word) => oneOf('--type', word, EVENT_TYPES))
  return {
    ...(lines !== undefined && { lines: wholeNumber('--lines', lines) }),
    ...(lines === undefined && since === undefined && { lines: DEFAULT_LINES }),
    ...(since !== undefined && { since: moment('--since', since, environment.now()) }),
    ...(types && { types }),
  }
}

/** Expands names and globs; a removed process still counts if it has events. Undefined: all processes. */
async function namesFor({ names: words }: CommandContext, manager: ProcessManager): Promise<string[] | undefined> {
  if (words.length === 0) return undefined
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
    print(flags.json ? safeJson(event) : eventLine(event, { paint, width }))
  if (!flags.follow) {
    const found = await manager.history(query)
    const width = nameWidth(found.map(({ name }) => name))
    for (const event of found) line(event, width)
    if (found.length === 0) note('no matching events')
    return EXIT.done
  }
  const width = nameWidth(query.names ?? (await manager.list()).map(({ name }) => name))
  const { signal } = environment
  const isMeant = await laterOf(context, manager)
  for await (const event of manager.followHistory(query, { signal, isMeant })) line(event, width)
  return EXIT.interrupted
}

/** A test for processes that come later: whether a glob or a declared name among the words means them. */
async function laterOf(context: CommandContext, manager: ProcessManager): Promise<(name: string) => Promise<boolean>> {
  const test = await selectorOf(context)
  const known = new Map<string, boolean>()
  return async (name) => {
    if (!known.has(name)) for (const process of await manager.list()) known.set(process.name, test(process))
    return known.get(name) ?? false
  }
}
