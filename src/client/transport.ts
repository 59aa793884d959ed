import { ProcessManagerError } from '../model/errors.ts'
import type { Asked } from './silence.ts'

export interface Head {
  status: number
  /** Of the supervisor; null: it does not say. */
  version: string | null
}

export interface Answer extends Head {
  body: string
}

/** A request under way. */
interface Exchange {
  /** All that is received. */
  answer: Promise<string>
  /** Closes the connection. */
  end(): void
}

const VERSION_FIELD = 'x-tuix-version'

/** ms without an answer after which the supervisor is asked whether it answers anything. */
const QUIET = 1000

/**
 * One HTTP request over the control socket. It may take any time while the supervisor answers other requests. Rejects with the
 * system's error code if nothing listens.
 *
 * @param asked who listens there, for messages
 * @param given gives the request up: nothing waits for its answer any more, and it keeps nothing alive
 * @throws NoAnswerError
 */
export async function send(
  socket: string,
  method: string,
  path: string,
  body?: unknown,
  asked: Asked | null = null,
  given?: AbortSignal,
): Promise<Answer> {
  const text = body === undefined ? undefined : JSON.stringify(body)
  const exchange = process.versions.bun ? exchangeByBun : exchangeByNet
  const silence = watchForSilence(socket, asked)
  const { answer, end } = exchange(socket, requestOf(method, path, text))
  let giveUp = () => {}
  const givenUp = new Promise<never>((_, reject) => {
    giveUp = () => reject(new ProcessManagerError('unreachable', 'the request was given up'))
  })
  given?.addEventListener('abort', giveUp, { once: true })
  try {
    return parseAnswer(await Promise.race([answer, silence.found, givenUp]))
  } finally {
    given?.removeEventListener('abort', giveUp)
    silence.end()
    end()
  }
}

/** Rejects with a NoAnswerError as soon as the supervisor answers nothing any more, unless it is ended before. */
function watchForSilence(socket: string, asked: Asked | null): { found: Promise<never>; end(): void } {
  let end = () => clearTimeout(timer)
  let timer: NodeJS.Timeout
  const found = new Promise<never>((_, reject) => {
    const look = async () => {
      const stop = new AbortController()
      end = () => stop.abort()
      const { noAnswer, untilSilent } = await import('./silence.ts')
      await untilSilent(socket, asked, stop.signal)
      reject(noAnswer(asked))
    }
    timer = setTimeout(() => void look().catch(() => {}), QUIET)
    timer.unref()
  })
  found.catch(() => {})
  return { found, end: () => end() }
}

/**
 * The chunks of a streamed response's body, after its head. Aborting ends the stream quietly. It does not keep the app alive,
 * as nothing that only listens does.
 *
 * @throws NoAnswerError
 */
export async function* stream(
  socket: string,
  path: string,
  signal: AbortSignal,
  onHead: (head: Head) => void = () => {},
  asked: Asked | null = null,
): AsyncGenerator<string> {
  const { connect } = await import('node:net')
  if (signal.aborted) return
  const connection = connect(socket).unref()
  const abort = () => connection.destroy()
  const silence = watchForSilence(socket, asked)
  silence.found.catch((error: Error) => connection.destroy(error))
  signal.addEventListener('abort', abort, { once: true })
  try {
    connection.setEncoding('utf8')
    connection.write(requestOf('GET', path))
    let isBody = false
    let received = ''
    for await (const chunk of connection as AsyncIterable<string>) {
      received += chunk
      const end = received.indexOf(END_OF_HEAD)
      if (!isBody && end < 0) continue
      if (!isBody) onHead(headOf(received.slice(0, end)))
      const body = isBody ? received : received.slice(end + END_OF_HEAD.length)
      isBody = true
      received = ''
      // The head may come alone, without any of the body.
      if (body !== '') yield body
    }
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    signal.removeEventListener('abort', abort)
    silence.end()
    connection.destroy()
  }
}

