import { basename } from 'node:path'
import { resolveProcess } from '../../src/config/index.ts'
import type { ProcessConfig } from '../../src/model/config/config.ts'
import type { ProcessEvent } from '../../src/model/lifecycle/events.ts'
import { newProcess } from '../../src/model/lifecycle/process.ts'
import { Broadcast } from '../../src/supervisor/broadcast.ts'
import type { SupervisorContext } from '../../src/supervisor/context.ts'
import { EffectRunner } from '../../src/supervisor/effects/effect-runner.ts'
import { Monitors } from '../../src/supervisor/effects/monitors.ts'
import { Redaction } from '../../src/supervisor/effects/redaction.ts'
import type { Managed } from '../../src/supervisor/managed.ts'
import { Sweeper } from '../../src/system/process/sweep.ts'
import { processesOf } from '../helpers/processes.ts'
import { until } from '../helpers/until.ts'
import { testSupervisor } from './supervisor.ts'

export interface RealProcess {
  /** A supervisor with this process alone. */
  context: SupervisorContext
  managed: Managed
  events: ProcessEvent[]
  /** Its log on stdout. */
  logFile: string
}

const started: { managed: Managed; close: () => void }[] = []

/** Ends the supervision, so that nothing that is killed comes back; then kills all that runs in a folder. */
export async function endReal(folder: string): Promise<void> {
  for (const { managed, close } of started.splice(0)) {
    managed.release(0)
    close()
  }
  await until(() => {
    const pids = processesOf(folder)
    for (const pid of pids) process.kill(pid, 'SIGKILL')
    return pids.length === 0
  })
}

/** A managed process in the real world, its files and its marker of this folder alone; without API and state file. Ended by `endReal`. */
export function realProcess(folder: string, config: ProcessConfig): RealProcess {
  const { context, events } = testSupervisor({
    tuixDir: folder,
    effects: (context) =>
      new EffectRunner({
        ...context,
        sweeper: new Sweeper(),
        monitors: new Monitors({ ...context, sweeper: new Sweeper() }),
        redaction: new Redaction(context.environment),
        changed: new Broadcast(),
        startRequested: new Broadcast(),
      }),
  })
  const { logs, registry } = context
  logs.makeFolder()
  const resolved = resolveProcess(config, { path: 'process', cwd: folder })
  const managed = registry.add(newProcess(`${basename(folder)}:${config.name}:1`, resolved))
  started.push({ managed, close: () => logs.close() })
  return { context, managed, events, logFile: logs.sourceOf(managed.process).logFile }
}
