import type { ProcessEvent } from '../../model/lifecycle/events.ts'
import type { ManagedProcess } from '../../model/lifecycle/process.ts'
import type { GitHead, LastTree } from '../../model/views/crash-report.ts'
import type { Clock } from '../../system/clock.ts'
import type { Redaction } from '../effects/redaction.ts'
import type { EventBus } from '../event-bus.ts'
import type { TreeService } from '../inspect/tree-service.ts'
import type { Home } from '../lifetime/home.ts'
import type { LogService } from '../log-service.ts'
import type { Managed } from '../managed.ts'
import type { ReadonlyProcessTable } from '../process-table.ts'

export interface CrashReporterOptions {
  tuixDir: string
  home: Pick<Home, 'isHere'>
  clock: Clock
  processes: ReadonlyProcessTable
  logs: LogService
  trees: TreeService
  redaction: Redaction
  events: EventBus
  version: string
  /** Environment of processes that were started without a command. */
  environment: Record<string, string>
}

/** What is only known at the moment of a crash. */
export interface Crash {
  event: ProcessEvent
  managed: Managed
  process: ManagedProcess
  /** Where the output of the run ends, by log file. */
  ends: Map<string, number>
  tree: LastTree | null
  begun: Begun
}

/** The beginning of a run. What is checked out is known a moment later. */
export interface Begun {
  run: number
  pid: number | null
  git: GitHead | null
}
