import type { IncomingMessage } from 'node:http'

export interface Answer {
  status: number
  body: string
}

/** One HTTP request over the control socket. Rejects with the system's error code when nobody listens. */
export function send(socket: string, method: string, path: string, body?: unknown): Promise<Answer> {
  const text = body === undefined ? undefined : JSON.stringify(body)
  return process.versions.bun ? sendByFetch(socket, method, path, text) : sendByHttp(socket, method, path, text)
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

async function sendByHttp(socket: string, method: string, path: string, body: string | undefined): Promise<Answer> {
  const { request } = await import('node:http')
  return new Promise((resolve, reject) => {
    const headers =
      body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    const sent = request({ socketPath: socket, method, path, headers, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk) => (text += chunk))
      response.once('end', () => resolve({ status: response.statusCode ?? 0, body: text }))
      response.once('error', reject)
    })
    sent.once('error', reject)
    sent.end(body)
  })
}
