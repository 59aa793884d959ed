import { type Condition, meets } from './model/condition.ts'
import { ProcessManagerError } from './model/errors.ts'
import type { ProcessEvent } from './model/events.ts'
import { seconds } from './model/restart.ts'
import type { ProcessState } from './model/state.ts'

export interface WaitOptions {
  /** ms; default none. */
  timeout?: number
  /** Gives the waiting up; it rejects with the signal's reason. */
  signal?: AbortSignal
}

/** How the world is looked at. */
interface View {
  look(): Promise<ProcessState>
  events(signal: AbortSignal): AsyncIterable<ProcessEvent>
}

/** News may begin a moment after the first look, or end with the supervisor that sent it; ms between looks without news. */
const LOOK_EVERY = 1000

/** Looks at once and then whenever something happens to the process, until it meets the condition. */
export async function waitForCondition(
  name: string,
  condition: Condition,
  { look, events, timeout = Number.POSITIVE_INFINITY, signal }: WaitOptions & View,
): Promise<ProcessState> {
  const end = new AbortController()
  let wake = () => {}
  const listen = async () => {
    for await (const event of events(end.signal)) if (event.name === name) wake()
  }
  let isListening = false
  const deadline = performance.now() + timeout
  const abort = () => wake()
  signal?.addEventListener('abort', abort)
  try {
    for (;;) {
      const news = new Promise<void>((resolve) => (wake = resolve))
      signal?.throwIfAborted()
      const state = await look()
      const met = meets(state, condition)
      if (met === true) return state
      if (met !== false) throw new ProcessManagerError('start-failed', `${name} ${met}`)
      const left = deadline - performance.now()
      if (left <= 0) {
        const waited = `${name} was not ${condition} within ${seconds(timeout)}`
        throw new ProcessManagerError('timeout', `${waited}; it is ${state.status}`)
      }
      // Only now: a look at what rests needs no supervisor, news do.
      if (!isListening) listen().catch(() => {})
      isListening = true
      await Promise.race([news, pause(Math.min(left, LOOK_EVERY), end.signal)])
    }
  } finally {
    signal?.removeEventListener('abort', abort)
    end.abort()
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true })
  })
}
