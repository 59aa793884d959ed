import { realpathSync } from 'node:fs'
import type { ResolveConfig } from '../model/planning/resolve.ts'
import { faultText, reasonOf } from '../model/text/system-error.ts'
import { copyText, relocated, relocationOf } from '../model/tree/relocate.ts'
import type { SupervisorInfo } from '../model/views/supervisor-info.ts'
import type { Control } from '../protocol/operations.ts'
import { Journal } from '../storage/journal.ts'
import { pathsOf } from '../storage/paths.ts'
import { noteProject } from '../storage/projects.ts'
import { withRoom } from '../storage/room.ts'
import { Store } from '../storage/store.ts'
import { type Clock, guarded, systemClock } from '../system/clock.ts'
import { makePrivateFolder, removeHalfWritten } from '../system/fs/files.ts'
import { acquireLock, type Lock, type LockRecord } from '../system/fs/lock.ts'
import { refuseForeign } from '../system/fs/owner.ts'
import { placeHash } from '../system/fs/place-hash.ts'
import { answers, socketPath } from '../system/net/socket.ts'
import { isAlive, self } from '../system/process/identity.ts'
import { pidNamespace, pidSpace } from '../system/process/pid-space.ts'
import { keepSpareDescriptor } from '../system/process/spare-descriptor.ts'
import { Sweeper } from '../system/process/sweep.ts'
import { startRequested as onStartRequested, startDependents } from './actions/start.ts'
import { retireSurges } from './actions/surge.ts'
import { AlertDoor } from './alerts/alert-door.ts'
import { Broadcast, oncePerTurn } from './broadcast.ts'
import type { SupervisorContext } from './context.ts'
import { CrashReporter } from './crashes/crash-reporter.ts'
import { EffectRunner } from './effects/effect-runner.ts'
import { Hooks } from './effects/hooks.ts'
import { Monitors } from './effects/monitors.ts'
import { Redaction } from './effects/redaction.ts'
import { EventBus } from './event-bus.ts'
import { createApi } from './http/api.ts'
import { TreeService } from './inspect/tree-service.ts'
import { Activity } from './lifetime/activity.ts'
import { publish } from './lifetime/endpoint.ts'
import { Home } from './lifetime/home.ts'
import { Lifetime } from './lifetime/lifetime.ts'
import { Owners } from './lifetime/owners.ts'
import { LogService } from './log-service.ts'
import type { Managed } from './managed.ts'
import { createOperations } from './operations.ts'
import { ProcessTable, type ReadonlyProcessTable } from './process-table.ts'
import { recoverAll } from './recover.ts'
import { newId, Registry } from './registry.ts'
import { SharedPorts } from './share/shared-ports.ts'
import { Telemetry } from './telemetry/telemetry.ts'
import { WebDoor } from './web/web-door.ts'

export interface ServeOptions {
  tuixDir: string
  mode: SupervisorInfo['mode']
  version: string
  resolve: ResolveConfig
  /** Environment of processes that are started without a command, for example after a recovery. */
  environment: Record<string, string>
  clock?: Clock
  /** The folder is not one of a project, which the user might look for. */
  isTemporary?: boolean
  /** How this very daemon was started, but for its last argument. Absent in an app. */
  relauncher?: { program: string; args: string[] }
  /** Called when the supervisor gets something to do, or has nothing left to do: running processes, requests, streams. */
  onBusy?(busy: boolean): void
  /**
   * Called when the supervisor has ended, because a client asked for it, because another one took its folder, or because the
   * folder was deleted or renamed.
   *
   * @param movedTo where a renamed folder is now, if processes there need a supervisor
   */
  onReleased?(movedTo: string | null): void
}

/** A supervisor at work. */
export interface Serving {
  control: Control
  processes: ReadonlyProcessTable
  lifetime: Lifetime
  /** Makes an event of an error that nothing else has caught. */
  report(error: unknown): void
}

/** Becomes the supervisor of a folder. Resolves to the record of the holder if the folder has a supervisor. */
export async function serve(options: ServeOptions): Promise<Serving | LockRecord> {
  refuseForeign(options.tuixDir)
  makePrivateFolder(options.tuixDir)
  const tuixDir = realpathSync(options.tuixDir)
  const socket = socketPath(tuixDir)
  const home = new Home(tuixDir)
  const own = { identity: self(), pidNamespace: pidNamespace(), folder: home.id }
  const isHeld = async (record: LockRecord) =>
    record.pidNamespace === own.pidNamespace ? isAlive(record.identity) : answers(socket)
  const lock = await acquireLock(tuixDir, own, isHeld, (write) => withRoom(tuixDir, write))
  if (!('release' in lock)) {
    home.close()
    return lock
  }
  try {
    return await supervise(options, home, socket, lock)
  } catch (error) {
    // An app lives on after the failure, and its next attempt must not wait for this lock.
    lock.release()
    home.close()
    throw error
  }
}

