import { automaticPort } from '../model/ports.ts'
import type { Clock } from '../system/clock.ts'
import { holderOf, listeners } from '../system/ports.ts'
import type { Managed } from './managed.ts'

/** ms that a restart waits for the port of the run before; a first start does not wait. */
const RELEASE_PATIENCE = 5000
const LOOK_EVERY = 50

/**
 * The port that a run is to listen on, null if its config has none. A port that is taken fails the start, naming who has it,
 * and counts as a failure that may pass on a restart.
 */
export async function claimPort(managed: Managed, run: number, clock: Clock): Promise<number | null | 'refused'> {
  const { config, id, port: before } = managed.process
  if (config.port === null) return null
  const port =
    config.port === 'auto' ? (before ?? automaticPort(id.split(':')[0] ?? '', config.name, isTaken)) : config.port
  if (port === undefined) return refuse(managed, run, 'no automatic port is free', true)
  const again = run > 1 && before !== null
  const begun = clock.now()
  let heldUp = false
  while (isTaken(port)) {
    if (!again || clock.now() - begun >= RELEASE_PATIENCE)
      return refuse(managed, run, `port ${port} is ${holding(port)}`, again)
    // Who has it is asked once: that is a look at every process of the machine.
    if (!heldUp) managed.dispatch({ type: 'held-up', run, message: `waiting for port ${port}, ${holding(port)}` })
    heldUp = true
    await new Promise<void>((resolve) => clock.after(LOOK_EVERY, resolve))
    if (!managed.isSpawning(run)) return 'refused'
  }
  return port
}

function refuse(managed: Managed, run: number, message: string, transient: boolean): 'refused' {
  managed.dispatch({ type: 'spawn-failed', run, message, transient })
  return 'refused'
}

function holding(port: number): string {
  const holder = holderOf(port)
  return holder ? `held by pid ${holder.pid} (${holder.name})` : 'taken by another user'
}

function isTaken(port: number): boolean {
  return listeners().some((listener) => listener.port === port)
}
