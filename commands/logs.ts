import type { ProcessLog, ProcessManager } from '../src/index.ts'
import { type Command, type CommandContext, EXIT } from './command.ts'
import { logLine } from './format/log.ts'
import { openManager } from './session.ts'
import { lineCount, unknownProcess } from './usage.ts'

const DEFAULT_LINES = 20

export const logs: Command = {
  name: 'logs',
  aliases: ['log'],
  summary: 'Show what processes print, all of them or those named',
  usage: 'logs [name…] [options]',
  options: [
    { flags: '-f, --follow', summary: 'Go on with new lines until Ctrl-C' },
    { flags: '-n, --lines <N>', summary: `How many of the last lines (default: ${DEFAULT_LINES})` },
  ],
  examples: [
    ['logs web', 'The last lines of one process'],
    ['logs -f', 'Everything that happens, with the name before each line'],
    ['logs web -n 100 --json', 'One JSON object a line'],
  ],
  async run(context) {
    const { environment, flags, note } = context
    const lines = lineCount(flags.lines, DEFAULT_LINES)
    const manager = await openManager(context)
    try {
      const names = await chosen(manager, context.names)
      if (names.length === 0) {
        note('no processes yet, so no logs')
        return EXIT.done
      }
      const show = printer(context, names)
      if (flags.follow) return await follow(manager, names, lines, show, environment.signal)
      for (const log of await manager.logs(names, lines)) show(log)
      return EXIT.done
    } finally {
      await manager.close()
    }
  },
}

async function chosen(manager: ProcessManager, names: string[]): Promise<string[]> {
  const known = (await manager.list()).map(({ name }) => name)
  for (const name of names) if (!known.includes(name)) throw unknownProcess(name, known)
  return names.length > 0 ? [...new Set(names)] : known
}

function printer({ flags, print, paint, color }: CommandContext, names: string[]): (log: ProcessLog) => void {
  if (flags.json) return (log) => print(JSON.stringify(log))
  const prefixWidth = names.length > 1 ? Math.max(...names.map(({ length }) => length)) : undefined
  return (log) => print(logLine(log, { paint, keepColors: color, prefixWidth }))
}

async function follow(
  manager: ProcessManager,
  names: string[],
  lines: number,
  show: (log: ProcessLog) => void,
  signal: AbortSignal | undefined,
): Promise<number> {
  const unfollow = manager.followLogs(names, show, { lines })
  // Following alone keeps no program alive, since an app that follows may end; this command is to go on.
  const alive = setInterval(() => {}, 2 ** 30)
  try {
    await new Promise<void>((resolve) => {
      if (signal?.aborted) resolve()
      signal?.addEventListener('abort', () => resolve(), { once: true })
    })
    return EXIT.interrupted
  } finally {
    clearInterval(alive)
    unfollow()
  }
}
