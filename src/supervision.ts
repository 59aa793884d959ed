import { setTimeout as pause } from 'node:timers/promises'
import { Client } from './client/client.ts'
import { findSupervisor } from './client/find.ts'
import type { SupervisorInfo } from './model/control.ts'
import { ProcessManagerError } from './model/errors.ts'
import { CpuMeter } from './system/cpu.ts'
import { isAlive } from './system/identity.ts'
import { signalProcess } from './system/kill.ts'
import { readEntry } from './system/proc.ts'

/** Who supervises, and what that costs. */
export interface SupervisorStatus extends SupervisorInfo {
  /** MB (2^20 bytes) resident, of the whole app where one embeds it. */
  memory: number | null
  /** Percent of one core since its start. */
  cpu: number | null
}

/** Who was the supervisor until now. */
export interface EndedSupervisor extends SupervisorInfo {
  /** It did not answer, and was ended by SIGKILL. */
  killed: boolean
}

/** ms that a supervisor has to let go of everything and to end. */
const PATIENCE = 5000
const LOOK_EVERY = 20

/** Null: nobody supervises. */
export async function supervisorStatus(tuixDir: string): Promise<SupervisorStatus | null> {
  const info = await findSupervisor(tuixDir)
  if (!info) return null
  const entry = readEntry(info.identity.pid)
  if (entry?.startTime !== info.identity.startTime) return { ...info, memory: null, cpu: null }
  return { ...info, memory: entry.memory / 2 ** 20, cpu: new CpuMeter().percent(entry, entry.cpu, Date.now()) }
}

/**
 * Ends the supervisor and leaves its processes running, for the next one. One that does not answer is killed: it may be, at
 * any moment. Null: nobody supervises.
 *
 * @throws ProcessManagerError `unreachable` for an app that embeds it: that would live on, and start another
 */
export async function endSupervisor(tuixDir: string): Promise<EndedSupervisor | null> {
  const info = await findSupervisor(tuixDir)
  if (!info) return null
  const { identity, mode, socket } = info
  if (mode === 'embedded')
    throw new ProcessManagerError('unreachable', `the supervisor is part of an app, pid ${identity.pid}; end that app`)
  const answered = await Promise.race([
    // It may have ended before its answer was through.
    new Client(socket)
      .release()
      .catch(() => {})
      .then(() => true),
    pause(PATIENCE, false, { ref: false }),
  ])
  if (answered && (await hasEnded(info))) return { ...info, killed: false }
  signalProcess(identity, 'SIGKILL')
  if (await hasEnded(info)) return { ...info, killed: true }
  throw new ProcessManagerError('unreachable', `the supervisor, pid ${identity.pid}, does not end, not even by SIGKILL`)
}

async function hasEnded({ identity }: SupervisorInfo): Promise<boolean> {
  for (const begun = Date.now(); isAlive(identity); await pause(LOOK_EVERY))
    if (Date.now() - begun > PATIENCE) return false
  return true
}
