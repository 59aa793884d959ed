import { readState } from './client/discover.ts'
import { parseProcess, resolveProcess } from './config/index.ts'
import { expandDeclared } from './model/instances.ts'
import { type PlanStep, planApply } from './model/plan.ts'
import type { ManagerOptions } from './options.ts'

/** What applying the declared processes would do, by what is on the disk. Throws a `config` error, one sentence. */
export function planOf(
  { processes = [], origins = {}, source, ...defaults }: ManagerOptions,
  cwd: string,
  tuixDir: string,
): PlanStep[] {
  const { autoRestart, maxRestarts, restartDelay } = defaults
  const current = readState(tuixDir)
  const present = current.map(({ config }) => config)
  const declared = processes.flatMap((process, index) => {
    const origin = origins[process.name]
    const context = {
      path: origin ? '' : `processes[${index}]`,
      cwd,
      ...(origin && { origin }),
      defaults: {
        ...(autoRestart !== undefined && { autoRestart }),
        ...(maxRestarts !== undefined && { maxRestarts }),
        ...(restartDelay !== undefined && { restartDelay }),
      },
    }
    return expandDeclared(resolveProcess(parseProcess(process, context), context), present)
  })
  return planApply(current, declared, source)
}
