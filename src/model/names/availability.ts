import type { Phase } from '../lifecycle/phase.ts'
import type { ManagedProcess } from '../lifecycle/process.ts'

/** ms that a request is held for a process that is about to be up. */
export const LONGEST_HOLD = 10_000

/** Proxies of ours that a request has passed when it is refused as a loop. */
export const MOST_HOPS = 5

/**
 * Whether a process can take a request: `open`; `soon`, so that the request is held; or `down`, which only an order or a time
 * further ahead changes.
 */
export type Availability = 'open' | 'soon' | 'down'

/** @param now epoch ms */
export function availability({ phase, wanted }: Pick<ManagedProcess, 'phase' | 'wanted'>, now: number): Availability {
  switch (phase.type) {
    case 'running':
      return 'open'
    case 'waiting':
    case 'spawning':
    case 'starting':
      return 'soon'
    case 'backoff':
    case 'scheduled':
      return phase.at - now <= LONGEST_HOLD ? 'soon' : 'down'
    case 'stopping':
    case 'cleanup':
      return wanted === 'up' ? 'soon' : 'down'
    case 'stopped':
    case 'completed':
    case 'crashed':
    case 'failed':
    case 'paused':
      return 'down'
    default:
      return phase satisfies never
  }
}

/** The phases of the instances of one name, together: one that can take the request is enough. */
export function availabilityOfAll(
  processes: readonly { phase: Phase; wanted: 'up' | 'down' }[],
  now: number,
): Availability {
  const all = processes.map((process) => availability(process, now))
  return all.includes('open') ? 'open' : all.includes('soon') ? 'soon' : 'down'
}
