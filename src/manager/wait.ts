import { type ErrorCode, ProcessManagerError } from '../model/errors.ts'
import type { ProcessEvent } from '../model/lifecycle/events.ts'
import { seconds } from '../model/text/text.ts'
import { CONDITIONS, type Condition, meets } from '../model/views/condition.ts'
import type { ProcessState } from '../model/views/state.ts'
import { monotonic } from '../system/monotonic.ts'

export interface WaitOptions {
  /** ms; default no limit. */
  timeout?: number
  /** Ends the wait, which then rejects with the signal's reason. */
  signal?: AbortSignal
}

/** How to read the state and the events. */
interface View {
  look(): Promise<ProcessState>
  events(signal: AbortSignal): AsyncIterable<ProcessEvent>
}

/** ms between checks without an event. Events may start a moment after the first check, or end with the supervisor. */
const LOOK_EVERY = 1000
/** Longest delay of setTimeout in ms. */
const LONGEST = 2 ** 31 - 1

/** Checks at once, and then whenever something happens to the process, until it meets the condition. */
export async function waitForCondition(
  name: string,
  condition: Condition,
  { look, events, timeout = Number.POSITIVE_INFINITY, signal }: WaitOptions & View,
): Promise<ProcessState> {
  // In JavaScript it may be any word, which would never be met.
  if (!CONDITIONS.includes(condition)) {
    const message = `no condition is named \`${condition}\`; there are ${CONDITIONS.join(', ')}`
    throw new ProcessManagerError('usage', message)
  }
  const end = new AbortController()
  let wake = () => {}
  const listen = async () => {
    for await (const event of events(end.signal)) if (event.name === name) wake()
  }
  let isListening = false
  const deadline = monotonic() + timeout
  const abort = () => wake()
  signal?.addEventListener('abort', abort)
  try {
    for (;;) {
      const news = new Promise<void>((resolve) => (wake = resolve))
      signal?.throwIfAborted()
      const state = await within(look(), deadline - monotonic())
      if (!state) {
        const late = `was not ${condition} within ${seconds(timeout)}; the supervisor does not answer`
        throw failure('timeout', name, late)
      }
      const met = meets(state, condition)
      if (met === true) return state
      if (met !== false) throw failure('start-failed', name, met)
      const left = deadline - monotonic()
      if (left <= 0) {
        const is = state.phase === 'paused' ? state.phase : state.status
        throw failure('timeout', name, `was not ${condition} within ${seconds(timeout)}; it is ${is}`)
      }
      // Only now, because events need a supervisor, but the first check of a process at rest does not.
      if (!isListening) listen().catch(() => {})
      isListening = true
      const timer = setTimeout(() => wake(), Math.min(left, LOOK_EVERY))
      await news
      clearTimeout(timer)
    }
  } finally {
    signal?.removeEventListener('abort', abort)
    end.abort()
  }
}

/** Undefined if the time is over first. A look may take a second in any case. */
async function within<Value>(value: Promise<Value>, ms: number): Promise<Value | undefined> {
  if (ms > LONGEST) return value
  let timer: NodeJS.Timeout | undefined
  const over = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), Math.max(ms, LOOK_EVERY))
  })
  return Promise.race([value, over]).finally(() => clearTimeout(timer))
}

function failure(code: ErrorCode, name: string, predicate: string): ProcessManagerError {
  return new ProcessManagerError(code, `${name} ${predicate}`, [], predicate)
}
