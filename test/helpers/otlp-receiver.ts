import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A receiver of OTLP over HTTP, on a port of the loopback address. */
export interface OtlpReceiver {
  url: string
  port: number
  /** What has come, oldest first. */
  requests: OtlpRequest[]
  /** Answers a request; default: 200. A request that it leaves unanswered hangs. */
  respond: (response: ServerResponse, request: OtlpRequest) => void
  close(): Promise<void>
}

export interface OtlpRequest {
  path: string
  headers: IncomingHttpHeaders
  // biome-ignore lint/suspicious/noExplicitAny: tests read what they expect and fail where it is not so.
  body: any
}

export async function otlpReceiver(port = 0): Promise<OtlpReceiver> {
  const receiver = { requests: [] } as unknown as OtlpReceiver
  receiver.respond = (response) => void response.end('{}')
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request.setEncoding('utf8')) text += chunk
    const received = { path: request.url ?? '', headers: request.headers, body: JSON.parse(text) }
    receiver.requests.push(received)
    receiver.respond(response, received)
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const { port: own } = server.address() as AddressInfo
  return Object.assign(receiver, {
    url: `http://127.0.0.1:${own}`,
    port: own,
    close() {
      server.closeAllConnections()
      return new Promise<void>((resolve) => server.close(() => resolve()))
    },
  })
}

/** The values of attributes by their names. */
export function attributesIn(attributes: { key: string; value: { stringValue: string } }[]): Record<string, string> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue]))
}

/** The lines in these requests, of one service. */
export function linesIn(requests: OtlpRequest[], service: string): string[] {
  return requests.flatMap(({ path, body }) => {
    const [{ resource, scopeLogs } = { resource: { attributes: [] }, scopeLogs: [] }] =
      path === '/v1/logs' ? body.resourceLogs : []
    if (attributesIn(resource.attributes)['service.name'] !== service) return []
    // biome-ignore lint/suspicious/noExplicitAny: as above.
    return scopeLogs[0].logRecords.map((record: any) => record.body.stringValue)
  })
}
