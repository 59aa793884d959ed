import { existsSync } from 'node:fs'
import { resolveProcess } from '../../src/config/index.ts'
import type { ProcessEvent } from '../../src/model/lifecycle/events.ts'
import type { Store } from '../../src/storage/store.ts'
import { AlertDoor } from '../../src/supervisor/alerts/alert-door.ts'
import { Broadcast } from '../../src/supervisor/broadcast.ts'
import type { SupervisorContext } from '../../src/supervisor/context.ts'
import { EventBus } from '../../src/supervisor/event-bus.ts'
import { TreeService } from '../../src/supervisor/inspect/tree-service.ts'
import { Home } from '../../src/supervisor/lifetime/home.ts'
import { LogService } from '../../src/supervisor/log-service.ts'
import type { Effects } from '../../src/supervisor/managed.ts'
import { ProcessTable } from '../../src/supervisor/process-table.ts'
import { Registry } from '../../src/supervisor/registry.ts'
import { SharedPorts } from '../../src/supervisor/share/shared-ports.ts'
import type { Telemetry } from '../../src/supervisor/telemetry/telemetry.ts'
import { WebDoor } from '../../src/supervisor/web/web-door.ts'
import { type Clock, systemClock } from '../../src/system/clock.ts'
import { self } from '../../src/system/process/identity.ts'
import { Sweeper } from '../../src/system/process/sweep.ts'

export interface TestSupervisor {
  context: SupervisorContext
  /** Every event so far. */
  events: ProcessEvent[]
}

export interface TestSupervisorOptions {
  tuixDir?: string
  /** Working directory of declared processes. */
  cwd?: string
  clock?: Clock
  /** How the effects of its processes are carried out, given everything else. Default: not at all. */
  effects?: (context: Omit<SupervisorContext, 'registry'>) => Effects
  logs?: LogService
}

/** The home of a supervisor that writes nothing. */
const NOWHERE: Partial<Home> = { isHere: () => true, isMoved: () => false, settled: async () => true }

/** The parts of a supervisor, built as `serve` builds them, without lock, socket and state file. */
export function testSupervisor({
  tuixDir = '/none',
  cwd = '/',
  clock = systemClock,
  effects = () => ({ clock }) as Effects,
  logs: given,
}: TestSupervisorOptions = {}): TestSupervisor {
  const heard: ProcessEvent[] = []
  const events = new EventBus({ append: (event) => heard.push(event) }, clock)
  const processes = new ProcessTable()
  const home = existsSync(tuixDir) ? new Home(tuixDir) : (NOWHERE as Home)
  const logs = given ?? new LogService({ tuixDir, home, clock, processes, events })
  const context = {
    tuixDir,
    home,
    info: {
      identity: self(),
      folder: home.id,
      socket: `${tuixDir}/supervisor.sock`,
      version: '1.0.0',
      runtime: 'node',
      mode: 'daemon',
      startedAt: 0,
    },
    clock,
    events,
    processes,
    store: { changed() {}, flushed: async () => {}, closeSync() {}, abandon() {} } as unknown as Store,
    logs,
    trees: new TreeService({ processes, logs, sweeper: new Sweeper() }),
    environment: { PATH: process.env.PATH ?? '', HOME: tuixDir },
    shared: new SharedPorts({ tuixDir, home, clock, processes, events }),
    telemetry: { update() {}, close() {} } as unknown as Telemetry,
    alerts: new AlertDoor({ tuixDir } as ConstructorParameters<typeof AlertDoor>[0]),
    crashes: { close() {} },
    web: new WebDoor({} as ConstructorParameters<typeof WebDoor>[0]),
    releaseAsked: new Broadcast<void>(),
  } as const
  const registry = new Registry({
    processes,
    effects: effects(context),
    resolve: async (input, place) => resolveProcess(input, { ...place, cwd }),
    folderHash: 'f00d',
  })
  return { context: { ...context, registry }, events: heard }
}
