import { urlToHttpOptions } from 'node:url'
import type { OtlpTarget } from '../../model/telemetry/otlp-settings.ts'
import { reasonOf } from '../../model/text/system-error.ts'

/** What came of it. `refused`: the same would be refused again. `failed`: it may be taken later, `retryAfter` in ms. */
export type Outcome =
  | { type: 'taken' }
  | { type: 'refused'; detail: string }
  | { type: 'failed'; detail: string; retryAfter?: number | undefined }

/** After these the same may be sent again, by the specification of OTLP. */
const RETRYABLE = new Set([429, 502, 503, 504])

/** Sends JSON. Its connection keeps no program alive that has nothing else to do. Never rejects. */
export async function post({ url, headers, timeout }: OtlpTarget, body: string, signal: AbortSignal): Promise<Outcome> {
  const { protocol } = new URL(url)
  // As for health checks, these are loaded only where they are needed.
  const { request: send } = protocol === 'https:' ? await import('node:https') : await import('node:http')
  return new Promise((resolve) => {
    const failed = (error: unknown) => resolve({ type: 'failed', detail: reasonOf(error) })
    const options = {
      ...urlToHttpOptions(new URL(url)),
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      agent: false,
      signal,
    }
    const request = send(options, (response) => {
      resolve(outcomeOf(response.statusCode ?? 0, response.headers['retry-after']))
      response.on('error', () => {})
      request.destroy()
    })
    const timer = setTimeout(() => request.destroy(new Error(`no answer within ${timeout / 1000} s`)), timeout)
    timer.unref()
    request.on('socket', (socket) => socket.unref?.())
    request.on('error', failed)
    request.on('close', () => {
      clearTimeout(timer)
      // Where the connection was closed without an error.
      failed(new Error('the connection was closed without an answer'))
    })
    request.end(body)
  })
}

function outcomeOf(status: number, retryAfter: string | undefined): Outcome {
  if (status >= 200 && status < 300) return { type: 'taken' }
  const detail = `HTTP ${status}`
  if (!RETRYABLE.has(status)) return { type: 'refused', detail }
  return { type: 'failed', detail, retryAfter: retryAfter === undefined ? undefined : waitOf(retryAfter) }
}

/** ms of a `Retry-After`, which is in seconds or a date. */
function waitOf(retryAfter: string): number | undefined {
  const ms = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - Date.now()
  return Number.isFinite(ms) ? ms : undefined
}
