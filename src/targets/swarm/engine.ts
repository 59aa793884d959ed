import { readFileSync } from 'node:fs'
import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isRecord, isText } from '../../model/config/shape.ts'
import { NoAnswerError, ProcessManagerError } from '../../model/errors.ts'
import { reasonOf as messageOf } from '../../model/text/system-error.ts'
import type { EngineTls } from './address.ts'

/*
 * A client of the Docker Engine API. The library docker-modem would bring ssh2, which knows neither agents nor known_hosts, so this is our own.
 * Paths have no version: then the engine takes its newest one, while a fixed one is refused by engines that are too old or too new for it.
 */

/** Where to connect to: a Unix socket, or TCP. */
export type EngineSocket = { socketPath: string } | { host: string; port: number; tls: EngineTls | null }

/** An answer other than success. */
export class EngineError extends Error {
  readonly status: number
  /** In the engine's own words, which are all that tells some refusals apart. */
  readonly detail: string

  constructor(status: number, detail: string) {
    super(detail)
    this.status = status
    this.detail = detail
  }
}

/** ms within which an engine begins to answer. */
const PATIENCE = 20_000

export class Engine {
  /** For messages: `target prod (unix:///var/run/docker.sock)`. */
  readonly name: string
  readonly #socket: EngineSocket
  readonly #open = new Set<ClientRequest>()

  constructor(name: string, socket: EngineSocket) {
    this.name = name
    this.#socket = socket
  }

  /**
   * Asks, and resolves with the JSON of the answer.
   *
   * @throws EngineError for a refusal; a NoAnswerError if nobody answers
   */
  async ask<Answer>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<Answer> {
    const response = await this.#send(method, path, body)
    const text = await textOf(response).catch((error) => {
      throw this.#unreachable(error)
    })
    const { statusCode = 0 } = response
    if (statusCode >= 400) throw new EngineError(statusCode, saidIn(text))
    return (text === '' ? undefined : JSON.parse(text)) as Answer
  }

  /** Gives up what has no answer yet, so that it keeps nothing alive. */
  close(): void {
    for (const request of this.#open) request.destroy(new Error('given up'))
  }

  /** The chunks of an answer that may go on for ever. Aborting ends it quietly. */
  async *stream(path: string, signal: AbortSignal): AsyncGenerator<Buffer, void, undefined> {
    const response = await this.#send('GET', path, undefined, signal)
    const abort = () => response.destroy()
    signal.addEventListener('abort', abort, { once: true })
    try {
      if ((response.statusCode ?? 0) >= 400)
        throw new EngineError(response.statusCode ?? 0, saidIn(await textOf(response)))
      for await (const chunk of response as AsyncIterable<Buffer>) yield chunk
    } catch (error) {
      if (signal.aborted) return
      throw error instanceof EngineError ? error : this.#unreachable(error)
    } finally {
      signal.removeEventListener('abort', abort)
      response.destroy()
    }
  }

  #send(method: string, path: string, body?: object, signal?: AbortSignal): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const text = body === undefined ? undefined : JSON.stringify(body)
      const headers =
        text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }
      let request: ClientRequest
      try {
        request = this.#request({ method, path, headers, agent: false })
      } catch (error) {
        reject(error instanceof ProcessManagerError ? error : this.#unreachable(error))
        return
      }
      this.#open.add(request)
      request.once('close', () => this.#open.delete(request))
      const timer = setTimeout(() => request.destroy(new Error('no answer')), PATIENCE)
      signal?.addEventListener('abort', () => request.destroy(), { once: true })
      request.once('response', (response) => {
        clearTimeout(timer)
        resolve(response)
      })
      request.once('error', (error) => {
        clearTimeout(timer)
        reject(this.#unreachable(error))
      })
      request.end(text)
    })
  }

  #request(options: {
    method: string
    path: string
    headers: Record<string, string | number>
    agent: false
  }): ClientRequest {
    const socket = this.#socket
    if ('socketPath' in socket)
      return requestHttp({ ...options, ...socket, headers: { host: 'docker', ...options.headers } })
    const { host, port, tls } = socket
    if (tls === null) return requestHttp({ ...options, host, port })
    const pem = (file: string | undefined) => (file === undefined ? undefined : this.#read(file))
    const [ca, cert, key] = [pem(tls.ca), pem(tls.cert), pem(tls.key)]
    const files = { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) }
    return requestHttps({ ...options, host, port, ...files, rejectUnauthorized: tls.isVerified })
  }

  #read(file: string): Buffer {
    try {
      return readFileSync(file)
    } catch (error) {
      throw new ProcessManagerError('config', `${this.name}: ${messageOf(error)}`)
    }
  }

  /** The connection may be made anew, so that a stream goes on. */
  #unreachable(error: unknown): NoAnswerError {
    return new NoAnswerError(`${this.name} cannot be reached: ${reasonOf(error)}`)
  }
}

function reasonOf(error: unknown): string {
  const { code } = error as { code?: unknown }
  if (code === 'ENOENT' || code === 'FailedToOpenSocket') return 'no Docker Engine listens there'
  if (code === 'EACCES') return 'this user may not use its socket'
  return messageOf(error)
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

/** What the engine says of a refusal, as one line. */
function saidIn(text: string): string {
  let said: unknown
  try {
    said = JSON.parse(text)
  } catch {}
  const words = isRecord(said) && isText(said.message) ? said.message : text
  return words
    .replace(/^rpc error: code = \w+ desc = /, '')
    .replace(/\s+/g, ' ')
    .trim()
}

/** An error of an engine as one for the user. */
export function asUserError(engine: Engine, error: unknown): unknown {
  if (!(error instanceof EngineError)) return error
  if (/not a swarm manager/i.test(error.detail))
    return new ProcessManagerError(
      'unreachable',
      `${engine.name} is no manager of a Swarm: name one of the managers, or make it one with \`docker swarm init\``,
    )
  if (/HTTPS server/.test(error.detail))
    return new ProcessManagerError(
      'unreachable',
      `${engine.name} takes TLS alone: give the target \`tls\`, or set DOCKER_TLS_VERIFY and DOCKER_CERT_PATH`,
    )
  return new ProcessManagerError('internal', `${engine.name}: ${error.message}`)
}
