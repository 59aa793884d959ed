export interface Answer {
  status: number
  body: string
}

interface BunSocket {
  /** Bytes that were taken; `drain` says when more can be. Negative: the connection is closed. */
  write(bytes: Uint8Array): number
}

interface BunHandlers {
  open(connection: BunSocket): void
  drain(connection: BunSocket): void
  data(connection: BunSocket, chunk: Uint8Array): void
  close(connection: BunSocket): void
  error(connection: BunSocket, error: Error): void
  connectError(connection: BunSocket, error: Error): void
}

/** What is used of Bun, whose own types would be there for all the other files too. */
declare const Bun: { connect(options: { unix: string; socket: BunHandlers }): Promise<BunSocket> }

/** One HTTP request over the control socket. Rejects with the system's error code when nobody listens. */
export async function send(socket: string, method: string, path: string, body?: unknown): Promise<Answer> {
  const exchange = process.versions.bun ? exchangeByBun : exchangeByNet
  const answer = parseAnswer(await exchange(socket, request(method, path, body)))
  if (!answer) throw new Error('the supervisor went away in the middle of its answer')
  return answer
}

/** The chunks of a streamed response's body. Aborting ends the stream quietly. */
export async function* stream(socket: string, path: string, signal: AbortSignal): AsyncGenerator<string> {
  const { connect } = await import('node:net')
  if (signal.aborted) return
  const connection = connect(socket)
  const abort = () => connection.destroy()
  signal.addEventListener('abort', abort, { once: true })
  try {
    connection.setEncoding('utf8')
    connection.write(request('GET', path))
    let isBody = false
    let received = ''
    for await (const chunk of connection as AsyncIterable<string>) {
      received += chunk
      const end = received.indexOf(END_OF_HEAD)
      if (!isBody && end < 0) continue
      const body = isBody ? received : received.slice(end + END_OF_HEAD.length)
      isBody = true
      received = ''
      // The head may come alone: that is no news yet.
      if (body !== '') yield body
    }
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    signal.removeEventListener('abort', abort)
    connection.destroy()
  }
}

/** Sends what is asked; resolves with all that comes back. Bun's own sockets are there at once, its `node:net` takes 17 ms to load. */
function exchangeByBun(socket: string, asked: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const decoder = new TextDecoder()
    let unsent: Uint8Array = Buffer.from(asked)
    let text = ''
    const write = (connection: BunSocket) => {
      unsent = unsent.subarray(Math.max(0, connection.write(unsent)))
    }
    const handlers: BunHandlers = {
      open: write,
      drain: write,
      data(_, chunk) {
        text += decoder.decode(chunk, { stream: true })
      },
      close: () => resolve(text),
      error: (_, error) => reject(error),
      connectError: (_, error) => reject(error),
    }
    Bun.connect({ unix: socket, socket: handlers }).catch(reject)
  })
}

async function exchangeByNet(socket: string, asked: string): Promise<string> {
  const { connect } = await import('node:net')
  return new Promise((resolve, reject) => {
    const connection = connect(socket)
    let text = ''
    connection.setEncoding('utf8')
    connection.on('data', (chunk) => (text += chunk))
    connection.once('error', reject)
    connection.once('end', () => resolve(text))
    // Not ended: to a server that may mean that the client is gone.
    connection.write(asked)
  })
}

const END_OF_HEAD = '\r\n\r\n'

/**
 * HTTP/1.0: the answer ends where the connection does, so that there is nothing to parse but its head. `node:http` would be a
 * quarter of what `list` does beyond the start of the runtime, and so would Bun's `fetch`.
 */
function request(method: string, path: string, body?: unknown): string {
  const text = body === undefined ? '' : JSON.stringify(body)
  const fields =
    body === undefined ? '' : `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n`
  return `${method} ${path} HTTP/1.0\r\nhost: supervisor\r\n${fields}\r\n${text}`
}

/** Undefined when it is not whole. */
function parseAnswer(text: string): Answer | undefined {
  const end = text.indexOf(END_OF_HEAD)
  const lines = text.slice(0, end)
  const body = text.slice(end + END_OF_HEAD.length)
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(lines)?.[1]
  const length = /^content-length: *(\d+)/im.exec(lines)?.[1]
  const isWhole = end > 0 && status !== undefined && (length === undefined || Buffer.byteLength(body) >= Number(length))
  return isWhole ? { status: Number(status), body } : undefined
}