/** What is used of Bun's socket. */
interface BunSocket {
  write(data: Uint8Array): number
  terminate(): void
}

interface BunRuntime {
  connect(options: {
    unix: string
    socket: {
      open(socket: BunSocket): void
      drain(socket: BunSocket): void
      data(socket: BunSocket, chunk: Uint8Array): void
      error(socket: BunSocket, error: Error): void
      close(): void
    }
  }): Promise<BunSocket>
}

/** A socket of Bun's own: its `fetch` takes a thread for a request, and its `node:net` milliseconds to load. */
function exchangeByBun(path: string, request: string): Exchange {
  const { Bun } = globalThis as unknown as { Bun: BunRuntime }
  let connected: Promise<BunSocket> | undefined
  const answer = new Promise<string>((resolve, reject) => {
    const received: Uint8Array[] = []
    let rest: Uint8Array = Buffer.from(request)
    const write = (socket: BunSocket) => {
      if (rest.length > 0) rest = rest.subarray(socket.write(rest))
    }
    const socket = {
      open: write,
      drain: write,
      data: (_: BunSocket, chunk: Uint8Array) => void received.push(chunk),
      error: (_: BunSocket, error: Error) => reject(error),
      close: () => resolve(Buffer.concat(received).toString()),
    }
    connected = Bun.connect({ unix: path, socket })
    connected.catch(reject)
  })
  return { answer, end: () => void connected?.then((socket) => socket.terminate()).catch(() => {}) }
}

function exchangeByNet(path: string, request: string): Exchange {
  // Built in, and here without a wait. Bun has its own way, for which this would be one more module to load.
  const { connect } = process.getBuiltinModule('node:net')
  const connection = connect(path)
  const answer = new Promise<string>((resolve, reject) => {
    let received = ''
    connection.setEncoding('utf8')
    connection.on('data', (chunk) => (received += chunk))
    connection.once('error', reject)
    connection.once('end', () => resolve(received))
  })
  // The connection is not half-closed, which a server may take for a client that is gone.
  connection.write(request)
  return { answer, end: () => connection.destroy() }
}

const BROKEN_OFF = 'the supervisor went away in the middle of its answer'

const END_OF_HEAD = '\r\n\r\n'

/**
 * A request. With HTTP/1.0 the answer ends with the connection, so only its head needs parsing. `node:http` would be a
 * quarter of the time of `list` after the start of the runtime.
 *
 * @param body JSON
 */
function requestOf(method: string, path: string, body?: string): string {
  const fields =
    body === undefined ? '' : `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`
  return `${method} ${path} HTTP/1.0\r\nhost: supervisor\r\n${fields}\r\n${body ?? ''}`
}

/** Throws if the answer is incomplete. */
function parseAnswer(text: string): Answer {
  const end = text.indexOf(END_OF_HEAD)
  const lines = text.slice(0, end)
  const body = text.slice(end + END_OF_HEAD.length)
  const length = fieldOf(lines, 'content-length')
  if (end < 0 || (length !== null && Buffer.byteLength(body) < Number(length))) throw new Error(BROKEN_OFF)
  return { ...headOf(lines), body }
}

/** Without a pattern, the first use of which takes Bun a hundredth of `list`. */
function headOf(lines: string): Head {
  const [first = ''] = lines.split('\r\n', 1)
  const [version = '', code = ''] = first.split(' ')
  const status = Number(code)
  if (!version.startsWith('HTTP/1.') || !(status >= 100 && status <= 999)) throw new Error(BROKEN_OFF)
  return { status, version: fieldOf(lines, VERSION_FIELD) }
}

/** @param name in small letters */
function fieldOf(lines: string, name: string): string | null {
  for (const line of lines.split('\r\n')) {
    const colon = line.indexOf(':')
    if (line.slice(0, colon).toLowerCase() === name) return line.slice(colon + 1).trim()
  }
  return null
}
