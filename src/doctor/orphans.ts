import { leaderOf, needsSupervisor } from '../model/lifecycle/phase.ts'
import type { ManagedProcess } from '../model/lifecycle/process.ts'
import { nameOf } from '../model/tree/rebuild.ts'
import { carriersOf } from '../storage/carriers.ts'
import { bornAt } from '../system/process/cpu.ts'

/** Age in ms below which a process is no orphan, since the state on disk may not have it yet. */
const YOUNG = 3000

/** The carriers of this folder's markers that belong to none of its running processes. */
export function findOrphans(tuixDir: string, processes: ManagedProcess[]): { pid: number; name: string }[] {
  const running = new Set(processes.filter(isSupervised).map(({ id }) => id))
  const now = Date.now()
  return carriersOf(tuixDir)
    .filter(({ entry, id }) => !running.has(id) && now - bornAt(entry, now) >= YOUNG)
    .map(({ entry, id }) => ({ pid: entry.pid, name: nameOf(id) }))
}

function isSupervised(process: ManagedProcess): boolean {
  // Nothing of a process lives only because its files are watched.
  return leaderOf(process.phase) !== null || needsSupervisor({ ...process, config: { watch: null } })
}
