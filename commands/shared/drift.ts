import type { PlanStep, ProcessManager, ProcessState } from '../../src/index.ts'
import { changedConfig, type LoadedConfig, noteDeclared } from '../../src/internal.ts'
import type { CommandContext } from './command.ts'
import { openDeclared } from './open-manager.ts'

/** How running processes differ from the config on disk. */
export interface Drift {
  /** Changed settings of running processes, by process name. Values are never included: they may be secrets. */
  changes: Record<string, string[]>
  /** Text for people, by process name: `env.PORT`, `no longer declared`, `new`. */
  texts: Map<string, string>
  /** Why the config cannot be compared: it cannot be loaded. One sentence. */
  problem?: string
}

/**
 * Compares the running processes with the config. The config is loaded only if one of its files has changed since all
 * processes matched it. Undefined: there is no difference.
 *
 * @param states all processes, as the manager lists them
 */
export async function driftSince(
  context: CommandContext,
  { tuixDir, isElsewhere }: ProcessManager,
  states: Pick<ProcessState, 'name'>[],
): Promise<Drift | undefined> {
  const file = isElsewhere ? null : changedConfig(tuixDir)
  if (file === null) return undefined
  const opened = await openDeclared({ ...context, warn: () => {} }).catch((error: Error) => error)
  if (opened instanceof Error) return { changes: {}, texts: new Map(), problem: opened.message }
  try {
    // Processes that another config started are not compared with this one.
    if (opened.declared.file !== file) return undefined
    const steps = await opened.manager.plan()
    const known = new Set(states.map(({ name }) => name))
    const texts = new Map(
      steps.flatMap((step): [string, string][] => {
        const text = textOf(step, known)
        return text === undefined ? [] : [[step.name, text]]
      }),
    )
    if (texts.size === 0) await noteDeclared(tuixDir, file, opened.declared.files, true)
    return { changes: Object.fromEntries(steps.filter(isDrift).map(({ name, changes }) => [name, changes])), texts }
  } catch {
    return undefined
  } finally {
    await opened.manager.close()
  }
}

/**
 * The drift in a sentence: `changed: web (env.PORT), old (no longer declared); apply it with: … apply`, or for a single process
 * `changed: env.PORT; apply it with: … restart web`. Undefined: there is no drift.
 */
export function driftText(drift: Drift | undefined, program: string, name?: string): string | undefined {
  if (!drift) return undefined
  if (drift.problem !== undefined) return `cannot be used: ${drift.problem}; what runs stays as it is`
  const texts = name === undefined ? [...drift.texts].map(([of, text]) => `${of} (${text})`) : [drift.texts.get(name)]
  const what = texts.filter(Boolean).join(', ')
  // A restart would start a process that the config no longer declares; apply removes it.
  const how = name !== undefined && drift.changes[name]?.length ? `restart ${name}` : 'apply'
  return what === '' ? undefined : `changed: ${what}; apply it with: ${program} ${how}`
}

/** After a command that has read the config: records whether all processes match it now. */
export async function noteDrift(declared: LoadedConfig, manager: ProcessManager): Promise<void> {
  if (manager.isElsewhere) return
  const steps = await manager.plan()
  if (declared.file !== null) await noteDeclared(manager.tuixDir, declared.file, declared.files, !steps.some(isDrift))
}

/** A process that is not running does not count as drift: its start will use the current config. */
function isDrift({ action }: PlanStep): boolean {
  return action === 'restart' || action === 'remove'
}

function textOf({ name, action, changes }: PlanStep, known: Set<string>): string | undefined {
  if (action === 'restart') return changes.join(', ')
  if (action === 'remove') return 'no longer declared'
  return action === 'start' && !known.has(name) ? 'new' : undefined
}
