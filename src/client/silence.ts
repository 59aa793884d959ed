import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { NoAnswerError } from '../model/errors.ts'
import type { SupervisorInfo } from '../model/views/supervisor-info.ts'
import { monotonic } from '../system/monotonic.ts'
import { HAS_PROC, readEntry } from '../system/process/proc.ts'

/* A supervisor may be busy with one request for long, but answers others meanwhile. One that is stopped or hangs answers none,
   though the system accepts connections for it. */

/** ms within which a living supervisor answers something, also on a machine under load. */
export const PATIENCE = 4000
/** ms of processor time within `PATIENCE` by which a supervisor works. One that is stopped or waits for something has none. */
const WORKING = 40
/** ms after which even one that works counts as silent: it may be in a loop. */
const LONGEST_WORK = 30_000
/** ms between questions while a request is under way. */
const ASK_EVERY = 5000

/** Any request: every version answers one that it does not know, too. */
const QUESTION = 'GET /v1/ping HTTP/1.0\r\nhost: supervisor\r\n\r\n'

/** Who is asked: a supervisor of this machine, or a target, as messages name it. */
export type Asked = Pick<SupervisorInfo, 'identity' | 'mode'> | { target: string }

/**
 * Resolves when the supervisor answers nothing any more; never if the socket is closed, which its other connections notice. One
 * that works meanwhile, as hundreds of starts on a machine under load make it, has more time.
 */
export async function untilSilent(socket: string, asked: Asked | null, signal: AbortSignal): Promise<void> {
  let silentSince: number | null = null
  for (;;) {
    const [begun, worked] = [monotonic(), workOf(asked)]
    const answer = await question(socket, PATIENCE, signal)
    if (answer === 'silent' && !signal.aborted) {
      silentSince ??= begun
      const isWorking = workOf(asked) - worked >= WORKING
      if (!isWorking || monotonic() - silentSince >= LONGEST_WORK) return
      continue
    }
    silentSince = null
    await pause(ASK_EVERY, undefined, { signal, ref: false })
  }
}

/** ms of processor time so far; always 0 where that is not known. */
function workOf(asked: Asked | null): number {
  const entry = asked && 'identity' in asked && HAS_PROC ? readEntry(asked.identity.pid) : undefined
  return entry?.cpu ?? 0
}

/** Whether a supervisor answers requests, not only accepts connections. */
export async function answersRequests(socket: string, within = PATIENCE): Promise<boolean> {
  return (await question(socket, within, new AbortController().signal)) === 'answered'
}

/** `closed`: nobody is at this socket, or has ended. */
export type AnswerKind = 'answered' | 'silent' | 'closed'

/** What comes of a question to who listens at a socket, a supervisor or another server of HTTP, within so many ms. */
export function question(socket: string, within: number, signal: AbortSignal): Promise<AnswerKind> {
  return new Promise((resolve) => {
    const connection = connect(socket)
    const end = (how: AnswerKind) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
      connection.destroy()
      resolve(how)
    }
    const abort = () => end('closed')
    const timer = setTimeout(() => end('silent'), within)
    signal.addEventListener('abort', abort, { once: true })
    connection.once('data', () => end('answered'))
    connection.once('close', () => end('closed'))
    // Too many connections wait to be accepted: it has answered none of them for a while.
    connection.once('error', (error: NodeJS.ErrnoException) => end(error.code === 'EAGAIN' ? 'silent' : 'closed'))
    connection.write(QUESTION)
  })
}

export function noAnswer(asked: Asked | null): NoAnswerError {
  if (asked && 'target' in asked) return new NoAnswerError(`${asked.target} does not answer`)
  const who = asked ? `supervisor ${asked.identity.pid}` : 'the supervisor'
  const advice =
    asked?.mode === 'embedded'
      ? 'it is part of an app: end that app, and the next command takes over its processes'
      : '`tuix-ps supervisor restart` replaces it, and its processes keep running'
  return new NoAnswerError(`${who} does not answer; ${advice}`)
}

/** For the errors of a request whose answer may be incomplete, since the supervisor ends. */
export function throwNoAnswer(error: unknown): void {
  if (error instanceof NoAnswerError) throw error
}
