import { readlinkSync } from 'node:fs'
import type { Identity } from '../../model/lifecycle/identity.ts'
import { identify, self } from './identity.ts'
import { HAS_PROC } from './proc.ts'

export { isMainThread } from 'node:worker_threads'

/**
 * This thread. On Linux a worker thread has a number and a start time of its own and is looked up like a process. Elsewhere, and
 * in the main thread, it is the process.
 */
export function selfThread(): Identity {
  return ownThread() ?? self()
}

function ownThread(): Identity | undefined {
  try {
    return HAS_PROC ? identify(Number(readlinkSync('/proc/thread-self').split('/').at(-1))) : undefined
  } catch {
    return undefined
  }
}
