import type { Identity } from './process.ts'

/** What a process's tree is recognised by, once parents have died and children have changed session or environment. */
export interface Target {
  id: string
  leader: Identity | null
  /** Everything that was seen as a part of it before. */
  known: Identity[]
  /** `DEVICE:INODE` of its log files, those left out that another process writes too. */
  logs: string[]
}

/** What membership needs to know of a system process. */
export interface Candidate {
  pid: number
  ppid: number
  pgid: number
  sid: number
  startTime: number
  alive: boolean
}

/** Looked up only for those that the process table alone does not decide. */
export interface Facts {
  /** Value of the environment marker. */
  marker(pid: number): string | undefined
  /** `DEVICE:INODE` of stdout and stderr. */
  outputs(pid: number): string[]
}

/** Name of the environment variable that every child carries. Its value is `ID/RUN`. */
export const MARKER = 'TUIX_PROCESS_ID'

export function markerOf(id: string, run: number): string {
  return `${id}/${run}`
}

/** Id of a health check under way. What it starts is recognised by this, and is a part of its process where that is cleared. */
export function checkId(processId: string, random: string): string {
  return `check:${processId}:${random}`
}

/** Whether what carries the marker of `found` belongs to `id`: it is the same, or one of its health checks. */
function belongs(found: string | undefined, id: string): boolean {
  return found === id || (found?.startsWith(checkId(id, '')) ?? false)
}

/** Splits a marker into id and run; undefined if it is none. */
export function parseMarker(marker: string): { id: string; run: number } | undefined {
  const slash = marker.lastIndexOf('/')
  const run = Number(marker.slice(slash + 1))
  return slash > 0 && Number.isSafeInteger(run) && run > 0 ? { id: marker.slice(0, slash), run } : undefined
}

/**
 * The living processes that belong to a target: its leader's group and session, what was known, all descendants of these,
 * carriers of its marker, and holders of its log files. One that carries another process's marker never does.
 */
export function membersOf<Entry extends Candidate>(table: Entry[], target: Target, facts: Facts): Entry[] {
  const { leader, id } = target
  // The group's number may be reused once the group is gone: then a process with that pid has another start time.
  const reused =
    leader !== null && table.some((entry) => entry.pid === leader.pid && entry.startTime !== leader.startTime)
  const known = new Set(target.known.map((identity) => `${identity.pid}:${identity.startTime}`))
  if (leader) known.add(`${leader.pid}:${leader.startTime}`)
  const logs = new Set(target.logs)
  const foreign = (pid: number) => {
    const marker = facts.marker(pid)
    return marker !== undefined && !belongs(parseMarker(marker)?.id, id)
  }

  const members = new Map<number, Entry>()
  const others: Entry[] = []
  for (const entry of table) {
    if (!entry.alive) continue
    const grouped =
      leader !== null && !reused && leader.pid > 1 && (entry.pgid === leader.pid || entry.sid === leader.pid)
    if (grouped || known.has(`${entry.pid}:${entry.startTime}`)) members.set(entry.pid, entry)
    else others.push(entry)
  }
  // The leader was spawned by us, whatever it has exec'ed since.
  for (const { pid } of members.values()) if (pid !== leader?.pid && foreign(pid)) members.delete(pid)

  // Nothing of a run is older than its leader, which spares most of the system a look into its environment.
  const oldest =
    leader && leader.pid > 0 ? Math.min(leader.startTime, ...target.known.map(({ startTime }) => startTime)) : 0
  const strangers = others.filter((entry) => entry.startTime >= oldest)
  for (const entry of strangers) {
    const marker = facts.marker(entry.pid)
    const ours = marker !== undefined && belongs(parseMarker(marker)?.id, id)
    if (ours || (marker === undefined && logs.size > 0 && facts.outputs(entry.pid).some((file) => logs.has(file)))) {
      members.set(entry.pid, entry)
    }
  }
  addDescendants(members, strangers, foreign)
  return [...members.values()]
}

/** Children of members are members, whatever they did to their session, group and environment. */
function addDescendants<Entry extends Candidate>(
  members: Map<number, Entry>,
  strangers: Entry[],
  foreign: (pid: number) => boolean,
): void {
  for (let grown = true; grown; ) {
    grown = false
    for (const entry of strangers) {
      if (members.has(entry.pid) || !members.has(entry.ppid) || foreign(entry.pid)) continue
      members.set(entry.pid, entry)
      grown = true
    }
  }
}
