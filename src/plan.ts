import { readState } from './client/discover.ts'
import { resolveProcess } from './config/index.ts'
import type { ResolvedProcess } from './model/config.ts'
import type { Selection } from './model/control.ts'
import { declaredProcesses } from './model/declared.ts'
import { ProcessManagerError } from './model/errors.ts'
import { planEnd, planScale, planStart } from './model/foresee.ts'
import { expandDeclared } from './model/instances.ts'
import { ownOf } from './model/own.ts'
import { type PlannedAction, type PlanStep, planApply } from './model/plan.ts'
import type { ManagedProcess } from './model/process.ts'
import type { ManagerOptions } from './options.ts'

export interface Planned {
  action: PlannedAction
  selection: Selection
  /** Of `scale`: how many instances of which. */
  scale?: Record<string, number>
}

/** What a command would do, by what is on the disk. Throws a `config` or `unknown-process` error, one sentence. */
export function planOf(options: ManagerOptions, cwd: string, tuixDir: string, planned: Planned): PlanStep[] {
  const { action, selection, scale = {} } = planned
  const current = readState(tuixDir)
  switch (action) {
    case 'stop':
    case 'remove':
      return planEnd(action, current, selection)
    case 'start':
    case 'restart':
      return planStart(action, current, declaredBy(options, cwd, current), selection)
    case 'scale':
      return planScale(current, declaredBy(options, cwd, current, scale), Object.keys(scale))
    case 'apply':
      return planApply(current, declaredBy(options, cwd, current).values(), options.source)
    default:
      return action satisfies never
  }
}

/** What is declared, by name, instances expanded. */
export function declaredBy(
  options: ManagerOptions,
  cwd: string,
  current: ManagedProcess[],
  scale: Record<string, number> = {},
): Map<string, ResolvedProcess> {
  const { origins = {}, autoRestart, maxRestarts, restartDelay, source } = options
  const present = current.map(({ config }) => config)
  const declared = new Map<string, ResolvedProcess>()
  for (const process of declaredProcesses(options)) {
    const origin = ownOf(origins, process.name)
    const context = {
      path: origin ? '' : `process ${process.name}`,
      cwd,
      ...(origin && { origin }),
      defaults: {
        ...(autoRestart !== undefined && { autoRestart }),
        ...(maxRestarts !== undefined && { maxRestarts }),
        ...(restartDelay !== undefined && { restartDelay }),
      },
    }
    const resolved = resolveProcess(process, context)
    const config = source === undefined ? resolved : { ...resolved, source }
    for (const instance of expandDeclared(config, present, ownOf(scale, config.name))) {
      if (declared.has(instance.name))
        throw new ProcessManagerError('config', `two processes are named \`${instance.name}\`; names are unique`)
      declared.set(instance.name, instance)
    }
  }
  return declared
}
