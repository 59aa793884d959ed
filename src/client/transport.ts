export interface Answer {
  status: number
  body: string
}

/** One HTTP request over the control socket. Rejects with the system's error code when nobody listens. */
export function send(socket: string, method: string, path: string, body?: unknown): Promise<Answer> {
  const text = body === undefined ? undefined : JSON.stringify(body)
  return process.versions.bun ? sendByFetch(socket, method, path, text) : sendByNet(socket, method, path, text)
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
    connection.write(head('GET', path))
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

/** Bun's own fetch speaks over Unix sockets and is there at once; its `node:http` takes 13 ms to load. */
async function sendByFetch(socket: string, method: string, path: string, body: string | undefined): Promise<Answer> {
  const init = {
    method,
    unix: socket,
    ...(body !== undefined && { body, headers: { 'content-type': 'application/json' } }),
  }
  const response = await fetch(`http://supervisor${path}`, { ...init, keepalive: false } as RequestInit)
  return { status: response.status, body: await response.text() }
}

async function sendByNet(socket: string, method: string, path: string, body: string | undefined): Promise<Answer> {
  const { connect } = await import('node:net')
  return new Promise((resolve, reject) => {
    const connection = connect(socket)
    let text = ''
    connection.setEncoding('utf8')
    connection.on('data', (chunk) => (text += chunk))
    connection.once('error', reject)
    connection.once('end', () => {
      const answer = parseAnswer(text)
      if (answer) resolve(answer)
      else reject(new Error('the supervisor went away in the middle of its answer'))
    })
    const length =
      body === undefined ? '' : `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`
    // Not ended: to a server that may mean that the client is gone.
    connection.write(`${head(method, path, length)}${body ?? ''}`)
  })
}

const END_OF_HEAD = '\r\n\r\n'

/**
 * HTTP/1.0: the answer ends where the connection does, so that there is nothing to parse but its head. `node:http` would be a
 * quarter of what `list` does beyond the start of the runtime.
 */
function head(method: string, path: string, fields = ''): string {
  return `${method} ${path} HTTP/1.0\r\nhost: supervisor\r\n${fields}\r\n`
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
