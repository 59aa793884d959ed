import type { ProcessManager } from '../../src/index.ts'
import type { McpHost } from '../../src/internal.ts'
import type { CommandContext } from '../shared/command.ts'
import { loadDeclarations, openManager, withDeclared, withManager } from '../shared/open-manager.ts'

/** The processes of the folder. The config is read for each call that needs it, since an agent may have changed it. */
export function hostOf(context: CommandContext): McpHost {
  const ask = <Result>(work: (manager: ProcessManager) => Promise<Result>) => withManager(context, work)
  const declared = <Result>(work: (manager: ProcessManager) => Promise<Result>) =>
    withDeclared(context, ({ manager }) => work(manager))
  return {
    tuixDir: async () => (await openManager(context)).tuixDir,
    list: () => ask((manager) => manager.list()),
    status: (name) => ask((manager) => manager.status(name)),
    tree: (name) => ask((manager) => manager.tree(name)),
    waitFor: (name, condition, options) => ask((manager) => manager.waitFor(name, condition, options)),
    start: (names, timeout) => declared((manager) => manager.execute('start', { names }, { timeout })),
    restart: (names, timeout) => declared((manager) => manager.execute('restart', { names }, { timeout })),
    stop: (names, timeout) => ask((manager) => manager.execute('stop', names ? { names } : { all: true }, { timeout })),
    config: {
      names: async () => (await loadDeclarations(context)).processes.map(({ name }) => name),
      plan: () => declared((manager) => manager.plan()),
      apply: (timeout) => declared((manager) => manager.apply({ timeout })),
    },
    run: (process, timeout) => ask((manager) => manager.run(process, { timeout })),
  }
}
