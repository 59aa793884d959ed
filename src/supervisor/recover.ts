import { asInstance, DECLARED_INSTANCES, INSTANCE } from '../model/instances.ts'
import { parseMarker, type Target } from '../model/members.ts'
import type { ManagedProcess } from '../model/process.ts'
import { type Carrier, nameOf, rebuild, rejoin, unknownIds, unrecordedLeader } from '../model/recover.ts'
import type { ResolveConfig } from '../model/resolve.ts'
import type { SavedState } from '../model/saved.ts'
import type { Found } from '../model/step.ts'
import { bootId, identityOf, isAlive } from '../system/identity.ts'
import { readCommandLine, readCwd, readEnvironment } from '../system/proc.ts'
import { look, readMarkers, sweepNow } from '../system/sweep.ts'

/** Every process that the new supervisor begins with, and what was found of it. */
export interface Recovered {
  process: ManagedProcess
  found: Found
}

/**
 * Compares what an earlier supervisor wrote with what lives: leaders are recognised by pid, start time and boot, runs that
 * were never recorded by their marker, and processes that no state names are rebuilt from what the system knows of them.
 */
export async function recoverAll(
  saved: Pick<SavedState, 'bootId' | 'processes'>,
  targetOf: (process: ManagedProcess) => Target,
  resolve: ResolveConfig,
  folderHash: string,
  now: number,
): Promise<Recovered[]> {
  const seen = look()
  const carriers: Carrier[] = readMarkers(seen).filter(({ entry }) => entry.pid !== process.pid)
  const unknown = unknownIds(saved.processes, carriers, folderHash)
  const rebuilt = (await Promise.all(unknown.map((id) => rebuildFrom(id, carriers, resolve, now)))).flat()
  const processes = [...saved.processes, ...rejoin(rebuilt, saved.processes, folderHash, now)]
  const leaders = processes.map((process) => leaderOf(process, carriers))
  const sweeps = sweepNow(processes.map(targetOf), seen)
  return processes.map((process, i) => {
    const leader = leaders[i] ?? null
    const strays = (sweeps[i]?.members ?? []).some(({ pid }) => pid !== leader?.identity.pid)
    const rebooted = saved.bootId !== '' && saved.bootId !== bootId()
    return { process, found: { leader: leader?.identity ?? null, run: leader?.run ?? process.run, strays, rebooted } }
  })
}

function leaderOf(
  process: ManagedProcess,
  carriers: Carrier[],
): { identity: ReturnType<typeof identityOf>; run: number } | undefined {
  const unrecorded = unrecordedLeader(process, carriers)
  if (unrecorded) return { identity: identityOf(unrecorded.entry), run: unrecorded.run }
  const { identity, run } = process
  return identity && isAlive(identity) ? { identity, run } : undefined
}

async function rebuildFrom(
  id: string,
  carriers: Carrier[],
  resolve: ResolveConfig,
  now: number,
): Promise<ManagedProcess[]> {
  const own = carriers.filter(({ marker }) => parseMarker(marker)?.id === id)
  const leader = own
    .map(({ entry }) => entry)
    .sort((a, b) => Number(b.pid === b.sid) - Number(a.pid === a.sid) || a.startTime - b.startTime)[0]
  if (!leader) return []
  const { pid } = leader
  const run = parseMarker(own.find(({ entry }) => entry === leader)?.marker ?? '')?.run ?? 1
  const [command, ...args] = readCommandLine(pid)
  const cwd = readCwd(pid) ?? '/'
  // A program can wipe its own words.
  const written = { name: nameOf(id), command: command || 'unknown', args }
  const config = await resolve(written, { path: 'process', cwd })
  const told = { number: readEnvironment(pid, INSTANCE), declared: readEnvironment(pid, DECLARED_INSTANCES) }
  return [rebuild(id, run, identityOf(leader), asInstance(config, told), now)]
}
