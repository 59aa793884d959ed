import { createHash } from 'node:crypto'
import { parseMarker } from './model/members.ts'
import type { ManagedProcess } from './model/process.ts'
import { nameOf } from './model/recover.ts'
import { bornAt } from './system/cpu.ts'
import { readEntry } from './system/proc.ts'
import { readMarkers } from './system/sweep.ts'

/** ms: what was started just now may be on disk a moment later. */
const YOUNG = 3000

/**
 * Processes with a marker of this folder that belong to none of its processes, or to one that does not run. The program that
 * asks is none, even where a managed process has started it.
 */
export function findOrphans(tuixDir: string, processes: ManagedProcess[]): { pid: number; name: string }[] {
  const folder = createHash('sha256').update(tuixDir).digest('hex').slice(0, 8)
  const running = new Set(processes.filter(isUp).map(({ id }) => id))
  const own = ancestry()
  const now = Date.now()
  return readMarkers().flatMap(({ entry, marker }) => {
    const id = parseMarker(marker)?.id ?? ''
    const isForeign = !id.startsWith(`${folder}:`) || running.has(id) || own.has(entry.pid)
    return isForeign || now - bornAt(entry, now) < YOUNG ? [] : [{ pid: entry.pid, name: nameOf(id) }]
  })
}

function isUp({ wanted, status, identity }: ManagedProcess): boolean {
  return identity !== null || status === 'stopping' || (wanted === 'up' && status !== 'error')
}

/** This process and those that it descends from. */
function ancestry(): Set<number> {
  const pids = new Set<number>()
  for (let pid = process.pid; pid > 0 && !pids.has(pid); pid = readEntry(pid)?.ppid ?? 0) pids.add(pid)
  return pids
}
