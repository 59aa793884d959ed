import { randomUUID } from 'node:crypto'
import { type AlertOrigin, slackBody, webhookBody } from '../../model/alerts/messages.ts'
import type { AlertMessage } from '../../model/alerts/open-alert.ts'
import type { AlertTarget } from '../../model/config/alerts.ts'
import { wordsOf } from '../../model/text/system-error.ts'
import type { Clock } from '../../system/clock.ts'
import { runToEnd } from '../../system/process/run-to-end.ts'
import type { Sweeper } from '../../system/process/sweep.ts'

/** ms until a request has failed, and until a command is killed. */
const TIMEOUT = 5000
const COMMAND_TIMEOUT = 30_000

export interface Delivery {
  ok: boolean
  /** Another try may succeed. */
  mayRetry: boolean
  /** What the target answered. Never its address. */
  answer: string
}

export interface Surroundings {
  origin: AlertOrigin
  /** Folder in which commands run. */
  cwd: string
  env: Record<string, string>
  clock: Clock
  sweeper: Sweeper
}

/** Sends a message once. Never rejects. `signal` ends it early. */
export function send(
  message: AlertMessage,
  to: AlertTarget,
  surroundings: Surroundings,
  signal: AbortSignal,
): Promise<Delivery> {
  const body = webhookBody(message, surroundings.origin)
  if ('command' in to) return runCommand(message, to.command, JSON.stringify(body), surroundings, signal)
  return 'slack' in to
    ? post(to.slack, message.id, slackBody(message, surroundings.origin), signal)
    : post(to.webhook, message.id, body, signal)
}

async function post(url: string, id: string, body: object, signal: AbortSignal): Promise<Delivery> {
  const timeout = AbortSignal.timeout(TIMEOUT)
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': id, 'user-agent': 'tuix-ps' },
      body: JSON.stringify(body),
      // Whoever is there in its place should not get what was meant for another.
      redirect: 'manual',
      signal: AbortSignal.any([timeout, signal]),
    })
    // Of any length, and nobody needs it.
    await response.body?.cancel().catch(() => {})
    const { status } = response
    return { ok: response.ok, mayRetry: status >= 500 || status === 408 || status === 429, answer: `HTTP ${status}` }
  } catch (error) {
    return { ok: false, mayRetry: true, answer: timeout.aborted ? `no answer within ${TIMEOUT / 1000} s` : why(error) }
  }
}

/** Without the words of the runtime, which may have the address. */
function why(error: unknown): string {
  const { code, cause } = error as { code?: unknown; cause?: { code?: unknown } }
  const known = [cause?.code, code].find((one) => typeof one === 'string')
  const words = wordsOf(known === 'ConnectionRefused' ? 'ECONNREFUSED' : (known as string | undefined))
  return `it cannot be reached: ${words}`
}

async function runCommand(
  { id, status, kind, process, message, count }: AlertMessage,
  commandLine: string,
  input: string,
  { cwd, env, clock, sweeper }: Surroundings,
  signal: AbortSignal,
): Promise<Delivery> {
  const abort = new AbortController()
  const end = () => abort.abort()
  const cancel = clock.after(COMMAND_TIMEOUT, end)
  signal.addEventListener('abort', end, { once: true })
  const variables = {
    TUIX_ALERT_ID: id,
    TUIX_ALERT_STATUS: status,
    TUIX_ALERT_KIND: kind,
    TUIX_ALERT_PROCESS: process,
    TUIX_ALERT_MESSAGE: message,
    TUIX_ALERT_COUNT: String(count),
  }
  const request = { program: '/bin/sh', args: ['-c', commandLine], cwd, env: { ...env, ...variables }, input }
  const ended = await runToEnd({ ...request, id: `alert:${randomUUID()}` }, abort.signal, { clock, sweeper })
  cancel()
  signal.removeEventListener('abort', end)
  return { ok: ended.code === 0 && !abort.signal.aborted, mayRetry: true, answer: commandAnswer() }

  function commandAnswer(): string {
    if (ended.problem) return ended.problem
    if (abort.signal.aborted) return `killed: it took longer than ${COMMAND_TIMEOUT / 1000} s`
    return ended.signal === null ? `exited with ${ended.code}` : `killed by ${ended.signal}`
  }
}
