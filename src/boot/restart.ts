import { setTimeout as pause } from 'node:timers/promises'
import { findSupervisor } from '../client/find.ts'
import type { SupervisorInfo } from '../model/views/supervisor-info.ts'
import { monotonic } from '../system/monotonic.ts'
import { signalProcess } from '../system/process/kill.ts'
import { findServices } from './services.ts'

/** ms until an init system has started a service again. */
const PATIENCE = 20_000
const LOOK_EVERY = 50

/** Starts the service of a folder, if it has one that this user may start. */
export function startService(tuixDir: string): boolean {
  return findServices(tuixDir).some(({ manager, name }) => {
    return manager.state(name).enabled && manager.start(name) === undefined
  })
}

/**
 * Replaces the supervisor of a service. A kill is safe at any moment, the init system starts the service again, and it takes no
 * right over the service, which a user does not have over one of the system.
 *
 * @returns whether the supervisor was that of a service, and another one is there
 */
export async function restartService(tuixDir: string, { identity }: SupervisorInfo): Promise<boolean> {
  const isService = findServices(tuixDir).some(({ manager, name }) => manager.state(name).pid === identity.pid)
  if (!isService) return false
  signalProcess(identity, 'SIGKILL')
  for (const begun = monotonic(); monotonic() - begun < PATIENCE; await pause(LOOK_EVERY)) {
    const found = await findSupervisor(tuixDir)
    if (found && found.identity.pid !== identity.pid) return true
  }
  return false
}
