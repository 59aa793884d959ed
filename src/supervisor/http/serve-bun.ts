import type { Address, Certificate, Handler, Listening } from './handler.ts'

interface BunServer {
  /** @param closeConnections also those that are busy */
  stop(closeConnections?: boolean): Promise<void>
  unref(): void
  /** Closes the connection after so many seconds without traffic; 0 means never. */
  timeout(request: globalThis.Request, seconds: number): void
}

interface BunOptions {
  unix?: string
  hostname?: string
  port?: number
  tls?: Certificate
  /** s */
  idleTimeout: number
  /** Bytes. */
  maxRequestBodySize: number
  fetch(request: globalThis.Request, server: BunServer): Promise<Response>
  /** By default Bun prints errors of `fetch` to stderr. */
  error(error: Error): Response
}

/** The used part of Bun's API. With Bun's own types, every other file would see them too. */
declare const Bun: { serve(options: BunOptions): BunServer }

/** Serves with Bun's own server. */
export async function serve(handler: Handler, address: Address, patience: number): Promise<Listening> {
  const { headers, largestBody } = handler
  const server = Bun.serve({
    ...placeOf(address),
    idleTimeout: Math.ceil(patience / 1000),
    // Above the limit of the handler, so that it can answer with its error; but limited, to protect the memory.
    maxRequestBodySize: 2 * largestBody,
    async fetch(request, server) {
      // The client has sent everything, and waits for the answer.
      const received = () => server.timeout(request, 0)
      if (request.method === 'GET') received()
      const text = async () => {
        const body = await request.text()
        received()
        return Buffer.byteLength(body) <= largestBody ? body : undefined
      }
      const { pathname, search } = new URL(request.url)
      const answer = await handler.handle({
        method: request.method,
        url: `${pathname}${search}`,
        header: (name) => request.headers.get(name),
        text,
      })
      const init = { status: answer.status, headers: { ...headers, ...answer.headers } }
      if ('json' in answer) return Response.json(answer.json, init)
      if ('body' in answer) return new Response(answer.body as ConstructorParameters<typeof Response>[0], init)
      const { stream } = answer
      return new Response(streamOf(stream, patience), { ...init, headers: { ...init.headers, 'content-type': EVENTS } })
    },
    // The handler handles its own errors, so this is an invalid URL.
    error: () => new Response(null, { status: 400, headers }),
  })
  return {
    close() {
      void server.stop()
    },
    unref() {
      server.unref()
    },
  }
}

const EVENTS = 'text/event-stream'

function placeOf(address: Address): Pick<BunOptions, 'unix' | 'hostname' | 'port' | 'tls'> {
  if ('socket' in address) return { unix: address.socket }
  const { host, port, tls } = address
  return { hostname: host, port, ...(tls && { tls }) }
}

/** A stream of Bun's own kind, which sends when it is told to: an ordinary one now and then keeps what it has for ever. */
interface DirectController {
  /** A promise while the reader is behind. */
  write(chunk: Uint8Array): number | Promise<number>
  flush(wait: true): number | Promise<number>
  close(): void
}

function streamOf(
  stream: (signal: AbortSignal) => AsyncIterable<string>,
  patience: number,
): ReadableStream<Uint8Array> {
  const gone = new AbortController()
  const encoder = new TextEncoder()
  const source = {
    type: 'direct',
    async pull(controller: DirectController) {
      for await (const text of stream(gone.signal)) {
        const sent = async () => {
          await controller.write(encoder.encode(text))
          await controller.flush(true)
        }
        await within(patience, sent())
        if (gone.signal.aborted) return
      }
      controller.close()
    },
    cancel: () => gone.abort(),
  }
  return new ReadableStream(source as object)
}

/** Rejects if this takes longer, which ends the connection. */
async function within(patience: number, sent: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    // Bun would print an error.
    timer = setTimeout(() => reject(null), patience).unref()
  })
  await Promise.race([sent, late]).finally(() => clearTimeout(timer))
}
