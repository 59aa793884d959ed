import type { ProcessManager } from '../src/index.ts'
import { type Command, type CommandContext, EXIT } from './command.ts'
import { LogPrinter } from './log-printer.ts'
import { DEFAULT_LINES, LEVELS, type LogRequest, logRequest } from './log-request.ts'
import { namedBy } from './selection.ts'
import { openManager } from './session.ts'

export const logs: Command = {
  name: 'logs',
  aliases: ['log'],
  summary: 'Show what processes print, all of them or those named',
  usage: 'logs [name…] [options]',
  options: [
    { flags: '-f, --follow', summary: 'Go on with new lines until Ctrl-C' },
    { flags: '-n, --lines, --tail <N>', summary: `The last N that match (default: ${DEFAULT_LINES})` },
    { flags: '--since <time>', summary: '10m (ago), 14:05, 2031-05-04T09:08; all lines' },
    { flags: '--until <time>', summary: 'The same, for the end' },
    { flags: '-g, --grep <regexp>', summary: 'Lines that match' },
    { flags: '-i, --ignore-case', summary: 'Letters match in either case' },
    { flags: '-C, --context <time>', summary: 'All that every process said so long around' },
    { flags: '--level <level>', summary: `${LEVELS.join(', ')}: this one or worse`, choices: LEVELS },
    { flags: '--out', summary: 'What was written to stdout' },
    { flags: '--err', summary: 'What was written to stderr' },
    { flags: '-t, --timestamps', summary: 'Put the time in front' },
    { flags: '--raw', summary: 'Lines as the processes wrote them, nothing else' },
    { flags: '--cursor <cursor>', summary: 'What is new since; begin with start or end' },
  ],
  examples: [
    ['logs web', 'The last lines of one process'],
    ['logs -f', 'Everything that happens, with the name before each line'],
    ['logs web --since 10m --level warn', 'Warnings and errors of the last ten minutes'],
    ['logs web --grep timeout -C 5s', 'What all were doing when web had a timeout'],
    ['logs --json -n 100', 'One JSON object a line'],
    ['logs --cursor end', 'Only a cursor, on stderr: cursor: …'],
  ],
  async run(context) {
    const request = logRequest(context)
    const manager = await openManager(context)
    try {
      const states = await manager.list()
      const processes = context.names.length > 0 ? await namedBy(context.names, states) : states
      const names = processes.map(({ name }) => name)
      if (names.length > 0) return await show(context, manager, names, request)
      context.note('no processes yet, so no logs')
      return EXIT.done
    } finally {
      await manager.close()
    }
  },
}

async function show(
  context: CommandContext,
  manager: ProcessManager,
  names: string[],
  { query, follow, cursor, around }: LogRequest,
): Promise<number> {
  const printer = new LogPrinter(context, names)
  if (follow) {
    const { signal } = context.environment
    for await (const log of manager.logLines(names, { ...query, ...(signal && { signal }) })) printer.line(log)
    return EXIT.interrupted
  }
  if (around !== undefined) {
    printer.stretches(await manager.logsAround(names, query, around))
  } else if (cursor !== undefined) {
    const read = await manager.logsAfter(names, cursor, query)
    for (const log of read.logs) printer.line(log)
    // Not on stdout: whatever reads that gets nothing but lines.
    context.note(`cursor: ${read.cursor}`)
  } else {
    for (const log of await manager.logs(names, query)) printer.line(log)
  }
  return EXIT.done
}
