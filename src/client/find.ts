import type { SupervisorInfo } from '../model/control.ts'
import { isAlive } from '../system/identity.ts'
import { answers } from '../system/socket.ts'
import { readInfo } from './discover.ts'

/** A supervisor that takes connections; null: there is none now. */
export async function findSupervisor(tuixDir: string): Promise<SupervisorInfo | null> {
  const info = readInfo(tuixDir)
  return info && (await answers(info.socket)) ? info : null
}

/** Whether the process that `supervisor.json` names lives, though its socket may be gone. */
export function livesWithoutSocket(tuixDir: string): boolean {
  const info = readInfo(tuixDir)
  return info !== null && isAlive(info.identity)
}
