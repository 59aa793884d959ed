import { resolve } from 'node:path'
import { isolated } from '../config/isolate.ts'
import { type LoadedConfig, loadConfig } from '../config/load.ts'
import { ProcessManagerError } from '../model/errors.ts'
import { existingFolder } from '../system/fs/current-folder.ts'
import { monotonic } from '../system/monotonic.ts'
import { refuseWindows } from '../system/platform.ts'
import { type Failed, firstFailure, startError } from './failure.ts'
import { closeStack, openStack } from './host.ts'
import { type StackOptions, sourceOf, variablesOf } from './options.ts'
import { makeStack, stacksFolder, stateFolder } from './place.ts'
import { reservePort } from './ports.ts'
import { type Place, RunningStack } from './stack.ts'
import { StackManager } from './stack-manager.ts'

/** ms until everything has to be ready. */
const DEFAULT_TIMEOUT = 60_000
/** ms after the time limit of a start in which those that were started are asked where they are. */
const GRACE = 1000

/** A process, and where it is or why it is not up. */
type Found = Omit<Place, 'instanceOf'> & Partial<Pick<Failed, 'error'>>

/**
 * Starts processes of a config for a test, those that they depend on first, and waits until all are ready. They have a private
 * state folder and ports that nobody else gets, so that any number of stacks can run at once.
 *
 * They end with `stop()`, with the scope of `await using`, or with the program, in whatever way that ends.
 *
 * @param names declared names; default all that `tuix-ps start --all` starts
 * @throws ProcessManagerError with why it is not up and its last lines, for each process that is not
 */
export async function startStack(
  names?: string | readonly string[],
  options: StackOptions = {},
): Promise<RunningStack> {
  refuseWindows()
  const loaded = await load(options)
  const stack = await makeStack(stacksFolder())
  const warnings: string[] = []
  let manager: StackManager | undefined
  const close = once(async () => {
    await closeStack(stack)
    await manager?.close()
  })
  try {
    const processes = isolated(loaded.processes, () => portFor(stack), variablesOf(options.env), loaded.origins)
    const asked = names === undefined ? processes.filter(startsWithAll).map(({ name }) => name) : [names].flat()
    const { origins, defaults } = loaded
    const onWarning = (message: string) => warnings.push(message)
    const tuixDir = stateFolder(stack)
    manager = new StackManager({ ...defaults, tuixDir, processes, origins, supervisor: 'daemon', onWarning }, stack)
    await openStack(stack)
    const places = await start(manager, asked, options.timeout ?? DEFAULT_TIMEOUT, warnings)
    return new RunningStack({ manager, places, close })
  } catch (error) {
    // The first error says more.
    await close().catch(() => {})
    throw error
  }
}

async function load({ env, profile, cwd, config }: StackOptions): Promise<LoadedConfig> {
  const folder = resolve(cwd ?? existingFolder())
  const loaded = await loadConfig({
    cwd: folder,
    environment: { ...process.env, ...variablesOf(env) },
    ...(profile !== undefined && { profile }),
    ...sourceOf(config),
  })
  if (loaded.processes.length > 0) return loaded
  const nothing = loaded.file === null ? `no config file found in ${folder}` : `${loaded.file} declares no processes`
  throw new ProcessManagerError('config', nothing)
}

function startsWithAll({ startWithAll }: { startWithAll?: boolean }): boolean {
  return startWithAll !== false
}

/** A port that no other stack gets. */
function portFor(stack: string): number {
  const port = reservePort(stack)
  if (port !== undefined) return port
  throw new ProcessManagerError('unreachable', 'all ports for stacks are taken')
}

async function start(
  manager: StackManager,
  names: string[],
  timeout: number,
  warnings: readonly string[],
): Promise<Place[]> {
  const context = { timeout, warnings, manager }
  const end = new AbortController()
  try {
    const crashed = firstFailure(manager, names, end.signal)
    const ensured = await Promise.race([
      allReady(manager, names, timeout),
      crashed.then((failed) => failed && [{ ...failed, url: null, port: null }]),
    ])
    const failed = (ensured ?? []).filter(hasFailed)
    if (failed.length > 0) throw await startError(failed, context)
    const states = new Map((await manager.list()).map((state) => [state.name, state]))
    return (ensured ?? []).map(({ name, url, port }) => {
      return { name, url, port, instanceOf: states.get(name)?.instanceOf ?? null }
    })
  } finally {
    end.abort()
  }
}

/** Where each process is that was started for these, or why it is not up. */
async function allReady(manager: StackManager, names: string[], timeout: number): Promise<Found[]> {
  const begun = monotonic()
  const asked = await manager.ensure(names, { timeout })
  const known = new Set(asked.map(({ name }) => name))
  // One that had failed before its turn is in no answer.
  const others = (await manager.list()).filter(({ name, wanted }) => wanted === 'up' && !known.has(name))
  if (others.length === 0) return asked
  const left = Math.max(0, timeout - (monotonic() - begun)) + GRACE
  return [
    ...asked,
    ...(await manager.ensure(
      others.map(({ name }) => name),
      { timeout: left },
    )),
  ]
}

function hasFailed(found: Found): found is Found & Failed {
  return found.error !== undefined
}

function once<Result>(work: () => Promise<Result>): () => Promise<Result> {
  let result: Promise<Result> | undefined
  return () => (result ??= work())
}
