import type { Outcome } from '../../model/control.ts'
import type { Managed } from '../managed.ts'
import type { ActionParts } from './parts.ts'

/** Empties the logs of one process. */
export async function flush({ outcome, flushLogs }: ActionParts, managed: Managed): Promise<Outcome> {
  try {
    const bytes = await flushLogs(managed)
    return outcome(managed, { ok: true, message: bytes === 0 ? 'already empty' : `emptied, ${inUnits(bytes)}` })
  } catch (error) {
    const message = `its log was not emptied: ${(error as Error).message}`
    return outcome(managed, { ok: false, message, code: 'internal' })
  }
}

function inUnits(bytes: number): string {
  return bytes < 100_000 ? `${bytes} bytes` : `${(bytes / 1_000_000).toFixed(1)} MB`
}
