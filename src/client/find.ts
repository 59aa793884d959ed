import type { SupervisorInfo } from '../model/control.ts'
import { isAlive, isZombie } from '../system/identity.ts'
import { answers } from '../system/socket.ts'
import { readInfo } from './discover.ts'

/** A supervisor that takes connections; null: there is none now. */
export async function findSupervisor(tuixDir: string): Promise<SupervisorInfo | null> {
  const info = readInfo(tuixDir)
  if (!info || !(await answers(info.socket))) return null
  // The system takes connections for one that has just been killed, until the last of its threads is gone.
  return isZombie(info.identity) ? null : info
}

/** Whether the process that `supervisor.json` names lives, though its socket may be gone. */
export function livesWithoutSocket(tuixDir: string): boolean {
  const info = readInfo(tuixDir)
  return info !== null && isAlive(info.identity)
}
