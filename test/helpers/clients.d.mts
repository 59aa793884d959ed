export interface Served {
  isOver: boolean
  /** Requests that were answered as they should be. */
  requests: number
  /** Messages that came back over WebSockets. */
  messages: number
  /** ms of short requests. */
  latencies: number[]
  failures: string[]
  /** Number of answers by version of the server. */
  versions: Map<string, number>
}

export function clients(
  port: number,
  counts?: { keepAlive?: number; closing?: number; sockets?: number },
): { state: Served; end(): Promise<Served> }
