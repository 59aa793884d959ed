import type { ProcessLog, ProcessManager, ProcessState } from '../../src/index.ts'
import { oneLine } from '../format/printable.ts'
import type { CommandContext } from '../shared/command.ts'
import { openDeclared, openManager, targetNames } from '../shared/open-manager.ts'
import { fileSize } from '../shared/write-file.ts'
import { LineBuffer } from './lines.ts'
import { feedFor } from './screen/feed.ts'
import { type Act, type Link, type Notice, openPage, type Page, type Screen, selectedItem } from './screen/model.ts'
import { KEPT_LINES, type ScreenEvent } from './screen/update.ts'

/** ms between polls of the processes. */
const REFRESH = 1000
/** ms without an answer after which the supervisor counts as lost. */
const PATIENCE = 3000
/** ms for which a notice is shown. */
const SHOWN = 6000
/** ms for which a selection must stay before its log is opened. */
const SETTLED = 80
/** ms after which a log without lines counts as empty. */
const LOADED = 600

const DOING: Record<Act, string> = { start: 'starting', stop: 'stopping', restart: 'restarting', reload: 'reloading' }

/** Feeds the screen with processes and logs, and carries out what keys ask for. */
export class MonitorSession {
  readonly #context: CommandContext
  readonly #manager: ProcessManager
  readonly #screen: () => Screen
  readonly #send: (event: ScreenEvent) => void
  readonly #buffer = new LineBuffer(KEPT_LINES)
  readonly #timer: NodeJS.Timeout
  #followedKey = ''
  #unfollow = () => {}
  #settle: NodeJS.Timeout | undefined
  #askedAt: number | undefined

  private constructor(
    context: CommandContext,
    manager: ProcessManager,
    screen: () => Screen,
    send: (event: ScreenEvent) => void,
  ) {
    this.#context = context
    this.#manager = manager
    this.#screen = screen
    this.#send = send
    this.#timer = setInterval(() => void this.#poll(), REFRESH)
    void this.#poll()
  }

  static async open(
    context: CommandContext,
    screen: () => Screen,
    send: (event: ScreenEvent) => void,
  ): Promise<MonitorSession> {
    // Warnings on stderr would appear in the middle of the screen, so they become notices.
    const warn = (text: string) => send({ type: 'notice', notice: { text, tone: 'plain', until: Date.now() + SHOWN } })
    const quiet = { ...context, warn }
    return new MonitorSession(quiet, await openManager(quiet), screen, send)
  }

  /** Lines logged since the last frame. */
  takeLines(): ProcessLog[] {
    return this.#buffer.take()
  }

  /** Called after each change of the screen: follows other logs if the screen shows others now. */
  follow(): void {
    const { key } = feedFor(this.#screen())
    if (key === this.#followedKey) return
    this.#followedKey = key
    this.#unfollow()
    this.#unfollow = () => {}
    this.#buffer.take()
    this.#send({ type: 'follow' })
    clearTimeout(this.#settle)
    this.#settle = setTimeout(() => this.#open(), SETTLED)
  }

  /** Called when a page was opened or another process selected: loads the page. */
  read(): void {
    void this.#read()
  }

  async act(act: Act, names: string[]): Promise<void> {
    const whom = names.length > 3 ? `${names.length} processes` : names.join(', ')
    this.#notice({ text: `${DOING[act]} ${whom} …`, tone: 'plain' })
    try {
      const manager = act === 'stop' ? this.#manager : (await openDeclared(this.#context)).manager
      try {
        const outcomes = await manager.execute(act, { names })
        const failed = outcomes.find(({ ok }) => !ok)
        const shown = failed ?? outcomes[0]
        const rest = outcomes.length > 1 && !failed ? ` (and ${outcomes.length - 1} more)` : ''
        this.#notice({
          text: shown ? `${shown.name}: ${oneLine(shown.message)}${rest}` : 'nothing to do',
          tone: failed ? 'bad' : 'good',
          until: Date.now() + SHOWN,
        })
      } finally {
        if (manager !== this.#manager) await manager.close()
      }
    } catch (error) {
      this.#notice({ text: messageOf(error), tone: 'bad', until: Date.now() + SHOWN })
    }
    await this.#poll()
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    clearTimeout(this.#settle)
    this.#unfollow()
    await this.#manager.close()
  }

  #open(): void {
    const { names, query } = feedFor(this.#screen()).feed
    if (names.length > 0) this.#unfollow = this.#manager.followLogs(names, (log) => this.#buffer.push(log), query)
    this.#settle = setTimeout(() => this.#send({ type: 'lines', lines: [] }), LOADED)
  }

  /** Polls the processes, one request at a time. Without an answer for too long the supervisor is reported as lost. */
  async #poll(): Promise<void> {
    if (this.#askedAt !== undefined) {
      if (performance.now() - this.#askedAt > PATIENCE) this.#lost('no answer')
      return
    }
    this.#askedAt = performance.now()
    try {
      const supervisor = await this.#manager.supervisor()
      // Reported before the request, because the request starts a new supervisor.
      if (!supervisor && this.#screen().link.state === 'alive') this.#lost('exited')
      const processes = await this.#manager.list()
      const info = supervisor ?? (await this.#manager.supervisor())
      const at = targetNames(this.#context)?.join(', ')
      const alive = info && { state: 'alive' as const, pid: info.identity.pid, ...(at !== undefined && { at }) }
      this.#send({ type: 'link', link: alive ?? { state: 'none' } })
      this.#send({ type: 'list', processes })
    } catch (error) {
      this.#lost(messageOf(error))
    } finally {
      this.#askedAt = undefined
    }
    await this.#read()
  }

  #lost(why: string): void {
    const { link } = this.#screen()
    const since = link.state === 'lost' ? link.since : Date.now()
    this.#send({ type: 'link', link: { state: 'lost', since, why } satisfies Link })
  }

  async #read(): Promise<void> {
    const item = selectedItem(this.#screen())
    const page = openPage(this.#screen())
    if (!page) return
    let lines = ['', 'select a process in the group']
    try {
      if (item?.kind === 'process') lines = (await this.#textOf(page, item.state)).split('\n')
    } catch (error) {
      lines = [messageOf(error)]
    }
    const now = this.#screen()
    if (selectedItem(now)?.key === item?.key && openPage(now) === page) this.#send({ type: 'page', lines })
  }

  async #textOf(page: Page, state: ProcessState): Promise<string> {
    const { paint, symbols, environment } = this.#context
    const now = environment.now()
    if (page === 'why') {
      const causes = await this.#manager.why(state.name)
      return (await import('../format/chain.ts')).chainText({ state, causes }, { paint, now })
    }
    const [detail, tree, { statusPage }] = await Promise.all([
      this.#manager.status(state.name),
      this.#manager.tree(state.name),
      import('../format/page.ts'),
    ])
    const others = [...this.#screen().processes]
    return statusPage(detail, {
      paint,
      symbols,
      now,
      tree,
      sizeOf: this.#manager.isElsewhere ? undefined : fileSize,
      others,
      lastLines: [],
    })
  }

  #notice(notice: Notice): void {
    this.#send({ type: 'notice', notice })
  }
}

function messageOf(error: unknown): string {
  return oneLine(error instanceof Error ? error.message : String(error))
}
