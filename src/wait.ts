import { type Condition, meets } from './model/condition.ts'
import { ProcessManagerError } from './model/errors.ts'
import type { ProcessEvent } from './model/events.ts'
import { seconds } from './model/restart.ts'
import type { ProcessState } from './model/state.ts'

/** News may begin a moment after the first look, or end with the supervisor that sent it; ms between looks without news. */
const LOOK_EVERY = 1000

/** Looks at once and then whenever something happens to the process, until it meets the condition. */
export async function waitForCondition(
  look: () => Promise<ProcessState>,
  events: (signal: AbortSignal) => AsyncIterable<ProcessEvent>,
  name: string,
  condition: Condition,
  timeout?: number,
): Promise<ProcessState> {
  const end = new AbortController()
  let wake = () => {}
  const listen = async () => {
    for await (const event of events(end.signal)) if (event.name === name) wake()
  }
  listen().catch(() => {})
  const deadline = timeout === undefined ? Number.POSITIVE_INFINITY : performance.now() + timeout
  try {
    for (;;) {
      const news = new Promise<void>((resolve) => (wake = resolve))
      const state = await look()
      const met = meets(state, condition)
      if (met === true) return state
      if (met !== false) throw new ProcessManagerError('start-failed', `${name} ${met}`)
      const left = deadline - performance.now()
      if (left <= 0) {
        const waited = `${name} was not ${condition} within ${seconds(timeout ?? 0)}`
        throw new ProcessManagerError('timeout', `${waited}; it is ${state.status}`)
      }
      await Promise.race([news, pause(Math.min(left, LOOK_EVERY), end.signal)])
    }
  } finally {
    end.abort()
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true })
  })
}
