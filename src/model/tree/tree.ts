import type { ManagedElsewhere } from '../lifecycle/causes.ts'

/** The living processes of a managed process, with the ports they listen on. */
export interface ProcessTree {
  name: string
  /** Leader; null if it is not alive, though others of its tree may be. */
  pid: number | null
  /** The leader first, then by age. */
  members: TreeMember[]
  /** Port that the config assigns to the process; null if none. */
  port: number | null
  /** Its named ports, the main one too. Absent: none are named. */
  ports?: Record<string, number>
  /** Process outside this tree that listens on that port; null if there is none. */
  holder: PortHolder | null
}

/** One process of a tree. */
export interface TreeMember {
  pid: number
  /** Another member, or a process outside the tree: the supervisor, or pid 1 after the parent died. */
  ppid: number
  /** Command line as words; only the process name if the command line cannot be read. */
  command: string[]
  /** Percent of one core since the last query, or since the start for the first one. */
  cpu: number
  /** MB (2^20 bytes) resident. */
  memory: number
  /** Seconds. */
  uptime: number
  /** It left the leader's session. It was found by its parent, its marker or the log files that it writes. */
  strayed: boolean
  /** Empty on systems without `/proc`. */
  ports: OpenPort[]
}

/** A TCP socket that accepts connections, or a UDP socket that is not connected to one peer. */
export interface OpenPort {
  protocol: 'tcp' | 'udp'
  /** `127.0.0.1`, `::1`; `0.0.0.0` and `::` stand for all addresses of the machine. */
  address: string
  port: number
}

/** Who listens on a port. */
export interface PortHolder {
  /** Null if it is a process of another user, about which nothing can be read. */
  pid: number | null
  /** The words it was started with; empty where they are not to be read. */
  command: string[]
  /** Name of the managed process that it belongs to; null if it belongs to none of this folder. */
  process: string | null
  /** The process of another project that it belongs to, if a supervisor of this machine has started it. */
  elsewhere?: ManagedElsewhere
}
