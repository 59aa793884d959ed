import type { IncomingMessage } from 'node:http'

export interface Answer {
  status: number
  body: string
}

/** One HTTP request over the control socket. Rejects with the system's error code when nobody listens. */
export function send(socket: string, method: string, path: string, body?: unknown): Promise<Answer> {
  const text = body === undefined ? undefined : JSON.stringify(body)
  return process.versions.bun ? sendByFetch(socket, method, path, text) : sendByNet(socket, method, path, text)
}

/** The chunks of a streamed response. Aborting ends the stream quietly. */
export async function* stream(socket: string, path: string, signal: AbortSignal): AsyncGenerator<string> {
  const { request } = await import('node:http')
  const sent = request({ socketPath: socket, path, agent: false })
  // Not by the request's own `signal`: between request and response Bun then throws where nobody can catch it.
  const abort = () => sent.destroy()
  signal.addEventListener('abort', abort, { once: true })
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      sent.once('response', resolve).on('error', reject).once('close', reject)
      if (signal.aborted) sent.destroy()
      else sent.end()
    })
    response.setEncoding('utf8')
    for await (const chunk of response) yield chunk as string
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    signal.removeEventListener('abort', abort)
    sent.destroy()
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

/**
 * HTTP/1.0: the answer ends where the connection does, so that there is nothing to parse but its head. `node:http` would be a
 * quarter of what `list` does beyond the start of the runtime.
 */
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
    connection.write(`${method} ${path} HTTP/1.0\r\nhost: supervisor\r\n${length}\r\n${body ?? ''}`)
  })
}

/** Undefined when it is not whole. */
function parseAnswer(text: string): Answer | undefined {
  const end = text.indexOf('\r\n\r\n')
  const head = text.slice(0, end)
  const body = text.slice(end + 4)
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1]
  const length = /^content-length: *(\d+)/im.exec(head)?.[1]
  const isWhole = end > 0 && status !== undefined && (length === undefined || Buffer.byteLength(body) >= Number(length))
  return isWhole ? { status: Number(status), body } : undefined
}
