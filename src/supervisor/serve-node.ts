import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type Api, LARGEST_BODY, type Listening } from './api.ts'

/** ms between looks for clients that take too long, unless they are given less. */
const LOOK = 30_000

/** Serves the API by `node:http`. */
export async function serve(api: Api, socket: string, requestTimeout: number): Promise<Listening> {
  const connectionsCheckingInterval = Math.min(LOOK, requestTimeout)
  const limits = { requestTimeout, headersTimeout: requestTimeout, connectionsCheckingInterval }
  const server = createServer(limits, (request, response) => {
    // What fails here is a connection that is gone, and nobody is left to be told.
    answer(api, request, response).catch(() => response.destroy())
  })
  server.listen(socket)
  await once(server, 'listening')
  return {
    close() {
      server.close()
      server.closeIdleConnections?.()
    },
    unref() {
      server.unref()
    },
  }
}

async function answer(api: Api, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = '', url = '' } = request
  const answer = await api.handle({ method, url, text: () => bodyOf(request) })
  response.setHeader('x-tuix-version', api.version)
  if ('stream' in answer) return await send(answer.stream, response)
  const body = JSON.stringify(answer.json)
  response.writeHead(answer.status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  })
  response.end(body)
}

/** What is too large is read on and not kept: a client that still sends would not see the answer. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  if (Number(request.headers['content-length']) > LARGEST_BODY) {
    request.resume()
    return undefined
  }
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= LARGEST_BODY) chunks.push(chunk)
    else chunks.length = 0
  }
  return size <= LARGEST_BODY ? Buffer.concat(chunks).toString() : undefined
}

async function send(stream: (signal: AbortSignal) => AsyncIterable<string>, response: ServerResponse): Promise<void> {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
  for await (const chunk of stream(gone.signal)) {
    if (!response.write(chunk)) await once(response, 'drain', { signal: gone.signal })
  }
  response.end()
}
