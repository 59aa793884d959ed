import { mkdirSync } from 'node:fs'
import { resolveProcess } from '../../src/config/index.ts'
import { LogIndexer } from '../../src/logs/index-writer.ts'
import type { ProcessConfig } from '../../src/model/config.ts'
import type { ProcessEvent } from '../../src/model/events.ts'
import { sourceOf } from '../../src/model/paths.ts'
import { newProcess } from '../../src/model/saved.ts'
import { createEdges } from '../../src/supervisor/edges.ts'
import { Managed } from '../../src/supervisor/managed.ts'
import { targetOf } from '../../src/supervisor/target.ts'
import { systemClock } from '../../src/system/clock.ts'
import { Sweeper } from '../../src/system/sweep.ts'
import { processesOf } from '../helpers/processes.ts'
import { until } from '../helpers/until.ts'

export interface RealProcess {
  managed: Managed
  events: ProcessEvent[]
  /** Its log on stdout. */
  logFile: string
}

const started: Managed[] = []

/** Ends the supervision, so that nothing that is killed comes back; then kills all that runs in a folder. */
export async function endReal(folder: string): Promise<void> {
  for (const managed of started.splice(0)) managed.release(0)
  await until(() => {
    const pids = processesOf(folder)
    for (const pid of pids) process.kill(pid, 'SIGKILL')
    return pids.length === 0
  })
}

/** A managed process in the real world, its files in this folder; without monitors, API and store. Ended by `endReal`. */
export function realProcess(folder: string, config: ProcessConfig): RealProcess {
  mkdirSync(`${folder}/logs`, { recursive: true })
  const events: ProcessEvent[] = []
  const resolved = resolveProcess(config, { path: 'process', cwd: folder })
  const where = ({ config: { name } }: { config: { name: string } }) =>
    sourceOf(folder, { config: { ...resolved, name } })
  const edges = createEdges({
    clock: systemClock,
    sweeper: new Sweeper(),
    ownEnvironment: { PATH: process.env.PATH ?? '', HOME: folder },
    sourceOf: where,
    targetOf: (process) => targetOf(process, [managed.process], where),
    indexer: new LogIndexer(),
    monitor: () => () => {},
    askStart() {},
    hideSecrets: (_, text) => text,
    emit: (event) => events.push(event),
    changed() {},
  })
  const managed: Managed = new Managed(newProcess(`test:${config.name}:1`, resolved, 0), edges)
  started.push(managed)
  return { managed, events, logFile: where(managed.process).logFile }
}
