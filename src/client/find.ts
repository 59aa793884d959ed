import type { SupervisorInfo } from '../model/views/supervisor-info.ts'
import { answers } from '../system/net/socket.ts'
import { isAlive, isZombie } from '../system/process/identity.ts'
import { readInfo } from './discover.ts'

/** The supervisor of a folder, if it accepts connections. */
export async function findSupervisor(tuixDir: string): Promise<SupervisorInfo | null> {
  const info = readInfo(tuixDir)
  if (!info || !(await answers(info.socket))) return null
  // The system accepts connections for a supervisor that has just been killed until its last thread is gone.
  return isZombie(info.identity) ? null : info
}

/** Whether the recorded supervisor is alive, though its socket may be gone. */
export function livesWithoutSocket(tuixDir: string): boolean {
  const info = readInfo(tuixDir)
  return info !== null && isAlive(info.identity)
}
