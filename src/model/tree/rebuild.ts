import type { ResolvedProcess } from '../config/config.ts'
import { INSTANCE } from '../config/instances.ts'
import { isCounted } from '../config/share.ts'
import type { Identity } from '../lifecycle/identity.ts'
import { leaderOf } from '../lifecycle/phase.ts'
import { type ManagedProcess, newProcess } from '../lifecycle/process.ts'
import { type Candidate, parseMarker } from './members.ts'

/** A living process with a marker in its environment. */
export interface Carrier {
  entry: Candidate
  marker: string
}

/** A process's id: state folder, name, and a random part. A marker therefore identifies all three. */
export function makeId(folderHash: string, name: string, random: string): string {
  return `${folderHash}:${name}:${random}`
}

/**
 * The leader of the newest run that is missing in the state, because the supervisor died between the spawn and the write.
 * A leader has its own session. So may a grandchild, but the leader is older: among equals the oldest is taken.
 */
export function unrecordedLeader(
  process: ManagedProcess,
  carriers: Carrier[],
): { entry: Candidate; run: number } | undefined {
  const runs = carriers.flatMap(({ entry, marker }) => {
    const parsed = parseMarker(marker)
    if (parsed?.id !== process.id || entry.pid !== entry.sid) return []
    const { run } = parsed
    return run > process.run || (run === process.run && process.phase.type === 'spawning') ? [{ entry, run }] : []
  })
  return runs.sort((a, b) => b.run - a.run || a.entry.startTime - b.entry.startTime)[0]
}

/**
 * A process that was removed and declared again after the state was saved, which fails on a full disk: what lives has another
 * id than the state knows. The process gets that id, with which its leader is found.
 */
export function redeclared(process: ManagedProcess, carriers: Carrier[], folderHash: string): ManagedProcess {
  const markers = carriers.flatMap(({ marker }) => parseMarker(marker) ?? [])
  if (markers.some(({ id }) => id === process.id)) return process
  const found = markers.filter(({ id }) => id.startsWith(makeId(folderHash, process.config.name, '')))
  const newest = found.sort((a, b) => b.run - a.run)[0]
  return newest ? { ...process, id: newest.id, run: newest.run - 1, lastExit: null } : process
}

/** Ids of this folder that living processes carry but the state does not know. */
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

/** The highest number that a config may set. The wanted number is lost, so no archive may be deleted. */
const ALL_LOG_FILES = 100_000

/** Rebuilds a process whose state is lost from its living leader. `config` holds what the system knows about it. */
export function rebuild(
  id: string,
  run: number,
  leader: Identity,
  config: ResolvedProcess,
  now: number,
): ManagedProcess {
  return {
    ...newProcess(id, { ...config, maxLogFiles: ALL_LOG_FILES }),
    wanted: 'up',
    run,
    phase: { type: 'running', live: { leader, startedAt: now, health: null }, rebuilt: true },
  }
}

/**
 * Regroups the instances among rebuilt processes. The instance started last has the declared number. A stopped instance
 * leaves no process, so its desired state is lost: it is recreated as stopped, if the numbers of the others show that
 * it existed.
 *
 * @param known processes from the state. If it has instances of the same name, it also has the stopped ones.
 */
export function regroupInstances(
  rebuilt: ManagedProcess[],
  known: ManagedProcess[],
  folderHash: string,
): ManagedProcess[] {
  const pools = new Set(rebuilt.flatMap(({ config }) => config.instanceOf ?? []))
  const taken = new Set([...known, ...rebuilt].map(({ config }) => config.name))
  const joined = [...pools].flatMap((pool) => {
    const members = rebuilt.filter(({ config }) => config.instanceOf === pool)
    const counted = members.filter(({ config }) => isCounted(config))
    if (counted.length === 0) return members
    const newest = counted.reduce((one, other) => (startTimeOf(other) > startTimeOf(one) ? other : one))
    const { instances } = newest.config
    const highest = Math.max(0, ...members.map(({ config }) => Number(config.env[INSTANCE]) || 0))
    const isKnown = known.some(({ config }) => config.instanceOf === pool)
    const count = isKnown ? highest : Math.max(highest, instances)
    const numbers = Array.from({ length: count }, (_, index) => String(index + 1))
    const missing = numbers.filter((number) => !taken.has(`${pool}-${number}`))
    return [
      ...members.map((member) => ({ ...member, config: { ...member.config, instances } })),
      ...missing.map((number) => stoppedInstance(newest, `${pool}-${number}`, number, folderHash)),
    ]
  })
  return [...rebuilt.filter(({ config }) => config.instanceOf === null), ...joined]
}

/** A stopped instance, with the config of another one that runs. */
function stoppedInstance(
  { id, config }: ManagedProcess,
  name: string,
  number: string,
  folderHash: string,
): ManagedProcess {
  const own = { ...config, name, env: { ...config.env, [INSTANCE]: number } }
  const process = newProcess(makeId(folderHash, name, id.split(':')[2] ?? ''), own)
  return { ...process, phase: { type: 'stopped', why: 'lost' } }
}

function startTimeOf({ phase }: ManagedProcess): number {
  return leaderOf(phase)?.startTime ?? 0
}

/** The process name in an id. */
export function nameOf(id: string): string {
  return id.split(':')[1] ?? id
}
