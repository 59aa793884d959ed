import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Received {
  headers: IncomingHttpHeaders
  // biome-ignore lint/suspicious/noExplicitAny: tests read what they expect and fail where it is not so.
  body: any
}

/** A small server that gets messages of alerts, and answers them as it is told. */
export class Receiver {
  readonly received: Received[] = []
  /** Status of the next answers, in order; then 200. `hang`: no answer. */
  readonly answers: (number | 'hang')[] = []
  onReceived: (received: Received) => void = () => {}
  readonly #server: Server
  #port = 0

  private constructor(server: Server) {
    this.#server = server
  }

  static async open(): Promise<Receiver> {
    const server = createServer()
    const receiver = new Receiver(server)
    server.on('request', (request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk) => chunks.push(chunk))
      request.on('end', () => {
        const received = { headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString()) }
        receiver.received.push(received)
        receiver.onReceived(received)
        const answer = receiver.answers.shift() ?? 200
        if (answer === 'hang') return
        response.writeHead(answer, answer === 302 ? { location: receiver.url('/elsewhere') } : {})
        response.end('x'.repeat(100_000))
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    receiver.#port = (server.address() as AddressInfo).port
    return receiver
  }

  url(path: string): string {
    return `http://127.0.0.1:${this.#port}${path}`
  }

  /** `firing crash`, in the order of arrival, without what came twice. */
  get told(): string[] {
    const first = new Map(this.received.map(({ body }) => [body.id, body]))
    return [...first.values()].map(({ status, type }) => `${status} ${String(type).replace('tuix.alert.', '')}`)
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }
}
