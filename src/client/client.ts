import { isRecord, isText } from '../model/config/shape.ts'
import { ERROR_CODES, ProcessManagerError } from '../model/errors.ts'
import type { ProcessEventType } from '../model/lifecycle/events.ts'
import { controlBy } from '../protocol/carrier.ts'
import { type Control, GONE, OPERATIONS, type Operation } from '../protocol/operations.ts'
import { VERSION } from '../version.ts'
import type { Asked } from './silence.ts'
import { type Head, send, stream } from './transport.ts'

interface To {
  socket: string
  asked: Asked | null
  given: AbortSignal | undefined
}

/**
 * The operations of the supervisor that listens on a socket.
 *
 * @param asked who that is, for messages
 * @param given gives up all requests that have no answer yet
 */
export function createClient(socket: string, asked: Asked | null = null, given?: AbortSignal): Control {
  const to = { socket, asked, given }
  return controlBy({
    ask: (name, input) => ask(to, name, input),
    listen: (name, input, signal, listening) => listen(to, name, input, signal, listening),
  })
}

async function ask({ socket, asked, given }: To, name: Operation, input: object): Promise<unknown> {
  const { method, path } = OPERATIONS[name]
  const { url, rest } = addressOf(path, input)
  const answer = await (method === 'GET'
    ? send(socket, method, url + queryOf(rest), undefined, asked, given)
    : send(socket, method, url, rest, asked, given))
  const value = parse(answer.body)
  if (answer.status >= 400) throw failureOf(answer, value)
  if (!OPERATIONS[name].isAnswer(value)) throw unreadable(name, answer)
  return current(value)
}

async function* listen(
  { socket, asked }: To,
  name: Operation,
  input: object,
  signal: AbortSignal,
  listening = () => {},
): AsyncGenerator<unknown, void, undefined> {
  const { path, isAnswer } = OPERATIONS[name]
  const { url, rest: query } = addressOf(path, input)
  let head: Head = { status: 200, version: null }
  let rest = ''
  for await (const chunk of stream(socket, url + queryOf(query), signal, (received) => (head = received), asked)) {
    rest += chunk
    if (head.status >= 400) continue
    // The first chunk says no more than that.
    listening()
    const lines = rest.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      if (!line.startsWith('data: ')) continue
      const item = parse(line.slice(6))
      if (!isAnswer(item)) throw unreadable(name, head)
      yield current(item)
    }
  }
  if (head.status >= 400) throw failureOf(head, parse(rest))
}

/** An answer or event with all that this version tells, whichever version sent it. */
async function current(value: unknown): Promise<unknown> {
  if (!isOlder(value)) return value
  const { upgraded } = await import('./older.ts')
  return upgraded(value)
}

/** Events that have no cause in any version. */
const CAUSELESS: ReadonlySet<unknown> = new Set<ProcessEventType>([
  'start',
  'adopt',
  'pause',
  'resume',
  'release',
  'remove',
  'flush',
])

/** Version 0.1.0 sent states without a phase, outcomes without a result and events without a cause. */
function isOlder(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(isOlder)
  if (!isRecord(value)) return false
  if ('wanted' in value) return !('phase' in value)
  if ('ok' in value) return !('result' in value)
  return 'time' in value && !('cause' in value || 'health' in value || CAUSELESS.has(value.type))
}

/** The path with the names of the input in it, and what else there is in the input. */
function addressOf(path: string, input: object): { url: string; rest: Record<string, unknown> } {
  const rest: Record<string, unknown> = { ...input }
  // The first use of a pattern takes Bun a hundredth of `list`.
  if (!path.includes(':')) return { url: path, rest }
  const url = path.replace(/:(\w+)/g, (_, key: string) => {
    const value = String(rest[key])
    delete rest[key]
    return encodeURIComponent(value)
  })
  return { url, rest }
}

/** Flags are 1 where they are set. */
function queryOf(input: Record<string, unknown>): string {
  const set = Object.entries(input).filter(([, value]) => value !== undefined && value !== false)
  const query = set.map(([key, value]) => `${key}=${value === true ? 1 : encodeURIComponent(String(value))}`).join('&')
  return query && `?${query}`
}

/** The supervisor lets go of its folder and did nothing. The request has to go to the next one. */
export class GoneError extends Error {}

function failureOf({ status }: Head, value: unknown): Error {
  const error = isRecord(value) && isRecord(value.error) ? value.error : {}
  if (status === GONE) return new GoneError(isText(error.message) ? error.message : 'the supervisor has gone')
  const code = ERROR_CODES.find((known) => known === error.code) ?? 'internal'
  return new ProcessManagerError(code, isText(error.message) ? error.message : `the supervisor answered ${status}`)
}

function unreadable(operation: string, { version }: Head): ProcessManagerError {
  const versions = `the supervisor has version ${version ?? 'unknown'}, this program ${VERSION}`
  return new ProcessManagerError(
    'version',
    `the answer to \`${operation}\` cannot be read: ${versions}; use one version for both`,
  )
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
