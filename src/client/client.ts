import type {
  Control,
  Outcome,
  RemoveRequest,
  Reveal,
  Selection,
  SignalRequest,
  StartRequest,
  StopRequest,
  SupervisorInfo,
} from '../model/control.ts'
import { type ErrorCode, ProcessManagerError } from '../model/errors.ts'
import type { ProcessEvent } from '../model/events.ts'
import type { ProcessDetail, ProcessState, ProcessStats } from '../model/state.ts'
import type { ProcessTree } from '../model/tree.ts'
import { send, stream } from './transport.ts'

/** The control API over the socket. */
export class Client implements Control {
  readonly #socket: string

  constructor(socket: string) {
    this.#socket = socket
  }

  info(): Promise<SupervisorInfo> {
    return this.#ask('GET', '/v1/supervisor')
  }

  list(options?: Reveal): Promise<ProcessState[]> {
    return this.#ask('GET', `/v1/processes${query(options)}`)
  }

  status(name: string, options?: Reveal): Promise<ProcessDetail> {
    return this.#ask('GET', `/v1/processes/${encodeURIComponent(name)}${query(options)}`)
  }

  stats(name: string): Promise<ProcessStats> {
    return this.#ask('GET', `/v1/processes/${encodeURIComponent(name)}/stats`)
  }

  trees(options?: Reveal): Promise<ProcessTree[]> {
    return this.#ask('GET', `/v1/trees${query(options)}`)
  }

  tree(name: string, options?: Reveal): Promise<ProcessTree> {
    return this.#ask('GET', `/v1/processes/${encodeURIComponent(name)}/tree${query(options)}`)
  }

  start(request: StartRequest): Promise<Outcome[]> {
    return this.#ask('POST', '/v1/start', request)
  }

  restart(request: StartRequest): Promise<Outcome[]> {
    return this.#ask('POST', '/v1/restart', request)
  }

  reload(request: StartRequest): Promise<Outcome[]> {
    return this.#ask('POST', '/v1/reload', request)
  }

  apply(request: StartRequest): Promise<Outcome[]> {
    return this.#ask('POST', '/v1/apply', request)
  }

  scale(request: StartRequest): Promise<Outcome[]> {
    return this.#ask('POST', '/v1/scale', request)
  }

  signal(request: SignalRequest): Promise<Outcome[]> {
    return this.#ask('POST', '/v1/signal', request)
  }

  async send(name: string, message: unknown): Promise<void> {
    await this.#ask('POST', `/v1/processes/${encodeURIComponent(name)}/messages`, { message })
  }

  stop(request: StopRequest): Promise<Outcome[]> {
    return this.#ask('POST', '/v1/stop', request)
  }

  remove(request: RemoveRequest): Promise<Outcome[]> {
    return this.#ask('POST', '/v1/remove', request)
  }

  flush(request: Selection): Promise<Outcome[]> {
    return this.#ask('POST', '/v1/flush', request)
  }

  async release(): Promise<void> {
    await this.#ask('POST', '/v1/release', {})
  }

  async *events(signal: AbortSignal, listening?: () => void): AsyncGenerator<ProcessEvent> {
    let rest = ''
    for await (const chunk of stream(this.#socket, '/v1/events', signal)) {
      // The first one says no more than that.
      listening?.()
      const lines = (rest + chunk).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) if (line.startsWith('data: ')) yield JSON.parse(line.slice(6)) as ProcessEvent
    }
  }

  async #ask<Result>(method: string, path: string, body?: unknown): Promise<Result> {
    const answer = await send(this.#socket, method, path, body)
    const value = parse(answer.body)
    if (answer.status < 400) return value as Result
    const { code = 'internal', message = `the supervisor answered ${answer.status}` } =
      (value as { error?: Failure } | undefined)?.error ?? {}
    throw new ProcessManagerError(code, message)
  }
}

interface Failure {
  code: ErrorCode
  message: string
}

function query(options?: Reveal): string {
  return options?.reveal ? '?reveal=1' : ''
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
