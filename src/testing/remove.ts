import { setTimeout as pause } from 'node:timers/promises'
import { throwFirst } from '../manager/result.ts'
import { ProcessManagerError } from '../model/errors.ts'
import type { Outcome } from '../model/views/outcome.ts'
import { carriersOf } from '../storage/carriers.ts'
import { holderOf } from '../system/net/ports.ts'
import { removeFolder, stateFolder } from './place.ts'
import { portsOf, releasePorts, stillOpen } from './ports.ts'

/** ms for which a port may stay open after the end of its process: somebody else may be just looking at it. */
const PORT_PATIENCE = 1000
const LOOK_EVERY = 20

/** Whoever supervises a stack. */
export interface Supervision {
  /** Stops everything. */
  stop(): Promise<Outcome[]>
  /** Ends the supervisor. */
  end(): Promise<unknown>
}

/**
 * Stops a stack, proves that nothing of it is left, and removes its folder.
 *
 * @throws ProcessManagerError if something is left; the folder then stays, and so do the reserved ports
 */
export async function removeStack(stack: string, supervision: Supervision): Promise<void> {
  throwFirst(await supervision.stop())
  await supervision.end()
  const left = carriersOf(stateFolder(stack)).map(({ entry }) => `${entry.name} (pid ${entry.pid})`)
  if (left.length > 0)
    throw new ProcessManagerError('stop-failed', `the stack left something running: ${left.join(', ')}`)
  const ports = portsOf(stack)
  for (let waited = 0; stillOpen(ports).length > 0 && waited < PORT_PATIENCE; waited += LOOK_EVERY)
    await pause(LOOK_EVERY)
  const [open] = stillOpen(ports)
  if (open !== undefined)
    throw new ProcessManagerError('stop-failed', `port ${open} of the stack is still open${heldBy(open)}`)
  // First the ports: a killed program leaves none behind whose stack is gone.
  releasePorts(stack, ports)
  removeFolder(stack)
}

function heldBy(port: number): string {
  const holder = holderOf(port)
  return holder === null ? '' : `, held by ${holder.name} (pid ${holder.pid})`
}
