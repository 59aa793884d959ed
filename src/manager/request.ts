import type { ProcessConfig } from '../model/config/config.ts'
import { declaredProcesses } from '../model/config/declared.ts'
import type { Selection, StartRequest } from '../model/planning/requests.ts'
import { ownProperty } from '../model/text/text.ts'
import { selfThread } from '../system/process/thread.ts'
import { VERSION } from '../version.ts'
import type { CommandOptions, ManagerOptions } from './options.ts'

/**
 * The request that starts processes. Declarations are validated here first, so that a mistake is reported before a
 * supervisor is launched.
 *
 * @param extra declared only for this request, before the processes of the options
 * @throws ProcessManagerError `config`
 */
export async function startRequest(
  options: ManagerOptions,
  cwd: string,
  selection: Selection,
  { wait = true, timeout, scale, automatic }: CommandOptions,
  extra: ProcessConfig[],
): Promise<StartRequest> {
  const { parseProcess, refuseOtherWords, toWire } = await import('../config/index.ts')
  refuseOtherWords(options)
  const { services = [], processes = services, origins = {}, autoRestart, maxRestarts, restartDelay } = options
  const key = options.processes ? 'processes' : 'services'
  const replaced = new Set(extra.map((process) => process?.name))
  const declared = declaredProcesses(options).flatMap((process, index) => {
    if (replaced.has(process?.name)) return []
    const origin = ownProperty(origins, process?.name)
    const place = Array.isArray(processes) ? `${key}[${index}]` : `${key}.${process.name}`
    return [toWire(parseProcess(process, { path: origin ? '' : place, cwd, ...(origin && { origin }) }))]
  })
  return {
    ...selection,
    processes: [...declared, ...extra.map((process) => toWire(parseProcess(process, { path: '', cwd })))],
    checkedBy: VERSION,
    origins,
    // Processes that are declared for one request belong to no config.
    ...(options.source !== undefined && extra.length === 0 && { source: options.source }),
    defaults: {
      ...(autoRestart !== undefined && { autoRestart }),
      ...(maxRestarts !== undefined && { maxRestarts }),
      ...(restartDelay !== undefined && { restartDelay }),
    },
    environment: { ...process.env } as Record<string, string>,
    // Processes that the command line starts keep running; those that an app or a worker thread starts end with it.
    ...((options.supervisor ?? 'embedded') === 'embedded' && { owner: selfThread() }),
    ...(scale && { scale }),
    ...(automatic && { automatic }),
    wait,
    ...(timeout !== undefined && { timeout }),
  }
}
