import { readdirSync } from 'node:fs'

/** How many descriptors a process has open (`fd`), or threads (`task`). Null if that is unknown: without `/proc`, or of another user. */
export function countOf(pid: number, what: 'fd' | 'task'): number | null {
  try {
    return readdirSync(`/proc/${pid}/${what}`).length
  } catch {
    return null
  }
}
