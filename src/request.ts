import type { ProcessConfig } from './model/config.ts'
import type { Selection, StartRequest } from './model/control.ts'
import { declaredProcesses } from './model/declared.ts'
import { ownOf } from './model/own.ts'
import type { CommandOptions, ManagerOptions } from './options.ts'
import { self } from './system/identity.ts'
import { VERSION } from './version.ts'

/**
 * The request that starts processes: what is declared, validated here first so that a mistake is told before a supervisor
 * is launched, and whose environment and lifetime they share.
 *
 * @param extra declared for this request, before those of the options
 * @throws ProcessManagerError `config`
 */
export async function startRequest(
  options: ManagerOptions,
  cwd: string,
  selection: Selection,
  { wait = true, timeout, scale }: CommandOptions,
  extra: ProcessConfig[],
): Promise<StartRequest> {
  const { parseProcess, toWire } = await import('./config/index.ts')
  const { processes = [], origins = {}, autoRestart, maxRestarts, restartDelay } = options
  const replaced = new Set(extra.map((process) => process?.name))
  const declared = declaredProcesses(options).flatMap((process, index) => {
    if (replaced.has(process?.name)) return []
    const origin = ownOf(origins, process?.name)
    const place = Array.isArray(processes) ? `processes[${index}]` : `processes.${process.name}`
    return [toWire(parseProcess(process, { path: origin ? '' : place, cwd, ...(origin && { origin }) }))]
  })
  return {
    ...selection,
    processes: [...declared, ...extra.map((process) => toWire(parseProcess(process, { path: '', cwd })))],
    checkedBy: VERSION,
    origins,
    // What is declared for one request belongs to no config.
    ...(options.source !== undefined && extra.length === 0 && { source: options.source }),
    defaults: {
      ...(autoRestart !== undefined && { autoRestart }),
      ...(maxRestarts !== undefined && { maxRestarts }),
      ...(restartDelay !== undefined && { restartDelay }),
    },
    environment: { ...process.env } as Record<string, string>,
    // What the command line starts stays; what an app starts ends with it.
    ...((options.supervisor ?? 'embedded') === 'embedded' && { owner: self() }),
    ...(scale && { scale }),
    wait,
    ...(timeout !== undefined && { timeout }),
  }
}