/**
 * Puts a supervisor together. Each object is built from those above it. What is built later is reached through a broadcast,
 * and nothing is dispatched before the processes are restored at the end.
 */
async function supervise(options: ServeOptions, home: Home, socket: string, lock: Lock): Promise<Serving> {
  const { path: tuixDir } = home
  const { resolve, environment, version } = options
  const report = (error: unknown) => events.warn(faultText(error))
  const clock = guarded(options.clock ?? systemClock, report)
  const paths = pathsOf(tuixDir)
  const folderHash = placeHash(tuixDir)
  const runtime = process.versions.bun ? 'bun' : 'node'
  const startedAt = clock.now()
  const info = { identity: self(), folder: home.id, socket, version, runtime, mode: options.mode, startedAt } as const
  removeHalfWritten(tuixDir)

  const changed = new Broadcast<void>()
  const startRequested = new Broadcast<Managed>()
  const releaseAsked = new Broadcast<void>()

  const events = new EventBus(new Journal(paths.events, () => home.isHere()), clock)
  const processes = new ProcessTable()
  const store = new Store(paths.state, processes, events, home)
  const logs = new LogService({ tuixDir, home, clock, processes, events })
  keepSpareDescriptor()
  const sweeper = new Sweeper((error) =>
    events.warn(`the processes of the system cannot be listed: ${reasonOf(error)}; trying again`),
  )
  const trees = new TreeService({ processes, logs, sweeper })
  const redaction = new Redaction(environment)
  const monitors = new Monitors({ tuixDir, clock, sweeper, logs, trees, events, environment })
  const shared = new SharedPorts({ tuixDir, home, clock, processes, events, relauncher: options.relauncher })
  const effects = new EffectRunner({
    clock,
    home,
    logs,
    trees,
    redaction,
    monitors,
    shared,
    events,
    sweeper,
    store,
    processes,
    changed,
    startRequested,
    environment,
  })
  const registry = new Registry({ processes, effects, resolve, folderHash })
  const activity = new Activity(processes, clock, options.onBusy ?? (() => {}))
  const telemetry = new Telemetry({
    tuixDir,
    home,
    info,
    clock,
    processes,
    store,
    logs,
    trees,
    events,
    redaction,
    activity,
    environment,
  })
  const web = new WebDoor({ tuixDir, home, clock, events, version, activity, folderHash, telemetry })
  const crashes = new CrashReporter({
    ...{ tuixDir, home, clock, processes, logs, trees, redaction, events, version, environment },
  })
  const alerts = new AlertDoor({
    ...{ tuixDir, home, clock, processes, events, activity, sweeper, folderHash, environment },
  })
  const context: SupervisorContext = {
    tuixDir,
    home,
    info,
    clock,
    events,
    processes,
    store,
    logs,
    trees,
    registry,
    shared,
    web,
    telemetry,
    alerts,
    crashes,
    environment,
    releaseAsked,
  }
  const operations = createOperations(context)
  const hooks = new Hooks({ clock, sweeper, processes, redaction, events, environment })
  const owners = new Owners(processes, info.identity)

  events.listen((event) => hooks.run(event))
  events.listen((event) => crashes.heard(event))
  events.listen((event) => alerts.heard(event))
  events.listen(({ type, name }) => {
    if (type === 'ready') startDependents(context, name)
  })
  startRequested.listen((managed) => onStartRequested(context, managed))
  changed.listen(() => store.changed())
  changed.listen(
    // All look at all processes: once, even when a hundred of them change together.
    oncePerTurn(() => {
      shared.update()
      owners.update()
      activity.update()
      telemetry.update()
      alerts.update()
    }),
  )

  alerts.restore()
  logs.makeFolder()
  const { saved, problem } = Store.load(paths.state, clock.now())
  if (problem) events.warn(problem)
  const here = { ...pidSpace(), folder: home.id, path: tuixDir }
  const relocation = relocationOf(saved, here)
  if (relocation === 'copied') events.warn(copyText(tuixDir))
  saved.processes = relocated(saved.processes, saved, here, (name) => newId(folderHash, name))
  const recovered = await recoverAll(saved, { tuixDir, clock, trees, resolve, folderHash })
  await logs.recover(saved.processes)
  const endpoint = await publish(createApi({ control: operations, version, activity, home }), context, lock)
  const lifetime = new Lifetime({ context, endpoint, owners, activity, onReleased: options.onReleased ?? (() => {}) })
  // No request is answered before this, since accepting one takes another turn of the event loop.
  registry.restore(recovered)
  if (relocation !== 'none') store.changed()
  retireSurges(context)
  web.restore(operations)
  alerts.begin()
  if (!options.isTemporary) noteProject(tuixDir)
  activity.update()
  telemetry.update()
  return { control: operations, processes, lifetime, report }
}
