import { type ProcessManager, ProcessManagerError } from '../src/index.ts'
import { type CommandContext, EXIT } from './command.ts'
import { cutEnd } from './format/fit.ts'
import { listLines } from './format/list-screen.ts'
import { type ListView, listOptions } from './list-options.ts'
import { isLive, LiveBlock, pause } from './live.ts'
import type { Output } from './output.ts'

/** ms between two looks. */
const EVERY = 1000

const OTHER_SCREEN = '\x1b[?1049h\x1b[H\x1b[?25l'
const FIRST_SCREEN = '\x1b[?25h\x1b[?1049l'

/** Shows the list anew every second, until Ctrl-C. The terminal is then as it was before. */
export async function watchList(context: CommandContext, manager: ProcessManager, view: ListView): Promise<number> {
  const { environment, flags } = context
  const { stdout, env, signal } = environment
  if (flags.json || flags.quiet) {
    throw new ProcessManagerError(
      'usage',
      `--watch is for people; it does not go with --${flags.json ? 'json' : 'quiet'}`,
    )
  }
  if (!isLive(stdout, env)) {
    throw new ProcessManagerError('usage', '--watch needs a terminal that can be repainted; list --json tells programs')
  }
  const leave = signal ? enter(stdout, signal) : () => {}
  try {
    const block = new LiveBlock(stdout)
    while (!signal?.aborted) {
      block.show(await frame(context, manager, view, block.room))
      await pause(EVERY, signal)
    }
  } finally {
    leave()
  }
  return EXIT.interrupted
}

/** The terminal's other screen, and how to leave it: at once when Ctrl-C comes, whatever is being waited for. */
function enter(stdout: Output, signal: AbortSignal): () => void {
  let isEntered = !signal.aborted
  if (isEntered) stdout.write(OTHER_SCREEN)
  const leave = () => {
    if (isEntered) stdout.write(FIRST_SCREEN)
    isEntered = false
  }
  signal.addEventListener('abort', leave, { once: true })
  return leave
}

async function frame(
  context: CommandContext,
  manager: ProcessManager,
  view: ListView,
  room: number,
): Promise<string[]> {
  const states = view.select(await manager.list())
  const options = await listOptions(context, manager, view)
  const { paint, symbols } = context
  const lines = states.length === 0 ? ['no processes'] : listLines(states, options)
  const more = (count: number) =>
    paint('gray', cutEnd(`${symbols.cut} ${count} more`, options.width ?? 80, symbols.cut))
  return shortened(lines, room, more)
}

/** At most so many lines: those from the middle that are too many become one. The last two, the sums, stay. */
export function shortened(lines: string[], room: number, more: (count: number) => string): string[] {
  if (lines.length <= room) return lines
  const last = room > 4 ? lines.slice(-2) : []
  const first = lines.slice(0, room - last.length - 1)
  return [...first, more(lines.length - first.length - last.length), ...last]
}
