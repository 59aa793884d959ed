import type { Managed } from '../managed.ts'

/** Most metrics of one process; more are dropped. */
const MOST_METRICS = 100

/**
 * Handles a message of a child: `'ready'`, `{ type: 'ready' }`, or `{ type: 'metric', name, value }`. Other messages are
 * ignored.
 */
export function receive(managed: Managed, run: number, said: unknown): void {
  const { type, ...values } = asObject(said)
  if (said === 'ready' || type === 'ready') managed.dispatch({ type: 'ready', run, cause: { type: 'message' } })
  if (type === 'metric') addMetrics(managed, values)
}

/** `{ name, value }` is one metric. Otherwise each key is a metric. */
function addMetrics(managed: Managed, values: Record<string, unknown>): void {
  const { name, value } = values
  const entries = typeof name === 'string' && 'value' in values ? [[name, value] as const] : Object.entries(values)
  for (const [key, metric] of entries) {
    if (typeof metric !== 'number' && typeof metric !== 'string') continue
    if (key in managed.metrics || Object.keys(managed.metrics).length < MOST_METRICS) managed.report(key, metric)
  }
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
