import { setTimeout as pause } from 'node:timers/promises'
import { createClient } from '../../client/client.ts'
import { findSupervisor } from '../../client/find.ts'
import { NoAnswerError, ProcessManagerError } from '../../model/errors.ts'
import type { SupervisorInfo } from '../../model/views/supervisor-info.ts'
import { monotonic } from '../../system/monotonic.ts'
import { CpuMeter } from '../../system/process/cpu.ts'
import { signalProcess } from '../../system/process/kill.ts'
import { isStillAlive } from '../../system/process/liveness.ts'
import { measured } from '../../system/process/measure.ts'
import { requestEntry } from '../../system/process/proc.ts'

/** The supervisor and its usage. */
export interface SupervisorStatus extends SupervisorInfo {
  /** MB (2^20 bytes) resident; of the whole app if it is embedded. */
  memory: number | null
  /** Percent of one core since its start. */
  cpu: number | null
}

/** The supervisor that has ended. */
export interface EndedSupervisor extends SupervisorInfo {
  /** It did not answer and was killed by SIGKILL. */
  killed: boolean
}

/** ms to wait until a supervisor has released everything and ended. */
const PATIENCE = 5000
const LOOK_EVERY = 20

/** Null if there is no supervisor. */
export async function supervisorStatus(tuixDir: string): Promise<SupervisorStatus | null> {
  const info = await findSupervisor(tuixDir)
  if (!info) return null
  const found = await requestEntry(info.identity.pid)
  const [entry] = found?.startTime === info.identity.startTime ? await measured([found]) : []
  if (!entry) return { ...info, memory: null, cpu: null }
  return { ...info, memory: entry.memory / 2 ** 20, cpu: new CpuMeter().percent(entry, entry.cpu, Date.now()) }
}

/**
 * Ends the supervisor and leaves its processes running for the next one. A supervisor that does not answer is killed, which
 * is safe at any moment. Null if there is no supervisor.
 *
 * @param isSilent it is known not to answer, so it is not asked
 * @throws ProcessManagerError `unreachable` for an app that embeds it, since the app would go on and start another one
 */
export async function endSupervisor(tuixDir: string, isSilent = false): Promise<EndedSupervisor | null> {
  const info = await findSupervisor(tuixDir)
  if (!info) return null
  const { identity, mode, socket } = info
  if (mode === 'embedded')
    throw new ProcessManagerError('unreachable', `the supervisor is part of an app, pid ${identity.pid}; end that app`)
  const release = () =>
    createClient(socket, info)
      .release({})
      // It may end before its answer is complete.
      .catch((error) => error)
      .then((result) => !(result instanceof NoAnswerError))
  const answered = !isSilent && (await Promise.race([release(), pause(PATIENCE, false, { ref: false })]))
  if (answered && (await hasEnded(info))) return { ...info, killed: false }
  signalProcess(identity, 'SIGKILL')
  if (await hasEnded(info)) return { ...info, killed: true }
  throw new ProcessManagerError('unreachable', `the supervisor, pid ${identity.pid}, does not end, not even by SIGKILL`)
}

async function hasEnded({ identity }: SupervisorInfo): Promise<boolean> {
  for (const begun = monotonic(); await isStillAlive(identity); await pause(LOOK_EVERY))
    if (monotonic() - begun > PATIENCE) return false
  return true
}
