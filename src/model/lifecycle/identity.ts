/** Where pids have a meaning: one boot of the machine, and one pid namespace, since containers number their processes anew. */
export interface PidSpace {
  bootId: string
  /** Absent where the system has none, and in the files of older versions. */
  pidNamespace?: string
}

/** Identifies a process, even if a later process gets the same pid. */
export interface Identity extends PidSpace {
  pid: number
  /** Clock ticks after boot, from `/proc/PID/stat`; on other platforms the start time that `ps` prints. */
  startTime: number
}

/** Whether pids of one mean processes of the other. An unknown namespace counts as the same. */
export function isSamePidSpace(one: PidSpace, other: PidSpace): boolean {
  if (one.bootId !== other.bootId) return false
  const { pidNamespace = other.pidNamespace } = one
  return other.pidNamespace === undefined || pidNamespace === other.pidNamespace
}

/** Whether these are one process, both being of one pid space. */
export function isSameProcess(
  one: Pick<Identity, 'pid' | 'startTime'> | undefined,
  other: Pick<Identity, 'pid' | 'startTime'>,
): boolean {
  return one?.pid === other.pid && one.startTime === other.startTime
}
