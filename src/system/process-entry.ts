/** One process of the system. */
export interface ProcessEntry {
  pid: number
  ppid: number
  /** Process group. */
  pgid: number
  /** Session. */
  sid: number
  /** Clock ticks after boot (Linux), or seconds of the epoch (elsewhere). Together with the pid it names one process. */
  startTime: number
  /** Not a zombie. */
  alive: boolean
  /** Name of the executable, at most 15 bytes. */
  name: string
  /** User and system time in ms. */
  cpu: number
  /** Resident bytes. */
  memory: number
}
