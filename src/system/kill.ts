import type { Identity } from '../model/process.ts'
import { isAlive } from './identity.ts'

/** Signals a whole process group. False: there is none, or it is not ours. */
export function signalGroup(leader: number, signal: NodeJS.Signals): boolean {
  // 0 and 1 would mean our own group, or everything.
  return leader > 1 && send(-leader, signal)
}

/** Signals one process after making sure that it is still the same. */
export function signalProcess(identity: Identity, signal: NodeJS.Signals): boolean {
  return identity.pid > 1 && isAlive(identity) && send(identity.pid, signal)
}

function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal)
    return true
  } catch {
    return false
  }
}
