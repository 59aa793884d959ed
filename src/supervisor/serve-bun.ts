import { type Api, LARGEST_BODY, type Listening } from './api.ts'

interface BunServer {
  stop(): Promise<void>
  unref(): void
  /** s without traffic after which a connection is closed; 0: never. */
  timeout(request: Request, seconds: number): void
}

/** What is used of Bun, whose own types would be there for all the other files too. */
declare const Bun: {
  serve(options: {
    unix: string
    /** s */
    idleTimeout: number
    /** Bytes. */
    maxRequestBodySize: number
    fetch(request: Request, server: BunServer): Promise<Response>
    /** Without it, what `fetch` throws is written to stderr. */
    error(error: Error): Response
  }): BunServer
}

/** Serves the API by Bun's own server. */
export async function serve(api: Api, socket: string, requestTimeout: number): Promise<Listening> {
  const headers = { 'x-tuix-version': api.version }
  const server = Bun.serve({
    unix: socket,
    idleTimeout: Math.ceil(requestTimeout / 1000),
    // What is too large is refused in words, but nobody's memory is filled.
    maxRequestBodySize: 2 * LARGEST_BODY,
    async fetch(request, server) {
      const { pathname, search } = new URL(request.url)
      // Once the client has sent all, it waits for us.
      const received = () => server.timeout(request, 0)
      if (request.method === 'GET') received()
      const text = async () => {
        const body = await request.text()
        received()
        return Buffer.byteLength(body) <= LARGEST_BODY ? body : undefined
      }
      const answer = await api.handle({ method: request.method, url: `${pathname}${search}`, text })
      if (!('stream' in answer)) return Response.json(answer.json, { status: answer.status, headers })
      return new Response(streamOf(answer.stream), { headers: { ...headers, 'content-type': 'text/event-stream' } })
    },
    // The API answers its own errors: this was a URL that is none.
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

function streamOf(stream: (signal: AbortSignal) => AsyncIterable<string>): ReadableStream<Uint8Array> {
  const gone = new AbortController()
  const chunks = stream(gone.signal)[Symbol.asyncIterator]()
  const encoder = new TextEncoder()
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
    cancel() {
      gone.abort()
      void chunks.return?.()
    },
  })
}
