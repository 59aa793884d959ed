import type { Candidate } from '../../model/tree/members.ts'

/** One process of the system. */
export interface ProcessEntry extends Candidate {
  /** Name of the executable, at most 15 bytes. */
  name: string
  /** A signal such as SIGSTOP has stopped it. */
  isFrozen?: boolean
  /** User and system time in ms. Absent where there is no `/proc`: `measured` asks for it. */
  cpu?: number
  /** Resident bytes; absent as `cpu` is. */
  memory?: number
}

/** A process with what it uses. */
export interface MeasuredEntry extends ProcessEntry {
  cpu: number
  memory: number
}
