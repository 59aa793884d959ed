import { isFlag, isRecord, isText } from '../../model/config/shape.ts'
import { ProcessManagerError } from '../../model/errors.ts'
import { automaticPort } from '../../model/lifecycle/automatic-port.ts'
import { reasonOf } from '../../model/text/system-error.ts'
import type { WebInfo } from '../../model/views/web-info.ts'
import type { WebSettings } from '../../protocol/inputs.ts'
import { type Control, GONE } from '../../protocol/operations.ts'
import { pathsOf } from '../../storage/paths.ts'
import type { Clock } from '../../system/clock.ts'
import { removeFile, writeAtomicSync } from '../../system/fs/files.ts'
import { jsonIn } from '../../system/fs/plain-file.ts'
import { listeners } from '../../system/net/ports.ts'
import type { EventBus } from '../event-bus.ts'
import type { Answer, Listening, Request } from '../http/handler.ts'
import type { Activity } from '../lifetime/activity.ts'
import type { Home } from '../lifetime/home.ts'
import type { Telemetry } from '../telemetry/telemetry.ts'
import { tokenIn } from './token.ts'
import { listenWith, type Opened, refuseUnsafe, urlOf } from './web-listener.ts'

/** ms between attempts to open it again after a restart of the supervisor. */
const RETRY_EVERY = 1000
/** ms that a daemon without anything else to do stays after the last request, so that a page can be opened or looked at again. */
const STAYS = 10 * 60_000
type Route = (request: Request) => Promise<Answer>

export interface WebServiceOptions {
  tuixDir: string
  home: Home
  clock: Clock
  events: EventBus
  version: string
  control: Control
  activity: Activity
  /** Hash of the supervisor's folder, from which the port follows. */
  folderHash: string
  telemetry: Telemetry
}

/** The web listener of a supervisor: opens it, remembers it on disk for the next supervisor, and closes it. */
export class WebService {
  readonly #options: WebServiceOptions
  #settings: Opened | null = null
  #listening: Listening | null = null
  #token = ''
  #problem: string | undefined
  #cancelRetry = () => {}
  #isClosed = false

  constructor(options: WebServiceOptions) {
    this.#options = options
  }

  info(): WebInfo {
    const { url } = this
    const problem = this.#problem === undefined ? {} : { problem: this.#problem }
    return { url, token: url === null ? null : this.#token, ...problem }
  }

  get url(): string | null {
    return this.#listening && this.#settings ? urlOf(this.#settings) : null
  }

  /** Opens the listener, or opens it anew with other settings. */
  async open(settings: WebSettings): Promise<WebInfo> {
    refuseUnsafe(settings)
    const { port = this.#settings?.port ?? this.#automaticPort(), ...others } = settings
    const wanted = { ...others, port }
    if (!this.#listening || !isSame(wanted, this.#settings)) await this.#replace(wanted)
    this.#options.activity.staysFor(STAYS)
    return this.info()
  }

  /** Opens it as the supervisor before had it. */
  restore(): void {
    const settings = savedIn(this.#file)
    if (settings) void this.#tryAgain(settings)
  }

  /** Closes it for good. */
  async forget(): Promise<WebInfo> {
    this.#stop()
    this.#settings = null
    this.#problem = undefined
    removeFile(this.#file)
    return this.info()
  }

  isOpenedBy(source: string): boolean {
    return this.#settings?.source === source
  }

  /** The supervisor ends. The next one opens it again. */
  close(): void {
    this.#isClosed = true
    this.#stop()
  }

  get #file(): string {
    return pathsOf(this.#options.tuixDir).web
  }

  #stop(): void {
    this.#cancelRetry()
    this.#listening?.close()
    this.#listening = null
  }

  async #tryAgain(settings: Opened): Promise<void> {
    try {
      await this.#replace(settings)
    } catch (error) {
      if (this.#isClosed) return
      const problem = reasonOf(error)
      if (this.#problem !== problem) this.#options.events.warn(`the web listener is not open yet: ${problem}`)
      this.#settings = settings
      this.#problem = problem
      this.#cancelRetry = this.#options.clock.after(RETRY_EVERY, () => void this.#tryAgain(settings))
    }
  }

  async #replace(settings: Opened): Promise<void> {
    const { tuixDir, home, version, control, activity, telemetry } = this.#options
    const { allowRun = false } = settings
    this.#stop()
    this.#token = tokenIn(pathsOf(tuixDir).webToken, settings.token)
    this.#listening = await listenWith(settings, {
      token: this.#token,
      control,
      version,
      activity,
      home,
      routes: {
        '/mcp': this.#here(this.#mcp(allowRun)),
        '/metrics': this.#here((request) => telemetry.scrape(request)),
      },
      used: () => activity.staysFor(STAYS),
    })
    this.#listening.unref()
    this.#settings = settings
    this.#problem = undefined
    const { token: _, ...saved } = settings
    if (home.isHere()) writeAtomicSync(this.#file, JSON.stringify(saved))
  }

  /** The same for as long as the state folder is where it was. */
  #here(route: Route): Route {
    const { home } = this.#options
    const moved = { status: GONE, json: { error: { code: 'unreachable', message: MOVED } } }
    return async (request) => (home.isMoved() ? moved : await route(request))
  }

  /** Loaded when somebody asks it for the first time. */
  #mcp(allowRun: boolean): Route {
    const { control, tuixDir, version } = this.#options
    const load = async () => (await import('./mcp.ts')).createMcpRoute({ control, tuixDir, version, allowRun })
    let route: ReturnType<typeof load> | undefined
    return async (request) => {
      route ??= load()
      return (await route)(request)
    }
  }

  #automaticPort(): number {
    const taken = new Set(listeners().map(({ port }) => port))
    // A space is in no name of a process.
    const port = automaticPort(this.#options.folderHash, ' web', (one) => taken.has(one))
    if (port === undefined) throw new ProcessManagerError('start-failed', 'no port is free for the web listener')
    return port
  }
}

const MOVED = 'the state folder was moved'

function isSame(one: Opened, other: Opened | null): boolean {
  const plain = (settings: Opened | null) => JSON.stringify(Object.entries(settings ?? {}).sort())
  return plain(one) === plain(other)
}

/** What an earlier supervisor saved. A file that cannot be read opens nothing. */
function savedIn(file: string): Opened | undefined {
  const saved = jsonIn(file)
  const isRight =
    isRecord(saved) &&
    Number.isInteger(saved.port) &&
    [saved.host, saved.source].every((text) => text === undefined || isText(text)) &&
    [saved.insecure, saved.allowRun, saved.openMetrics].every((flag) => flag === undefined || isFlag(flag))
  return isRight ? (saved as unknown as Opened) : undefined
}
