import { type CommandContext, EXIT } from '../shared/command.ts'
import { initialScreen } from './screen/model.ts'
import { type ScreenEvent, update } from './screen/update.ts'
import { screenView } from './screen/view.ts'
import { MonitorSession } from './session.ts'
import { Terminal } from './terminal/terminal.ts'
import { terminalLine } from './view/sgr.ts'

/** ms until the frame after a key press, and between other frames. */
const AFTER_KEY = 15
const FRAME = 250

/** Runs the monitor on this terminal until the user quits. Resolves with the exit code. */
export async function runMonitor(context: CommandContext): Promise<number> {
  const { environment, symbols, color } = context
  let finish: (end: { code: number } | { error: unknown }) => void = () => {}
  const finished = new Promise<{ code: number } | { error: unknown }>((resolve) => {
    finish = resolve
  })
  const guarded = (work: () => void) => {
    try {
      work()
    } catch (error) {
      finish({ error })
    }
  }

  const terminal = new Terminal({
    key: (key) => guarded(() => handle({ type: 'key', key }, AFTER_KEY)),
    resize: (size) => guarded(() => handle({ type: 'resize', size }, AFTER_KEY)),
    gone: () => finish({ code: EXIT.failed }),
  })
  let screen = initialScreen(terminal.size)
  let session: MonitorSession | undefined
  let due = Number.POSITIVE_INFINITY
  let frame: NodeJS.Timeout | undefined

  function handle(event: ScreenEvent, within = FRAME): void {
    const before = screen
    const updated = update(screen, event)
    screen = updated.screen
    const { order } = updated
    if (order?.do === 'quit') finish({ code: order.code })
    if (order?.do === 'act') void session?.act(order.act, order.names)
    if (event.type !== 'follow') session?.follow()
    if (screen.pane !== before.pane || screen.selected !== before.selected) session?.read()
    draw(within)
  }

  function draw(within: number): void {
    const at = Date.now() + within
    if (at >= due) return
    due = at
    clearTimeout(frame)
    frame = setTimeout(() => guarded(show), within)
  }

  function show(): void {
    due = Number.POSITIVE_INFINITY
    const lines = session?.takeLines() ?? []
    if (lines.length > 0) screen = update(screen, { type: 'lines', lines }).screen
    const rows = screenView(screen, { symbols, now: environment.now(), program: environment.program })
    terminal.show(rows.map((row) => terminalLine(row, color)))
    draw(FRAME)
  }

  terminal.open()
  const interrupted = () => finish({ code: EXIT.interrupted })
  environment.signal.addEventListener('abort', interrupted, { once: true })
  try {
    draw(0)
    session = await MonitorSession.open(
      context,
      () => screen,
      (event) => guarded(() => handle(event)),
    )
    const end = await finished
    if ('error' in end) throw end.error
    return end.code
  } finally {
    clearTimeout(frame)
    environment.signal.removeEventListener('abort', interrupted)
    await session?.close()
    await terminal.close()
  }
}
