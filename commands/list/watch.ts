import type { ProcessManager } from '../../src/index.ts'
import { listLines } from '../format/list-screen.ts'
import { cutEnd } from '../format/width.ts'
import { type CommandContext, EXIT } from '../shared/command.ts'
import { type ListView, listOptions } from '../shared/list-options.ts'
import { isLive, type Output } from '../shared/output.ts'
import { pause } from '../shared/pause.ts'
import { LiveBlock } from '../shared/progress/repaint.ts'
import { usageError } from '../shared/usage.ts'

/** ms between refreshes. */
const REFRESH = 1000

const ALTERNATE_SCREEN = '\x1b[?1049h\x1b[H\x1b[?25l'
const MAIN_SCREEN = '\x1b[?25h\x1b[?1049l'

/** Refreshes the list every second until Ctrl-C, and then restores the terminal. */
export async function watchList(context: CommandContext, manager: ProcessManager, view: ListView): Promise<number> {
  const { environment, flags } = context
  const { stdout, env, signal } = environment
  if (flags.json || flags.quiet) {
    throw usageError(`--watch cannot be combined with --${flags.json ? 'json' : 'quiet'}`)
  }
  if (!isLive(stdout, env)) {
    throw usageError('--watch needs an interactive terminal; use list --json in programs')
  }
  const leave = enter(stdout, signal)
  try {
    const block = new LiveBlock(stdout)
    while (!signal.aborted) {
      block.show(await frame(context, manager, view, block.room))
      await pause(REFRESH, signal)
    }
  } finally {
    leave()
  }
  return EXIT.interrupted
}

/** Switches to the alternate screen. The returned function leaves it; Ctrl-C leaves it at once, whatever is pending. */
function enter(stdout: Output, signal: AbortSignal): () => void {
  let isEntered = !signal.aborted
  if (isEntered) stdout.write(ALTERNATE_SCREEN)
  const leave = () => {
    if (isEntered) stdout.write(MAIN_SCREEN)
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

/** At most `room` lines: excess lines in the middle are replaced by one. The last two lines, the totals, are kept. */
export function shortened(lines: string[], room: number, more: (count: number) => string): string[] {
  if (lines.length <= room) return lines
  const last = room > 4 ? lines.slice(-2) : []
  const first = lines.slice(0, room - last.length - 1)
  return [...first, more(lines.length - first.length - last.length), ...last]
}
