import { join } from 'node:path'
import type { LogSource } from '../../src/model/views/logs.ts'

/** A process's log files below `folder`, none of which exists yet. */
export function logSource(folder: string, name = 'web'): LogSource {
  return {
    name,
    logFile: join(folder, `${name}.out.log`),
    errorFile: join(folder, `${name}.err.log`),
    indexFile: join(folder, `${name}.index`),
    eventsFile: join(folder, 'events.jsonl'),
  }
}
