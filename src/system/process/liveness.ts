import { type Identity, isSamePidSpace, isSameProcess } from '../../model/lifecycle/identity.ts'
import { isAlive } from './identity.ts'
import { pidSpace } from './pid-space.ts'
import { HAS_PROC, requestTable } from './proc.ts'

/** Whether this very process lives, zombies not counted; without blocking. A `ps` that fails says nothing: then it does. */
export async function isStillAlive(identity: Identity, hasProc = HAS_PROC): Promise<boolean> {
  if (hasProc) return isAlive(identity)
  if (!isSamePidSpace(identity, pidSpace())) return false
  const table = await requestTable(hasProc)
  if (table.length === 0) return true
  return table.some((entry) => isSameProcess(entry, identity) && entry.alive)
}

/**
 * Looks every so many ms whether a process lives that is not our child, of whose end no runtime tells, and calls back once
 * when it does not. Keeps nothing alive. The result ends it.
 */
export function whenEnded(identity: Identity, everyMs: number, ended: () => void, hasProc = HAS_PROC): () => void {
  let isLooking = false
  let isOver = false
  const end = () => {
    isOver = true
    clearInterval(timer)
  }
  const look = async () => {
    if (isLooking) return
    isLooking = true
    // A look that fails says nothing: then it lives.
    const lives = await isStillAlive(identity, hasProc).catch(() => true)
    isLooking = false
    if (lives || isOver) return
    end()
    ended()
  }
  const timer = setInterval(() => void look(), everyMs).unref()
  return end
}
