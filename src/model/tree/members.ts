import { type Identity, isSameProcess } from '../lifecycle/identity.ts'

/**
 * Identifies a managed process's tree. Several marks are needed, since parents die and children change their session or
 * environment.
 */
export interface Target {
  id: string
  leader: Identity | null
  /**
   * This supervisor never saw the leader alive. Since then the numbers of its group and session may have passed to other
   * processes, so they prove nothing unless the leader is still there.
   */
  leaderUnseen?: boolean
  /** Members seen earlier. */
  known: Identity[]
  /**
   * `DEVICE:INODE` of its log files in the state folder, except those that another process writes too. Anybody may write to
   * a log file elsewhere, so such a file is no mark.
   */
  logs: string[]
}

/** The facts about a system process that membership depends on. */
export interface Candidate {
  pid: number
  ppid: number
  /** Process group. */
  pgid: number
  /** Session. */
  sid: number
  /**
   * Clock ticks after boot (Linux), or seconds of the epoch (elsewhere). Pid and start time together identify a
   * process.
   */
  startTime: number
  /** False for a zombie. */
  alive: boolean
}

/** Facts that are looked up only if the process table does not decide, since each costs a read. */
export interface Facts {
  /** Value of the environment marker. */
  marker(pid: number): string | undefined
  /** `DEVICE:INODE` of stdout and stderr. */
  outputs(pid: number): string[]
}

/** Environment variable that every child inherits. Its value, the marker, is `ID/RUN`. */
export const MARKER = 'TUIX_PROCESS_ID'

export function markerOf(id: string, run: number): string {
  return `${id}/${run}`
}

/** Id of a running health check. It marks what the check starts, which is killed together with the process's tree. */
export function checkId(processId: string, random: string): string {
  return `check:${processId}:${random}`
}

/** Whether a marker is that of `id` or of one of its health checks. */
function isMarkedFor(marker: string, id: string): boolean {
  // First, since a sweep for a hundred processes compares each with the markers of all.
  if (!marker.includes(id)) return false
  const found = parseMarker(marker)?.id
  return found === id || (found?.startsWith(checkId(id, '')) ?? false)
}

/** Splits a marker into id and run; undefined if it is not a valid marker. */
export function parseMarker(marker: string): { id: string; run: number } | undefined {
  const slash = marker.lastIndexOf('/')
  const run = Number(marker.slice(slash + 1))
  return slash > 0 && Number.isSafeInteger(run) && run > 0 ? { id: marker.slice(0, slash), run } : undefined
}

/**
 * The living processes that belong to a target: the leader's group and session, known members, carriers of its marker,
 * processes that began during the run and write its log files, and the descendants of all these. A process with another
 * target's marker never belongs, nor does process 1.
 *
 * @param ancestors pids of the asking program's ancestors, which belong only if their identity or marker proves it
 */
export function membersOf<Entry extends Candidate>(
  table: Entry[],
  target: Target,
  facts: Facts,
  ancestors: ReadonlySet<number> = NOBODY,
): Entry[] {
  const { id } = target
  const leader = target.leader !== null && target.leader.pid > 1 ? target.leader : null
  const known = leader ? [...target.known, leader] : target.known
  const knownPids = new Set(known.map(({ pid }) => pid))
  const isKnown = (entry: Entry) => knownPids.has(entry.pid) && known.some((one) => isSameProcess(one, entry))
  const foreign = (pid: number) => {
    const marker = facts.marker(pid)
    return marker !== undefined && !isMarkedFor(marker, id)
  }

  const group = leader !== null && ownsGroup(table, leader, target.leaderUnseen ?? false) ? leader.pid : undefined
  // No member is older than the leader, so the environment of most system processes need not be read.
  const oldest = leader ? Math.min(...known.map(({ startTime }) => startTime)) : 0
  const members = new Map<number, Entry>()
  const strangers: Entry[] = []
  for (const entry of table) {
    if (!entry.alive || entry.pid === 1) continue
    const grouped = (entry.pgid === group || entry.sid === group) && !ancestors.has(entry.pid)
    if (grouped || isKnown(entry)) members.set(entry.pid, entry)
    else if (entry.startTime >= oldest) strangers.push(entry)
  }
  // The leader is exempt: the supervisor spawned it, whatever program and environment it has exec'ed since.
  for (const { pid } of members.values()) if (pid !== leader?.pid && foreign(pid)) members.delete(pid)

  const isLogging = loggingIn(table, leader === null ? [] : target.logs, oldest, facts)
  for (const entry of strangers) {
    const marker = facts.marker(entry.pid)
    const ours = marker === undefined ? !ancestors.has(entry.pid) && isLogging(entry) : isMarkedFor(marker, id)
    if (ours) members.set(entry.pid, entry)
  }
  addDescendants(members, strangers, (pid) => ancestors.has(pid) || foreign(pid))
  return [...members.values()]
}

