import type { Effect, Transition } from './inputs.ts'
import type { ManagedProcess, Totals } from './process.ts'

/** The same transition, with the crash or restart in it counted. The counts are saved with the state, so none is lost or counted twice. */
export function counted(before: ManagedProcess, after: Transition): Transition {
  const { process, effects } = after
  const restarts = Math.max(0, process.restarts - before.restarts)
  const crashes = effects.flatMap(crashIn)
  if (restarts === 0 && crashes.length === 0) return after
  const totals: Totals = { restarts: 0, crashes: {}, ...process.totals }
  const byReason = { ...totals.crashes }
  for (const reason of crashes) byReason[reason] = (byReason[reason] ?? 0) + 1
  return { process: { ...process, totals: { restarts: totals.restarts + restarts, crashes: byReason } }, effects }
}

function crashIn(effect: Effect): (keyof Totals['crashes'])[] {
  return effect.type === 'emit' && effect.event.type === 'crash' ? [effect.event.cause.type] : []
}
