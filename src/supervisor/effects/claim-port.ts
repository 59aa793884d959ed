import { automaticPort } from '../../model/lifecycle/automatic-port.ts'
import type { SpawnProblem } from '../../model/lifecycle/causes.ts'
import type { Clock } from '../../system/clock.ts'
import { holderOf, listeners } from '../../system/net/ports.ts'
import type { Managed } from '../managed.ts'

/** ms that a restart waits until its port is free. A first start does not wait. */
const RELEASE_PATIENCE = 5000
const LOOK_EVERY = 50

/**
 * Finds the port of a run. Null if its config has none. If the port is taken, the start fails with the holder's name; a
 * restart may try again.
 */
export async function claimPort(managed: Managed, run: number, clock: Clock): Promise<number | null | 'refused'> {
  const { config, id, port: before } = managed.process
  if (config.port === null) return null
  const port =
    config.port === 'auto' ? (before ?? automaticPort(id.split(':')[0] ?? '', config.name, isTaken)) : config.port
  if (port === undefined) return refuse(managed, run, { type: 'no-free-port' }, true)
  const again = run > 1 && before !== null
  const begun = clock.monotonic()
  let isBlocked = false
  while (isTaken(port)) {
    if (!again || clock.monotonic() - begun >= RELEASE_PATIENCE)
      return refuse(managed, run, { type: 'port-taken', port, holder: holderOf(port) }, again)
    // Only once, because finding the holder reads every process of the machine.
    if (!isBlocked) managed.dispatch({ type: 'blocked', run, by: { type: 'port', port, holder: holderOf(port) } })
    isBlocked = true
    await new Promise<void>((resolve) => clock.after(LOOK_EVERY, resolve))
    if (!managed.isSpawning(run)) return 'refused'
  }
  return port
}

function refuse(managed: Managed, run: number, problem: SpawnProblem, transient: boolean): 'refused' {
  managed.dispatch({ type: 'spawn-failed', run, problem, transient })
  return 'refused'
}

function isTaken(port: number): boolean {
  return listeners().some((listener) => listener.port === port)
}
