import {
  changedConfig,
  type LoadedConfig,
  noteDeclared,
  type PlanStep,
  type ProcessManager,
  type ProcessState,
} from '../src/index.ts'
import type { CommandContext } from './command.ts'
import { openDeclared } from './session.ts'

/** In what processes run otherwise than the config says now. */
export interface Drift {
  /** Changed settings of those that run, by name; never values. */
  changes: Record<string, string[]>
  /** For people, by name: `env.PORT`, `no longer declared`, `new`. */
  said: Map<string, string>
}

/**
 * Compares what runs with the config, which is only loaded where one of its files has changed since everything ran as it
 * says. Undefined: nothing has. A config that cannot be loaded is the affair of the commands that need it.
 *
 * @param states all processes, as the manager lists them
 */
export async function driftSince(
  context: CommandContext,
  { tuixDir }: ProcessManager,
  states: Pick<ProcessState, 'name'>[],
): Promise<Drift | undefined> {
  const file = changedConfig(tuixDir)
  if (file === null) return undefined
  const opened = await openDeclared({ ...context, warn: () => {} }).catch(() => undefined)
  if (!opened) return undefined
  try {
    // What was started by another config is not held against this one.
    if (opened.declared.file !== file) return undefined
    const steps = await opened.manager.plan()
    const known = new Set(states.map(({ name }) => name))
    const said = new Map(
      steps.flatMap((step): [string, string][] => {
        const text = textOf(step, known)
        return text === undefined ? [] : [[step.name, text]]
      }),
    )
    if (said.size === 0) await noteDeclared(tuixDir, file, opened.declared.files, true)
    return { changes: Object.fromEntries(steps.filter(isDrift).map(({ name, changes }) => [name, changes])), said }
  } catch {
    return undefined
  } finally {
    await opened.manager.close()
  }
}

/**
 * The sentence for people: `changed: web (env.PORT), old (no longer declared); take it over with: … apply`, or of one process
 * `changed: env.PORT; take it over with: … restart web`. Undefined: nothing has changed.
 */
export function driftText(drift: Drift | undefined, program: string, name?: string): string | undefined {
  if (!drift) return undefined
  const told =
    name === undefined ? [...drift.said].map(([of, text]) => `${of} (${text})`) : [drift.said.get(name) ?? '']
  const what = told.filter(Boolean).join(', ')
  // What has gone from the config would be started again by a restart.
  const how = name !== undefined && drift.changes[name]?.length ? `restart ${name}` : 'apply'
  return what === '' ? undefined : `changed: ${what}; take it over with: ${program} ${how}`
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

function textOf({ name, action, changes }: PlanStep, known: Set<string>): string | undefined {
  if (action === 'restart') return changes.join(', ')
  if (action === 'remove') return 'no longer declared'
  return action === 'start' && !known.has(name) ? 'new' : undefined
}
