import { ProcessManager } from '../manager/manager.ts'
import type { CommandOptions } from '../manager/options.ts'
import type { ProcessConfig } from '../model/config/config.ts'
import type { Selection, StartRequest } from '../model/planning/requests.ts'
import { selfThread } from '../system/process/thread.ts'

/** The manager of a stack. What it starts ends with this thread, also under a supervisor that has replaced the host. */
export class StackManager extends ProcessManager {
  /** A test that forgets its stack should end, and the stack with it. */
  protected override readonly keepsAppAlive = false

  protected override async startRequest(
    selection: Selection,
    options: CommandOptions,
    extra?: ProcessConfig[],
  ): Promise<StartRequest> {
    return { ...(await super.startRequest(selection, options, extra)), owner: selfThread() }
  }
}
