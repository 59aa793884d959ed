import { changedConfig, type LoadedConfig, noteDeclared, type PlanStep, type ProcessManager } from '../src/index.ts'
import type { CommandContext } from './command.ts'
import { openDeclared } from './session.ts'

/** In what processes run otherwise than the config says now. */
export interface Drift {
  /** Changed settings of those that run, by name; never values. */
  changes: Record<string, string[]>
  /** For people: `config changed: web (env.PORT), old (no longer declared); …`; undefined: nothing has changed. */
  sentence: string | undefined
}

/**
 * Compares what runs with the config, which is only loaded where one of its files has changed since everything ran as it
 * says. Undefined: nothing has. A config that cannot be loaded is the affair of the commands that need it.
 */
export async function driftSince(context: CommandContext, { tuixDir }: ProcessManager): Promise<Drift | undefined> {
  const file = changedConfig(tuixDir)
  if (file === null) return undefined
  try {
    const { manager, declared } = await openDeclared({ ...context, warn: () => {} })
    // What was started by another config is not held against this one.
    if (declared.file !== file) return undefined
    const { program } = context.environment
    const steps = await manager.plan()
    const known = new Set((await manager.list()).map(({ name }) => name))
    const told = steps.flatMap((step) => tell(step, known))
    if (told.length === 0) await noteDeclared(tuixDir, file, declared.files, true)
    return {
      changes: Object.fromEntries(steps.filter(isDrift).map(({ name, changes }) => [name, changes])),
      sentence:
        told.length === 0 ? undefined : `config changed: ${told.join(', ')}; take it over with: ${program} apply`,
    }
  } catch {
    return undefined
  }
}

/** After a command that has read the config: whether everything runs as it says now. */
export async function noteDrift(declared: LoadedConfig, manager: ProcessManager): Promise<void> {
  const steps = await manager.plan()
  if (declared.file !== null) await noteDeclared(manager.tuixDir, declared.file, declared.files, !steps.some(isDrift))
}

/** What is down takes the config as it is when it is started. */
function isDrift({ action }: PlanStep): boolean {
  return action === 'restart' || action === 'remove'
}

function tell({ name, action, changes }: PlanStep, known: Set<string>): string[] {
  if (action === 'restart') return [`${name} (${changes.join(', ')})`]
  if (action === 'remove') return [`${name} (no longer declared)`]
  return action === 'start' && !known.has(name) ? [`${name} (new)`] : []
}
