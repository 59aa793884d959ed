/** What runs of a process at this moment, and what it listens on. */
export interface ProcessTree {
  name: string
  /** Leader; null while nothing runs, or while only others of its tree do. */
  pid: number | null
  /** Every living process of it, the leader first, then by age. */
  members: TreeMember[]
  /** The port it was told to listen on; null: none. */
  port: number | null
  /** Who listens on that port without being a part of this tree; null: nobody. */
  holder: PortHolder | null
}

/** One process of a tree. */
export interface TreeMember {
  pid: number
  /** Its parent: another member, or a stranger where the parent died (pid 1) or is the supervisor. */
  ppid: number
  /** The words it was started with; its name alone where they are not to be read. */
  command: string[]
  /** Percent of one core since somebody last asked, the first time since its start. */
  cpu: number
  /** MB (2^20 bytes) resident. */
  memory: number
  /** Seconds. */
  uptime: number
  /** It has a session of its own, and was found by its descent, its marker or the log files that it writes. */
  strayed: boolean
  /** Empty where there is no `/proc` to tell. */
  ports: OpenPort[]
}

/** A TCP socket that accepts connections, or a UDP socket that takes datagrams from anybody. */
export interface OpenPort {
  protocol: 'tcp' | 'udp'
  /** `127.0.0.1`, `::1`; `0.0.0.0` and `::` are all of the machine's. */
  address: string
  port: number
}

export interface PortHolder {
  /** Null: a process of another user, of which nothing can be told. */
  pid: number | null
  command: string[]
  /** Name of the managed process that it belongs to; null: it is none of this folder's. */
  process: string | null
}
