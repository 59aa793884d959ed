import { type ProcessLog, type ProcessManager, ProcessManagerError, type ProcessState } from '../../src/index.ts'
import type { CommandContext } from '../command.ts'
import { sizeOf } from '../file-size.ts'
import { openDeclared, openManager } from '../session.ts'
import { LineBuffer } from './lines.ts'
import { feedFor } from './screen/feed.ts'
import { type Act, type Link, type Notice, openPage, type Page, type Screen, selectedItem } from './screen/model.ts'
import { KEPT_LINES, type ScreenEvent } from './screen/update.ts'

/** ms between looks at the processes. */
const REFRESH = 1000
/** ms without an answer after which the supervisor counts as lost. */
const PATIENCE = 3000
/** ms that the outcome of an action is shown. */
const SHOWN = 6000
/** ms in which a selection that moves on is not worth opening a log for. */
const SETTLED = 80
/** ms in which a log that has lines gives the first of them. */
const LOADED = 600

const DOING: Record<Act, string> = { start: 'starting', stop: 'stopping', restart: 'restarting', reload: 'reloading' }

/** Brings the screen what there is to show, and does what keys ask for. */
export class MonitorSession {
  readonly #context: CommandContext
  readonly #manager: ProcessManager
  readonly #screen: () => Screen
  readonly #tell: (event: ScreenEvent) => void
  readonly #buffer = new LineBuffer(KEPT_LINES)
  readonly #timer: NodeJS.Timeout
  #followed = ''
  #unfollow = () => {}
  #settle: NodeJS.Timeout | undefined
  #askedAt: number | undefined

  private constructor(
    context: CommandContext,
    manager: ProcessManager,
    screen: () => Screen,
    tell: (event: ScreenEvent) => void,
  ) {
    this.#context = context
    this.#manager = manager
    this.#screen = screen
    this.#tell = tell
    this.#timer = setInterval(() => void this.#look(), REFRESH)
    void this.#look()
  }

  static async open(
    context: CommandContext,
    screen: () => Screen,
    tell: (event: ScreenEvent) => void,
  ): Promise<MonitorSession> {
    // What is said on stderr would stand in the middle of the screen.
    const warn = (text: string) => tell({ type: 'notice', notice: { text, tone: 'plain', until: Date.now() + SHOWN } })
    const quiet = { ...context, warn }
    return new MonitorSession(quiet, await openManager(quiet), screen, tell)
  }

  /** What has been logged since the last frame. */
  takeLines(): ProcessLog[] {
    return this.#buffer.take()
  }

  /** After each change of the screen: whose lines it shows may be others now. */
  follow(): void {
    const { key } = feedFor(this.#screen())
    if (key === this.#followed) return
    this.#followed = key
    this.#unfollow()
    this.#unfollow = () => {}
    this.#buffer.take()
    this.#tell({ type: 'follow' })
    clearTimeout(this.#settle)
    this.#settle = setTimeout(() => this.#open(), SETTLED)
  }

  /** After a page has been opened, or another process selected. */
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
          text: shown ? `${shown.name}: ${shown.message}${rest}` : 'nothing to do',
          tone: failed ? 'bad' : 'good',
          until: Date.now() + SHOWN,
        })
      } finally {
        if (manager !== this.#manager) await manager.close()
      }
    } catch (error) {
      this.#notice({ text: sentenceOf(error), tone: 'bad', until: Date.now() + SHOWN })
    }
    await this.#look()
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
    this.#settle = setTimeout(() => this.#tell({ type: 'lines', lines: [] }), LOADED)
  }

  /** One request at a time; while it has no answer, the time without one is told. */
  async #look(): Promise<void> {
    if (this.#askedAt !== undefined) {
      if (Date.now() - this.#askedAt > PATIENCE) this.#lost('it does not answer')
      return
    }
    this.#askedAt = Date.now()
    try {
      const supervisor = await this.#manager.supervisor()
      // Told before the request, which brings a new supervisor where one is needed.
      if (!supervisor && this.#screen().link.state === 'alive') this.#lost('it has ended')
      const processes = await this.#manager.list()
      const info = supervisor ?? (await this.#manager.supervisor())
      this.#tell({ type: 'link', link: info ? { state: 'alive', pid: info.identity.pid } : { state: 'none' } })
      this.#tell({ type: 'list', processes })
    } catch (error) {
      this.#lost(sentenceOf(error))
    } finally {
      this.#askedAt = undefined
    }
    await this.#read()
  }

  #lost(why: string): void {
    const { link } = this.#screen()
    const since = link.state === 'lost' ? link.since : Date.now()
    this.#tell({ type: 'link', link: { state: 'lost', since, why } satisfies Link })
  }

  async #read(): Promise<void> {
    const item = selectedItem(this.#screen())
    const page = openPage(this.#screen())
    if (!page) return
    let lines = ['', 'select a process of the group']
    try {
      if (item?.kind === 'process') lines = (await this.#textOf(page, item.state)).split('\n')
    } catch (error) {
      lines = [sentenceOf(error)]
    }
    const now = this.#screen()
    if (selectedItem(now)?.key === item?.key && openPage(now) === page) this.#tell({ type: 'page', lines })
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
    return statusPage(detail, { paint, symbols, now, tree, sizeOf, others, lastLines: [] })
  }

  #notice(notice: Notice): void {
    this.#tell({ type: 'notice', notice })
  }
}

function sentenceOf(error: unknown): string {
  if (error instanceof ProcessManagerError) return error.message
  return error instanceof Error ? error.message : String(error)
}
