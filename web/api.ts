import type { LogsRequest } from '../src/protocol/inputs.ts'

/** ms until a request that nobody answers has failed. Commands take as long as they take. */
const PATIENCE = 10_000

/** A refusal in the words of the supervisor. */
export class ApiError extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

export type Query = Record<string, string | number | string[] | undefined>

export function get<Answer>(path: string, query: Query = {}): Promise<Answer> {
  return request(path + textOf(query), { signal: AbortSignal.timeout(PATIENCE) })
}

export function post<Answer>(path: string, body: object): Promise<Answer> {
  const headers = { 'content-type': 'application/json' }
  return request(path, { method: 'POST', headers, body: JSON.stringify(body) })
}

/** `?a=1&names=web&names=api`; empty without any value. */
export function textOf(query: Query): string {
  const pairs = Object.entries(query).flatMap(([key, value]) =>
    value === undefined || value === '' ? [] : [value].flat().map((each) => [key, String(each)]),
  )
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs)}`
}

export type LogsQuery = Pick<LogsRequest, 'names' | 'group' | 'level' | 'grep' | 'streams'>

/** @throws ApiError if it was refused; another error if nobody answers */
async function request<Answer>(path: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(path, init)
  const answer = await response.json().catch(() => null)
  if (!response.ok) throw new ApiError(response.status, answer?.error?.message ?? `HTTP ${response.status}`)
  return answer
}
