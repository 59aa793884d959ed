import { asInstance, DECLARED_INSTANCES, INSTANCE, SHARED_PORT } from '../model/config/instances.ts'
import { isSamePidSpace } from '../model/lifecycle/identity.ts'
import type { Found } from '../model/lifecycle/inputs.ts'
import { leaderOf } from '../model/lifecycle/phase.ts'
import type { ManagedProcess } from '../model/lifecycle/process.ts'
import type { ResolveConfig } from '../model/planning/resolve.ts'
import { parseMarker } from '../model/tree/members.ts'
import {
  type Carrier,
  nameOf,
  rebuild,
  redeclared,
  regroupInstances,
  unknownIds,
  unrecordedLeader,
} from '../model/tree/rebuild.ts'
import { writesToOtherFolder } from '../storage/other-folder.ts'
import type { SavedState } from '../storage/state-file.ts'
import type { Clock } from '../system/clock.ts'
import { identityOf, isAlive } from '../system/process/identity.ts'
import { pidSpace } from '../system/process/pid-space.ts'
import { readCommandLine, readCwd, readEnvironment } from '../system/process/proc.ts'
import { look, readMarkers, sweepNow } from '../system/process/sweep.ts'
import type { TreeService } from './inspect/tree-service.ts'

/** A process that the new supervisor begins with, and what was found of it in the system. */
export interface Recovered {
  process: ManagedProcess
  found: Found
}

export interface RecoverOptions {
  /** The supervisor's folder. */
  tuixDir: string
  clock: Pick<Clock, 'now'>
  trees: Pick<TreeService, 'targetOf' | 'saw'>
  resolve: ResolveConfig
  /** Hash of the folder's place, by which its own processes are recognised. */
  folderHash: string
}

/**
 * Compares the saved state with the processes that live. Leaders are recognised by pid, start time and boot, runs that were
 * never recorded by their marker. Processes that the state does not name are rebuilt from the system's knowledge of them.
 */
export async function recoverAll(
  saved: Omit<SavedState, 'schema'>,
  { tuixDir, clock, trees, resolve, folderHash }: RecoverOptions,
): Promise<Recovered[]> {
  const seen = look()
  const carriers: Carrier[] = readMarkers(seen).filter(({ entry }) => entry.pid !== process.pid)
  const unclaimed = carriers.filter(({ entry }) => !writesToOtherFolder(entry.pid, tuixDir))
  const known = saved.processes.map((process) => redeclared(process, unclaimed, folderHash))
  const unknown = unknownIds(known, unclaimed, folderHash)
  const rebuilt = (await Promise.all(unknown.map((id) => rebuildFrom(id, carriers, resolve, clock.now())))).flat()
  const processes = [...known, ...regroupInstances(rebuilt, known, folderHash)]
  const leaders = processes.map((process) => livingLeader(process, carriers))
  for (const [i, { id }] of processes.entries()) if (leaders[i]) trees.saw(id, leaders[i].identity)
  const targets = processes.map((process) => trees.targetOf(process, known))
  const sweeps = sweepNow(targets, seen)
  return processes.map((process, i) => {
    const leader = leaders[i] ?? null
    const leftovers = (sweeps[i]?.members ?? []).some(({ pid }) => pid !== leader?.identity.pid)
    const rebooted = saved.bootId !== '' && !isSamePidSpace(saved, pidSpace())
    return {
      process,
      found: { leader: leader?.identity ?? null, run: leader?.run ?? process.run, leftovers, rebooted },
    }
  })
}

function livingLeader(
  process: ManagedProcess,
  carriers: Carrier[],
): { identity: ReturnType<typeof identityOf>; run: number } | undefined {
  const unrecorded = unrecordedLeader(process, carriers)
  if (unrecorded) return { identity: identityOf(unrecorded.entry), run: unrecorded.run }
  const leader = leaderOf(process.phase)
  return leader && isAlive(leader) ? { identity: leader, run: process.run } : undefined
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
  // A program can overwrite its own command line with nothing.
  const written = { name: nameOf(id), command: command || 'unknown', args }
  const config = await resolve(written, { path: 'process', cwd })
  const told = {
    number: readEnvironment(pid, INSTANCE),
    declared: readEnvironment(pid, DECLARED_INSTANCES),
    port: readEnvironment(pid, SHARED_PORT),
  }
  const rebuilt = rebuild(id, run, identityOf(leader), asInstance(config, told), now)
  // Behind a shared port it is known by that alone.
  const port = Number(told.port && readEnvironment(pid, 'PORT'))
  return [port > 0 ? { ...rebuilt, port } : rebuilt]
}
