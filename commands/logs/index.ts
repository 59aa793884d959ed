import type { LogQuery, ProcessManager } from '../../src/index.ts'
import { byWord, LOG_LEVELS, lostLogTexts } from '../../src/internal.ts'
import { type Command, type CommandContext, EVERYWHERE_OPTION, EXIT } from '../shared/command.ts'
import { LogPrinter } from '../shared/log-printer.ts'
import { nothingYetText, withManager } from '../shared/open-manager.ts'
import { selectedBy, selectorOf } from '../shared/selection.ts'
import { DEFAULT_LINES, type LogRequest, logRequest } from './request.ts'

export const logs: Command = {
  name: 'logs',
  aliases: ['log'],
  summary: 'Show the output of all or the named processes',
  usage: 'logs [name…] [options]',
  options: [
    { flags: '-f, --follow', summary: 'Keep printing new lines until Ctrl-C' },
    { flags: '--group <name>', summary: 'Every process in this group' },
    { flags: '-n, --lines, --tail <N>', summary: `Only the last N matching lines (default: ${DEFAULT_LINES})` },
    { flags: '--since <time>', summary: 'All lines since 10m (ago), 14:05 or 2031-05-04T09:08' },
    { flags: '--until <time>', summary: 'Only lines until this time' },
    { flags: '-g, --grep <regexp>', summary: 'Only lines that match' },
    { flags: '-i, --ignore-case', summary: 'Ignore case in --grep' },
    {
      flags: '--field <path=value>',
      summary: 'Only JSON lines with this value, such as request.method=GET; repeatable',
      repeatable: true,
    },
    { flags: '-C, --context <time>', summary: 'Also everything logged within this time of a match' },
    { flags: '--level <level>', summary: `Only this level or worse: ${LOG_LEVELS.join(', ')}`, choices: LOG_LEVELS },
    { flags: '--out', summary: 'Only stdout' },
    { flags: '--err', summary: 'Only stderr' },
    { flags: '-t, --timestamps', summary: 'Put the time before each line' },
    { flags: '--raw', summary: 'Lines exactly as the processes wrote them' },
    EVERYWHERE_OPTION,
    { flags: '--cursor <cursor>', summary: 'Only lines after this cursor; begin with start or end' },
  ],
  otherOptions: byWord({ 'leave it out: lines are only followed with --follow': '--nostream --no-follow' }),
  examples: [
    ['logs web', 'The last lines of one process'],
    ['logs -f', 'New lines of all processes, later ones included, each with its name'],
    ['logs web --since 10m --level warn', 'Warnings and errors of the last ten minutes'],
    ['logs web --field status=500 --field method=GET', 'Lines of JSON with these values'],
    ['logs web --grep timeout -C 5s', 'What all processes logged when web had a timeout'],
    ['logs -f --everywhere', 'New lines of all your projects'],
    ['logs --json -n 100', 'One JSON object per line'],
    ['logs --cursor end', 'Only print the current cursor, on stderr'],
  ],
  isEndless: ({ flags }) => flags.follow === true,
  async run(context) {
    const request = logRequest(context)
    return await withManager(context, async (manager) => {
      const processes = await selectedBy(context, await manager.list())
      // Those of another machine cannot be looked at from here.
      if (!manager.isElsewhere) for (const text of await lostLogTexts(processes)) context.warn(text)
      if (processes.length === 0) context.note(await nothingYetText(context))
      const names = processes.map(({ name }) => name)
      if (request.follow) return await followAll(context, manager, names, request.query)
      return names.length > 0 ? await show(context, manager, names, request) : EXIT.done
    })
  },
}

/** Follows what is selected, with processes that match later. */
async function followAll(
  context: CommandContext,
  manager: ProcessManager,
  names: string[],
  query: LogQuery,
): Promise<number> {
  const printer = new LogPrinter(context, names)
  const { signal } = context.environment
  for await (const log of manager.logLines(await selectorOf(context), { ...query, signal })) printer.line(log)
  return EXIT.interrupted
}

async function show(
  context: CommandContext,
  manager: ProcessManager,
  names: string[],
  { query, cursor, around }: LogRequest,
): Promise<number> {
  const printer = new LogPrinter(context, names)
  if (around !== undefined) {
    printer.stretches(await manager.logsAround(names, query, around))
  } else if (cursor !== undefined) {
    const read = await manager.logsAfter(names, cursor, query)
    for (const log of read.logs) printer.line(log)
    // On stderr, so that stdout contains nothing but log lines.
    context.note(`cursor: ${read.cursor}`)
  } else {
    for (const log of await manager.logs(names, query)) printer.line(log)
  }
  return EXIT.done
}
