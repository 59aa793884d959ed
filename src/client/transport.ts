import type { Asked } from './silence.ts'

export interface Head {
  status: number
  /** Of the supervisor; null: it does not say. */
  version: string | null
}

export interface Answer extends Head {
  body: string
}

interface SentRequest {
  socket: string
  method: string
  path: string
  /** JSON. */
  body: string | undefined
  signal: AbortSignal
}

const VERSION_FIELD = 'x-tuix-version'

/** ms without an answer after which the supervisor is asked whether it answers anything. */
const QUIET = 1000

/**
 * One HTTP request over the control socket. It may take any time while the supervisor answers other requests. Rejects with the
 * system's error code if nothing listens.
 *
 * @param asked who listens there, for messages
 * @throws NoAnswerError
 */
export async function send(
  socket: string,
  method: string,
  path: string,
  body?: unknown,
  asked: Asked | null = null,
): Promise<Answer> {
  const text = body === undefined ? undefined : JSON.stringify(body)
  const end = new AbortController()
  const sendTo = process.versions.bun ? sendByFetch : sendByNet
  const silence = watchForSilence(socket, asked)
  try {
    return await Promise.race([sendTo({ socket, method, path, body: text, signal: end.signal }), silence.found])
  } finally {
    silence.end()
    end.abort()
  }
}

/** Rejects with a NoAnswerError as soon as the supervisor answers nothing any more, unless it is ended before. */
function watchForSilence(socket: string, asked: Asked | null): { found: Promise<never>; end(): void } {
  const end = new AbortController()
  const found = new Promise<never>((_, reject) => {
    const look = async () => {
      const { noAnswer, untilSilent } = await import('./silence.ts')
      await untilSilent(socket, asked, end.signal)
      reject(noAnswer(asked))
    }
    const timer = setTimeout(() => void look().catch(() => {}), QUIET)
    timer.unref()
    end.signal.addEventListener('abort', () => clearTimeout(timer), { once: true })
  })
  found.catch(() => {})
  return { found, end: () => end.abort() }
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
    connection.write(head('GET', path))
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

/** Bun's built-in fetch supports Unix sockets. Its `node:http` would take 13 ms to load. */
async function sendByFetch({ socket, method, path, body, signal }: SentRequest): Promise<Answer> {
  const init = {
    method,
    signal,
    unix: socket,
    ...(body !== undefined && { body, headers: { 'content-type': 'application/json' } }),
  }
  const response = await fetch(`http://supervisor${path}`, { ...init, keepalive: false } as RequestInit)
  return { status: response.status, version: response.headers.get(VERSION_FIELD), body: await response.text() }
}

async function sendByNet({ socket, method, path, body, signal }: SentRequest): Promise<Answer> {
  const { connect } = await import('node:net')
  return new Promise((resolve, reject) => {
    const connection = connect(socket)
    signal.addEventListener('abort', () => connection.destroy(), { once: true })
    let text = ''
    connection.setEncoding('utf8')
    connection.on('data', (chunk) => (text += chunk))
    connection.once('error', reject)
    connection.once('end', () => {
      try {
        resolve(parseAnswer(text))
      } catch (error) {
        reject(error)
      }
    })
    const length =
      body === undefined ? '' : `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`
    // The connection is not half-closed, which a server may take for a client that is gone.
    connection.write(`${head(method, path, length)}${body ?? ''}`)
  })
}

const BROKEN_OFF = 'the supervisor went away in the middle of its answer'

const END_OF_HEAD = '\r\n\r\n'

/**
 * The head of a request. With HTTP/1.0 the answer ends with the connection, so only its head needs parsing. `node:http`
 * would be a quarter of the time of `list` after the start of the runtime.
 */
function head(method: string, path: string, fields = ''): string {
  return `${method} ${path} HTTP/1.0\r\nhost: supervisor\r\n${fields}\r\n`
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

function headOf(lines: string): Head {
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(lines)?.[1]
  if (status === undefined) throw new Error(BROKEN_OFF)
  return { status: Number(status), version: fieldOf(lines, VERSION_FIELD) }
}

function fieldOf(lines: string, name: string): string | null {
  return new RegExp(`^${name}: *(.*?)\\r?$`, 'im').exec(lines)?.[1] ?? null
}
