import type { ResolvedProcess } from './config.ts'
import { INSTANCE } from './instances.ts'
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

/** As many archives as a config may ask to keep: where nobody knows how many are wanted, none is deleted. */
const ALL_LOG_FILES = 100_000

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
    ...newProcess(id, { ...config, maxLogFiles: ALL_LOG_FILES }, now),
    wanted: 'up',
    status: 'running',
    run,
    identity: leader,
    startedAt: now,
    reason,
  }
}

/**
 * Rebuilt processes, with what the instances among them know together. The one started last tells how many are declared. One
 * that was down left nothing, and so did its wish: it is there again, at rest, where the number of the others tells of it.
 *
 * @param known what the state has: where it knows such instances it knows how many there are
 */
export function rejoin(
  rebuilt: ManagedProcess[],
  known: ManagedProcess[],
  folderHash: string,
  now: number,
): ManagedProcess[] {
  const pools = new Set(rebuilt.flatMap(({ config }) => config.instanceOf ?? []))
  const taken = new Set([...known, ...rebuilt].map(({ config }) => config.name))
  const joined = [...pools].flatMap((pool) => {
    const members = rebuilt.filter(({ config }) => config.instanceOf === pool)
    const newest = members.reduce((one, other) => (startOf(other) > startOf(one) ? other : one))
    const { instances } = newest.config
    const highest = Math.max(...members.map(({ config }) => Number(config.env[INSTANCE])))
    const isKnown = known.some(({ config }) => config.instanceOf === pool)
    const count = isKnown ? highest : Math.max(highest, instances)
    const numbers = Array.from({ length: count }, (_, index) => String(index + 1))
    const missing = numbers.filter((number) => !taken.has(`${pool}-${number}`))
    return [
      ...members.map((member) => ({ ...member, config: { ...member.config, instances } })),
      ...missing.map((number) => downBeside(newest, `${pool}-${number}`, number, folderHash, now)),
    ]
  })
  return [...rebuilt.filter(({ config }) => config.instanceOf === null), ...joined]
}

/** An instance that was down, with what another one that runs tells of both. */
function downBeside(
  { id, config }: ManagedProcess,
  name: string,
  number: string,
  folderHash: string,
  now: number,
): ManagedProcess {
  const own = { ...config, name, env: { ...config.env, [INSTANCE]: number } }
  const reason = 'it was down when what was known of it was lost; start it from its config again'
  return { ...newProcess(makeId(folderHash, name, id.split(':')[2] ?? ''), own, now), reason }
}

function startOf({ identity }: ManagedProcess): number {
  return identity?.startTime ?? 0
}

/** The name inside an id. */
export function nameOf(id: string): string {
  return id.split(':')[1] ?? id
}