const NOBODY: ReadonlySet<number> = new Set()

/**
 * Whether the number of the leader's group and session is still that of the leader. The system gives it to nobody else while
 * the leader or a member of the group is there, so it is enough that the leader was seen and its pid was not taken since.
 */
function ownsGroup(table: Candidate[], leader: Identity, leaderUnseen: boolean): boolean {
  const holder = byPid(table).get(leader.pid)
  return holder ? holder.startTime === leader.startTime : !leaderUnseen
}

/**
 * Finds processes that write to one of these log files. A process of an older session, such as a shell that redirects its
 * output, came from elsewhere.
 */
function loggingIn(table: Candidate[], logs: string[], oldest: number, facts: Facts): (entry: Candidate) => boolean {
  if (logs.length === 0) return () => false
  const files = new Set(logs)
  const isOlder = (session: Candidate | undefined) => session !== undefined && session.startTime < oldest
  return ({ pid, sid }) => !isOlder(byPid(table).get(sid)) && facts.outputs(pid).some((file) => files.has(file))
}

/** The entries of each table by pid, kept as long as the table: a hundred targets are searched in one. */
const indexes = new WeakMap<Candidate[], ReadonlyMap<number, Candidate>>()

function byPid(table: Candidate[]): ReadonlyMap<number, Candidate> {
  const index = indexes.get(table) ?? new Map(table.map((entry) => [entry.pid, entry]))
  indexes.set(table, index)
  return index
}

/** The living processes, process 1 excepted, that are not older than a leader: those that began during its run. */
export function begunDuring<Entry extends Candidate>(table: Entry[], { startTime }: Identity): Entry[] {
  return table.filter((entry) => entry.startTime >= startTime && entry.alive && entry.pid > 1)
}

/**
 * Processes without a marker that write to one of these files. Once no member is left, they are what may have been started by
 * the process, or by somebody else.
 *
 * @param begun as `begunDuring` returns them
 * @param files `DEVICE:INODE` of all its log files
 */
export function writersOf<Entry extends Candidate>(begun: Entry[], files: string[], facts: Facts): Entry[] {
  const isWriting = (pid: number) => facts.outputs(pid).some((file) => files.includes(file))
  return begun.filter(({ pid }) => facts.marker(pid) === undefined && isWriting(pid))
}

/**
 * Processes that have lost their parent, and let nobody look into them. Once no member is left, they are what may have been
 * started by the process, or by somebody else.
 *
 * @param begun as `begunDuring` returns them
 * @param reapers pids that become the parents of orphans, with process 1
 */
export function hiddenOrphans<Entry extends Candidate>(
  begun: Entry[],
  reapers: ReadonlySet<number>,
  isHidden: (pid: number) => boolean,
): Entry[] {
  return begun.filter(({ pid, ppid }) => reapers.has(ppid) && !reapers.has(pid) && isHidden(pid))
}

/** Adds descendants, which belong even if they have changed their session, group and environment. */
function addDescendants<Entry extends Candidate>(
  members: Map<number, Entry>,
  strangers: Entry[],
  isOther: (pid: number) => boolean,
): void {
  for (let grown = members.size > 0; grown; ) {
    grown = false
    for (const entry of strangers) {
      if (!members.has(entry.ppid) || members.has(entry.pid) || isOther(entry.pid)) continue
      members.set(entry.pid, entry)
      grown = true
    }
  }
}
