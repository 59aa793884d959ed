/** A request, independent of the server that received it. */
export interface Request {
  method: string
  /** Path and query, as in the request line. */
  url: string
  /** The value of a header; null if it is absent. What was sent more than once is joined by `, `. */
  header(name: string): string | null
  /** The body; undefined if it has more than the handler's `largestBody` bytes. */
  text(): Promise<string | undefined>
}

export type Answer = { status: number; headers?: Record<string, string> } & (
  | { json: unknown }
  | { body: string | Uint8Array }
  /** Server-sent events until the signal aborts, as chunks of text. */
  | { stream(signal: AbortSignal): AsyncIterable<string> }
)

/** What answers the requests of a server. */
export interface Handler {
  /** Headers of every answer. */
  headers: Record<string, string>
  /** Bytes. */
  largestBody: number
  /** Never rejects: an error becomes an answer. */
  handle(request: Request): Promise<Answer>
}

/** Where a server listens: on a Unix socket, or on a TCP port. */
export type Address = { socket: string } | { host: string; port: number; tls?: Certificate }

/** PEM texts. */
export interface Certificate {
  cert: string
  key: string
}

/** A server at work. */
export interface Listening {
  close(): void
  /** Allows the process to end although the server listens. */
  unref(): void
}
