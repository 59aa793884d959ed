import { createHash } from 'node:crypto'
import { mkdirSync, realpathSync } from 'node:fs'
import { lastLines } from '../logs/tail.ts'
import type { Control, SupervisorInfo } from '../model/control.ts'
import type { ProcessEvent } from '../model/events.ts'
import { maskText } from '../model/mask.ts'
import { pathsOf } from '../model/paths.ts'
import type { ManagedProcess } from '../model/process.ts'
import type { ResolveConfig } from '../model/resolve.ts'
import { type Clock, systemClock } from '../system/clock.ts'
import { makePrivateFolder, removeHalfWritten } from '../system/files.ts'
import { isAlive, pidNamespace, self } from '../system/identity.ts'
import { acquireLock, type Lock, type LockRecord } from '../system/lock.ts'
import { answers, socketPath } from '../system/socket.ts'
import { Activity } from './activity.ts'
import { createApi } from './api.ts'
import { Broadcast } from './broadcast.ts'
import { Journal } from './journal.ts'
import { Owners } from './owners.ts'
import { occupy } from './place.ts'
import { recoverAll } from './recover.ts'
import { Registry } from './registry.ts'
import { stopSync } from './stop-sync.ts'
import { Store } from './store.ts'
import { Supervisor } from './supervisor.ts'
import { targetOf } from './target.ts'
import { createWorld } from './world.ts'

export interface ServeOptions {
  tuixDir: string
  mode: SupervisorInfo['mode']
  version: string
  resolve: ResolveConfig
  /** What processes inherit after a recovery. */
  environment: Record<string, string>
  clock?: Clock
  /** Told whenever the supervisor starts or ceases to have something to do: processes that are up, requests, streams. */
  onBusy?(busy: boolean): void
  /** It has given everything up: a client asked for that, or another supervisor came while its folder was deleted. */
  onReleased?(): void
}

/** A supervisor at work. */
export interface Serving {
  control: Control
  info: SupervisorInfo
  processes(): ManagedProcess[]
  broadcast: Broadcast<ProcessEvent>
  /** Ends it and leaves its processes running for the next one. Works in an exit handler. */
  close(): void
  /** Stops what this very app started, in an exit handler. */
  stopOwnSync(): void
  /** Resolves when what was said so far is on disk. */
  flushed(): Promise<void>
  /** Lets the process end although the socket is open. */
  unref(): void
}

/** Becomes the supervisor of a folder: lock, recover, listen. Resolves the holder's record if there is one already. */
export async function serve(options: ServeOptions): Promise<Serving | LockRecord> {
  const clock = options.clock ?? systemClock
  makePrivateFolder(options.tuixDir)
  const tuixDir = realpathSync(options.tuixDir)
  const socket = socketPath(tuixDir)
  const own = { identity: self(), pidNamespace: pidNamespace() }
  const lock = await acquireLock(tuixDir, own, async (record) => {
    return record.pidNamespace === own.pidNamespace ? isAlive(record.identity) : answers(socket)
  })
  if (!('release' in lock)) return lock
  const info: SupervisorInfo = {
    identity: own.identity,
    socket,
    version: options.version,
    runtime: process.versions.bun ? 'bun' : 'node',
    mode: options.mode,
    startedAt: clock.now(),
  }
  try {
    return await supervise(options, { tuixDir, lock, info, clock })
  } catch (error) {
    // An app lives on: what failed must not keep every later try waiting for it.
    lock.release()
    throw error
  }
}

interface Held {
  tuixDir: string
  lock: Lock
  info: SupervisorInfo
  clock: Clock
}

