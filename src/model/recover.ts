import type { ResolvedProcess } from './config.ts'
import { type Candidate, parseMarker } from './members.ts'
import type { Identity, ManagedProcess } from './process.ts'
import { newProcess } from './saved.ts'

/** A living process that carries a marker. */
export interface Carrier {
  entry: Candidate
  marker: string
}

/** A process's id: which folder it belongs to, its name, and something random, so that a marker alone tells all three. */
export function makeId(folderHash: string, name: string, random: string): string {
  return `${folderHash}:${name}:${random}`
}

/**
 * The leader of the newest run that the state does not know of: the supervisor died between spawning it and writing so.
 * A leader has its own session; a grandchild may too, but then something older of its run lives or lived before it.
 */
export function unrecordedLeader(
  process: ManagedProcess,
  carriers: Carrier[],
): { entry: Candidate; run: number } | undefined {
  const runs = carriers.flatMap(({ entry, marker }) => {
    const parsed = parseMarker(marker)
    const newer =
      parsed &&
      (parsed.run > process.run || (parsed.run === process.run && process.status === 'starting' && !process.identity))
    return parsed && newer && parsed.id === process.id && entry.pid === entry.sid ? [{ entry, run: parsed.run }] : []
  })
  return runs.sort((a, b) => b.run - a.run || a.entry.startTime - b.entry.startTime)[0]
}

/** Ids of this folder that carriers have and the state does not. */
export function unknownIds(known: ManagedProcess[], carriers: Carrier[], folderHash: string): string[] {
  const ids = new Set(known.map(({ id }) => id))
  const names = new Set(known.map(({ config }) => config.name))
  const found = carriers.flatMap(({ marker }) => {
    const id = parseMarker(marker)?.id
    const [folder, name] = id?.split(':') ?? []
    return id && name && folder === folderHash && !ids.has(id) && !names.has(name) ? [id] : []
  })
  return [...new Set(found)]
}

/** A process of which only a living leader tells: `config` is what the system knows of it. */
export function rebuild(
  id: string,
  run: number,
  leader: Identity,
  config: ResolvedProcess,
  now: number,
): ManagedProcess {
  const reason = 'rebuilt from what was running; start it from its config again to restore its settings'
  return {
    ...newProcess(id, config, now),
    wanted: 'up',
    status: 'running',
    run,
    identity: leader,
    startedAt: now,
    reason,
  }
}

/** The name inside an id. */
export function nameOf(id: string): string {
  return id.split(':')[1] ?? id
}
