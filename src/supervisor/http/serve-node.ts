import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http'
import type { Address, Handler, Listening } from './handler.ts'

/** Longest time between checks for clients that send too slowly, ms. */
const LOOK = 10_000

/** Bytes. A cursor of the logs of a thousand processes fits. */
const LARGEST_HEAD = 64 * 1024

/** Serves with `node:http`, or `node:https`. */
export async function serve(handler: Handler, address: Address, patience: number): Promise<Listening> {
  const connectionsCheckingInterval = Math.min(LOOK, patience)
  const limits = {
    maxHeaderSize: LARGEST_HEAD,
    requestTimeout: patience,
    headersTimeout: patience,
    connectionsCheckingInterval,
  }
  const server = await serverOf(address, limits)
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    // The connection has failed, so nobody can get an answer.
    answer(handler, request, response, patience).catch(() => response.destroy())
  })
  if ('socket' in address) server.listen(address.socket)
  else server.listen(address.port, address.host)
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

async function serverOf(address: Address, limits: ServerOptions): Promise<Server> {
  if (!('tls' in address) || !address.tls) return createServer(limits)
  const https = await import('node:https')
  return https.createServer({ ...limits, ...address.tls }) as unknown as Server
}

async function answer(
  handler: Handler,
  request: IncomingMessage,
  response: ServerResponse,
  patience: number,
): Promise<void> {
  const { method = '', url = '', headersDistinct } = request
  const header = (name: string) => headersDistinct[name]?.join(', ') ?? null
  const answer = await handler.handle({ method, url, header, text: () => bodyOf(request, handler.largestBody) })
  for (const [name, value] of Object.entries({ ...handler.headers, ...answer.headers })) response.setHeader(name, value)
  if ('stream' in answer) return await send(answer.stream, response, patience)
  const isJson = 'json' in answer
  const body = isJson ? JSON.stringify(answer.json) : answer.body
  response.writeHead(answer.status, {
    ...(isJson && { 'content-type': 'application/json' }),
    'content-length': Buffer.byteLength(body),
  })
  response.end(body)
}

/**
 * Reads a body that is too large to its end, but does not keep it. A client that is still sending would not see the answer.
 */
async function bodyOf(request: IncomingMessage, largest: number): Promise<string | undefined> {
  if (Number(request.headers['content-length']) > largest) {
    request.resume()
    return undefined
  }
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= largest) chunks.push(chunk)
    else chunks.length = 0
  }
  return size <= largest ? Buffer.concat(chunks).toString() : undefined
}

async function send(
  stream: (signal: AbortSignal) => AsyncIterable<string>,
  response: ServerResponse,
  patience: number,
): Promise<void> {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
  for await (const chunk of stream(gone.signal)) {
    if (response.write(chunk)) continue
    const slow = setTimeout(() => response.destroy(), patience).unref()
    await once(response, 'drain', { signal: gone.signal }).finally(() => clearTimeout(slow))
  }
  response.end()
}
