import { connect } from 'node:net'
import type { LogPage } from '../../src/model/views/logs.ts'

/** The web listener of a project, asked as a program asks it. */
export class WebClient {
  readonly url: string
  readonly #token: string

  constructor({ url, token }: { url: string; token: string }) {
    this.url = url
    this.#token = token
  }

  async get(path: string, headers: Record<string, string> = {}): Promise<{ status: number; text: string }> {
    const response = await fetch(new URL(path, this.url), {
      headers: { ...this.#headers(), ...headers },
      redirect: 'manual',
    })
    return { status: response.status, text: await response.text() }
  }

  async post(
    path: string,
    body: unknown,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; text: string }> {
    const response = await fetch(new URL(path, this.url), {
      method: 'POST',
      headers: { ...this.#headers(), 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
    return { status: response.status, text: await response.text() }
  }

  /**
   * The items of a stream with their ids, until it breaks off or `signal` aborts.
   *
   * @param last id of the last item that was seen
   */
  async *stream(
    path: string,
    signal: AbortSignal,
    last?: string,
  ): AsyncGenerator<{ id: string | undefined; item: LogPage }, void, undefined> {
    const headers = { ...this.#headers(), ...(last !== undefined && { 'last-event-id': last }) }
    const response = await fetch(new URL(path, this.url), { headers, signal })
    const decoder = new TextDecoder()
    let text = ''
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += decoder.decode(chunk, { stream: true })
      const parts = text.split('\n\n')
      text = parts.pop() ?? ''
      for (const part of parts) {
        const data = /^data: (.*)$/m.exec(part)?.[1]
        if (data !== undefined) yield { id: /^id: (.*)$/m.exec(part)?.[1], item: JSON.parse(data) }
      }
    }
  }

  /** What comes back for bytes that are sent as they are, until the other side closes. `{token}` stands for the token. */
  raw(text: string): Promise<string> {
    const { hostname, port } = new URL(this.url)
    return new Promise((resolve, reject) => {
      const connection = connect(Number(port), hostname).setEncoding('utf8')
      let received = ''
      connection.on('data', (chunk) => (received += chunk))
      connection.on('close', () => resolve(received)).on('error', reject)
      connection.write(text.replaceAll('{token}', this.#token))
    })
  }

  #headers(): Record<string, string> {
    return { authorization: `Bearer ${this.#token}` }
  }
}