/** Recovers and listens, holding the lock. */
async function supervise(options: ServeOptions, { tuixDir, lock, info, clock }: Held): Promise<Serving> {
  const paths = pathsOf(tuixDir)
  removeHalfWritten(tuixDir)
  mkdirSync(paths.logs, { recursive: true, mode: 0o700 })
  const broadcast = new Broadcast<ProcessEvent>()
  const journal = new Journal(paths.events)
  broadcast.listen((event) => journal.append(event))
  broadcast.listen((event) => world.runHooks(event))
  // The patterns of secrets in every sentence; the values that are known were taken out where they came from.
  const emit = (event: ProcessEvent) => broadcast.emit({ ...event, message: maskText(event.message) })
  const warn = (message: string) => emit({ time: clock.now(), name: '', type: 'warning', run: 0, message })

  const activity = new Activity(options.onBusy ?? (() => {}), () => registry.busy())
  let closed = false
  const update = () => {
    isUpdateDue = false
    if (closed) return
    owners.update()
    activity.update()
  }
  // Each looks at all processes: once for a hundred that change together.
  let isUpdateDue = false
  const changed = () => {
    store.changed()
    if (!isUpdateDue) setImmediate(update)
    isUpdateDue = true
  }
  const world = createWorld({
    tuixDir,
    clock,
    ownEnvironment: options.environment,
    processes: () => registry.snapshot(),
    find: (name) => registry.find(name),
    emit,
    changed,
    askStart: ({ process: { config, owner } }) => {
      const request = { names: [config.name], environment: options.environment, ...(owner && { owner }) }
      // All of them are known by then.
      setImmediate(() =>
        control.start(request).catch((error: Error) => warn(`${config.name} was not started: ${error.message}`)),
      )
    },
  })
  const folderHash = createHash('sha256').update(tuixDir).digest('hex').slice(0, 8)
  const registry = new Registry(world.edges, options.resolve, folderHash)
  const store = new Store(paths.state, () => registry.snapshot(), warn)
  const owners = new Owners(() => registry.all(), info.identity)

  const { saved, problem } = Store.load(paths.state, clock.now())
  if (problem) warn(problem)
  const recovered = await recoverAll(
    saved,
    (process) => targetOf(process, saved.processes, world.sourceOf),
    options.resolve,
    folderHash,
    clock.now(),
  )

  await world.recoverLogs(saved.processes)
  const letGo = () => {
    closed = true
    owners.close()
    world.close()
    for (const managed of registry.all()) managed.release(info.identity.pid)
  }
  const close = () => {
    if (closed) return
    letGo()
    store.closeSync()
    place.leave()
  }
  const ownedHere = () =>
    registry
      .all()
      .filter(
        ({ process: { owner, wanted, status } }) =>
          owner?.pid === info.identity.pid && (wanted === 'up' || status === 'stopping'),
      )
  const stopOwnSync = () => {
    if (!closed) stopSync(ownedHere(), ({ process }) => world.targetOf(process))
  }
  const release = async () => {
    broadcast.emit({ time: clock.now(), name: '', type: 'release', run: 0, message: 'released for another supervisor' })
    close()
    options.onReleased?.()
  }
  const control = new Supervisor({
    info,
    registry,
    store,
    broadcast,
    sourceOf: world.sourceOf,
    targetOf: world.targetOf,
    lastLines,
    flushLogs: world.flushLogs,
    deleteLogs: world.deleteLogs,
    ownEnvironment: options.environment,
    clock,
    release,
  })
  const api = createApi({ control, version: options.version, onActivity: (active) => activity.requests(active) })
  const place = await occupy({
    tuixDir,
    info,
    lock,
    api,
    clock,
    restored() {
      mkdirSync(paths.logs, { recursive: true, mode: 0o700 })
      store.changed()
    },
    lost() {
      letGo()
      store.abandon()
      options.onReleased?.()
    },
  })
  // No request is answered before this: it takes another turn of the event loop to accept one.
  for (const { process } of recovered) registry.add(withoutDeadOwner(process))
  for (const { process, found } of recovered) registry.find(process.config.name)?.dispatch({ type: 'recover', found })
  activity.update()

  return {
    control,
    info,
    processes: () => registry.snapshot(),
    broadcast,
    close,
    stopOwnSync,
    flushed: () => store.flushed(),
    unref: () => place.unref(),
  }
}

/** An app that was killed leaves its processes for adoption; one that lives still owns them. */
function withoutDeadOwner(process: ManagedProcess): ManagedProcess {
  return process.owner && !isAlive(process.owner) ? { ...process, owner: null } : process
}
