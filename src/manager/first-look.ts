import { readState } from '../client/read-state.ts'
import { lastLinesNow } from '../logs/reading/last-lines-now.ts'
import { leaderOf } from '../model/lifecycle/phase.ts'
import { maskState } from '../model/redaction/mask-state.ts'
import type { ProcessLog } from '../model/views/logs.ts'
import { snapshot } from '../model/views/snapshot.ts'
import type { ProcessState } from '../model/views/state.ts'
import { sourceOf } from '../storage/paths.ts'
import { UsageSampler } from '../system/process/usage.ts'

export interface FirstLook {
  /** As last saved, with what they use at this moment. */
  processes: ProcessState[]
  logs: ProcessLog[]
}

/**
 * What can be told of the processes of a folder without waiting for anything: by the saved state, the ends of the log files,
 * and the system. It asks no supervisor.
 *
 * @param isWanted whether a process is looked at
 * @param lines number of log lines
 */
export function firstLook(
  tuixDir: string,
  isWanted: (process: Pick<ProcessState, 'name' | 'instanceOf'>) => boolean,
  lines: number,
): FirstLook {
  const wanted = readState(tuixDir).filter(({ config }) => isWanted(config))
  const now = Date.now()
  const leaders = wanted.flatMap(({ phase }) => leaderOf(phase) ?? [])
  const usages = new UsageSampler().sampleNow(leaders, now)
  return {
    processes: wanted.map((process) => {
      const usage = usages.get(leaderOf(process.phase)?.pid ?? -1) ?? null
      return maskState(snapshot(process, sourceOf(tuixDir, process), usage, now))
    }),
    logs:
      lines > 0
        ? lastLinesNow(
            wanted.map((process) => sourceOf(tuixDir, process)),
            lines,
          )
        : [],
  }
}
