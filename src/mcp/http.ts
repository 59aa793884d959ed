import { createMcpHandler } from '@modelcontextprotocol/server'
import type { McpOptions } from './host.ts'
import { createServer } from './server.ts'

/** A request, as a listener has it after its own checks. */
export interface HttpAsk {
  method: string
  header(name: string): string | null
  /** Undefined if it is too large. */
  text(): Promise<string | undefined>
}

export interface HttpAnswer {
  status: number
  headers: Record<string, string>
  /** Of a body, or of a stream of events, whose reader may leave. */
  body: string | ((signal: AbortSignal) => AsyncIterable<string>)
}

/** Headers that the protocol knows. */
const HEADERS = ['accept', 'content-type', 'mcp-protocol-version', 'mcp-method', 'mcp-name']
const MOST_SUBSCRIPTIONS = 20

/** Answers requests at one path. It checks neither host nor token: a guard stands before it. */
export function createHttp(options: McpOptions): (ask: HttpAsk) => Promise<HttpAnswer> {
  const { fetch } = createMcpHandler(() => createServer(options), { maxSubscriptions: MOST_SUBSCRIPTIONS })
  return async ({ method, header, text }) => {
    const body = method === 'POST' ? await text() : null
    if (body === undefined) return { status: 413, headers: {}, body: '' }
    const headers = HEADERS.flatMap((name): [string, string][] => {
      const value = header(name)
      return value === null ? [] : [[name, value]]
    })
    // The address says nothing, since there is only one path.
    const response = await fetch(new Request('http://localhost/mcp', { method, headers, body }))
    const type = response.headers.get('content-type') ?? ''
    const { status } = response
    const answer = { status, headers: type === '' ? {} : { 'content-type': type } }
    return type.startsWith('text/event-stream')
      ? { ...answer, body: (signal) => chunksOf(response, signal) }
      : { ...answer, body: await response.text() }
  }
}

async function* chunksOf({ body }: Response, signal: AbortSignal): AsyncIterable<string> {
  if (!body) return
  const reader = body.getReader()
  const leave = () => void reader.cancel().catch(() => {})
  signal.addEventListener('abort', leave, { once: true })
  const decoder = new TextDecoder()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield decoder.decode(value, { stream: true })
    }
  } finally {
    signal.removeEventListener('abort', leave)
    leave()
  }
}
