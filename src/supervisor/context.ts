import type { SupervisorInfo } from '../model/views/supervisor-info.ts'
import type { Store } from '../storage/store.ts'
import type { Clock } from '../system/clock.ts'
import type { AlertDoor } from './alerts/alert-door.ts'
import type { Broadcast } from './broadcast.ts'
import type { CrashReporter } from './crashes/crash-reporter.ts'
import type { EventBus } from './event-bus.ts'
import type { TreeService } from './inspect/tree-service.ts'
import type { Home } from './lifetime/home.ts'
import type { LogService } from './log-service.ts'
import type { ReadonlyProcessTable } from './process-table.ts'
import type { Registry } from './registry.ts'
import type { SharedPorts } from './share/shared-ports.ts'
import type { Telemetry } from './telemetry/telemetry.ts'
import type { WebDoor } from './web/web-door.ts'

/** The parts of one supervisor that operations work with. `serve` builds them, each from those before it. */
export interface SupervisorContext {
  /** Absolute path of the supervised folder. */
  tuixDir: string
  /** The folder itself, whatever is at its path. */
  home: Home
  info: SupervisorInfo
  clock: Clock
  events: EventBus
  processes: ReadonlyProcessTable
  store: Store
  logs: LogService
  trees: TreeService
  registry: Registry
  shared: SharedPorts
  web: WebDoor
  telemetry: Telemetry
  alerts: AlertDoor
  crashes: Pick<CrashReporter, 'close'>
  /** The supervisor's own environment, which processes inherit when they are started without a command. */
  environment: Record<string, string>
  /** A client asked the supervisor to leave its processes to the next one. */
  releaseAsked: Broadcast<void>
}
