import type { Control } from '../protocol/operations.ts'

/** Where processes are managed, if not in a folder of this machine: a host over SSH, or a Docker Swarm. */
export interface Target {
  readonly name: string
  /** Absolute folder of the project there; null: paths of this machine mean nothing there. */
  readonly cwd: string | null
  /**
   * Its operations. Brings up what is needed for them. After a connection broke, it is called again and connects anew.
   *
   * @throws ProcessManagerError of one sentence that names the target, such as `unreachable`
   */
  reach(): Promise<Control>
  /** The variables with which something starts there: those of a login there. Those of this shell mean nothing there. */
  environment(): Promise<Record<string, string>>
  /** Closes what this program alone needs. */
  close(): Promise<void>
}
