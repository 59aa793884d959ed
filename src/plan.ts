import { readState } from './client/discover.ts'
import { parseProcess, resolveProcess } from './config/index.ts'
import { declaredProcesses } from './model/declared.ts'
import { expandDeclared } from './model/instances.ts'
import { type PlanStep, planApply } from './model/plan.ts'
import type { ManagerOptions } from './options.ts'

/** What applying the declared processes would do, by what is on the disk. Throws a `config` error, one sentence. */
export function planOf(options: ManagerOptions, cwd: string, tuixDir: string): PlanStep[] {
  const { origins = {}, source, autoRestart, maxRestarts, restartDelay } = options
  const current = readState(tuixDir)
  const present = current.map(({ config }) => config)
  const declared = declaredProcesses(options).flatMap((process) => {
    const origin = origins[process.name]
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
    return expandDeclared(resolveProcess(parseProcess(process, context), context), present)
  })
  return planApply(current, declared, source)
}
