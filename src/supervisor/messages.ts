import type { Managed } from './managed.ts'

/** Names and values that one process may show; more are dropped. */
const MOST_METRICS = 100

/** What a child says over its channel: `'ready'`, `{ type: 'ready' }`, `{ type: 'metric', name, value }`. Anything else is its own. */
export function receive(managed: Managed, run: number, message: unknown): void {
  const { type, ...values } = asObject(message)
  if (message === 'ready' || type === 'ready')
    managed.dispatch({ type: 'ready', run, message: 'said that it is ready' })
  if (type === 'metric') addMetrics(managed, values)
}

/** `{ name, value }` is one metric; any other keys are metrics themselves. */
function addMetrics(managed: Managed, values: Record<string, unknown>): void {
  const { name, value } = values
  const entries = typeof name === 'string' && 'value' in values ? [[name, value] as const] : Object.entries(values)
  for (const [key, metric] of entries) {
    if (typeof metric !== 'number' && typeof metric !== 'string') continue
    if (key in managed.metrics || Object.keys(managed.metrics).length < MOST_METRICS) managed.metrics[key] = metric
  }
}

function asObject(message: unknown): Record<string, unknown> {
  return typeof message === 'object' && message !== null ? (message as Record<string, unknown>) : {}
}
