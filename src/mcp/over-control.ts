import { waitForCondition } from '../manager/wait.ts'
import type { Control } from '../protocol/operations.ts'
import type { McpHost } from './host.ts'

/** The supervisor itself. It reads no config: what it starts was declared to it before. */
export function hostOver(control: Control, tuixDir: string): McpHost {
  return {
    tuixDir: async () => tuixDir,
    list: () => control.list({}),
    status: (name) => control.status({ name }),
    tree: (name) => control.tree({ name }),
    waitFor: (name, condition, options) =>
      waitForCondition(name, condition, {
        ...options,
        look: () => control.status({ name }),
        events: (end) => control.events({}, end),
      }),
    start: (names, timeout) => control.start({ names, timeout }),
    restart: (names, timeout) => control.restart({ names, timeout }),
    stop: (names, timeout) => control.stop({ ...(names ? { names } : { all: true }), timeout }),
    run: (process, timeout) => control.start({ names: [process.name], processes: [process], timeout }),
  }
}
