import type { Identity } from '../../model/lifecycle/identity.ts'
import { isAlive } from './identity.ts'

/** Signals a whole process group. Returns false if there is none, or if it belongs to another user. */
export function signalGroup(leader: number, signal: NodeJS.Signals): boolean {
  // kill(2) takes 0 for the caller's own group, and -1 for all processes.
  return leader > 1 && send(-leader, signal)
}

/** Signals one process, if it is still the same. */
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
