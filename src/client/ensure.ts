import { existsSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { ProcessManagerError } from '../model/errors.ts'
import { isNewer } from '../model/text/semver.ts'
import type { SupervisorInfo } from '../model/views/supervisor-info.ts'
import type { Control } from '../protocol/operations.ts'
import { refuseForeign } from '../system/fs/owner.ts'
import { monotonic } from '../system/monotonic.ts'
import { isAlive } from '../system/process/identity.ts'
import { createClient } from './client.ts'
import { readInfo } from './discover.ts'
import { findSupervisor, livesWithoutSocket } from './find.ts'
import { type Launched, type Launcher, launchDaemon } from './launch.ts'
import { noAnswer, throwNoAnswer } from './silence.ts'

export interface EnsureOptions {
  tuixDir: string
  version: string
  /** Null if no daemon can be launched. */
  launcher: Launcher | null
  warn(message: string): void
}

const NO_LAUNCHER = 'this bundled app cannot start a supervisor: set supervisorCommand, or mount ProcessManagerPlugin'
/** Time limit in ms, long enough for a daemon to start on a machine under load. */
const TIMEOUT = 20_000
/** Time in ms for a living supervisor to notice that its socket is gone and to create a new one. */
const SOCKET_TIMEOUT = 3000
/** Time in ms for the supervisor of a deleted folder to take it back; it has been killed, too, if it does not. */
const TAKE_BACK_TIMEOUT = 300

/**
 * Connects to the supervisor of a folder, or launches a daemon. An older daemon is asked to release its processes and
 * is replaced. An older supervisor in an app cannot be replaced, which causes a warning. Any number of concurrent
 * callers get the same supervisor, since a daemon that finds the lock taken exits.
 *
 * @throws ProcessManagerError `unreachable`
 */
export async function ensureSupervisor(options: EnsureOptions): Promise<Control> {
  const begun = monotonic()
  let launched: Launched | undefined
  let replacing = false
  while (monotonic() - begun < TIMEOUT) {
    const info = await findSupervisor(options.tuixDir)
    if (info) {
      const client = createClient(info.socket, info)
      if (!mustBeReplaced(info, options)) return client
      if (!replacing) {
        refuseForeign(options.tuixDir)
        options.warn(
          `replacing the supervisor of version ${info.version} with version ${options.version}; the processes keep running`,
        )
        replacing = true
      }
      await client.release({}).catch(throwNoAnswer)
      await pause(10)
      continue
    }
    const waiting = livesWithoutSocket(options.tuixDir) && monotonic() - begun < SOCKET_TIMEOUT
    if (!waiting && (!launched || launched.exitCode() === 0)) {
      if (!options.launcher) throw new ProcessManagerError('unreachable', NO_LAUNCHER)
      if (!launched && !existsSync(options.tuixDir) && (await isTakenBack(options.tuixDir))) continue
      launched = launchDaemon(options.tuixDir, options.launcher)
    }
    if (launched?.exitCode())
      throw new ProcessManagerError('unreachable', `the supervisor could not be started: ${launched.lastWords()}`)
    await pause(10)
  }
  const holder = readInfo(options.tuixDir)
  if (holder && isAlive(holder.identity)) throw noAnswer(holder)
  const words = launched?.lastWords()
  throw new ProcessManagerError(
    'unreachable',
    `the supervisor did not start within ${TIMEOUT / 1000} s${words ? `: ${words}` : ''}`,
  )
}

/**
 * A state folder that was deleted alone is taken back by its supervisor when somebody makes it again. Another one must not be
 * faster than that, since it would know less. Whether this has happened; a folder of which nothing runs is not made.
 */
async function isTakenBack(tuixDir: string): Promise<boolean> {
  const [{ carriersOf }, { makePrivateFolder }] = await Promise.all([
    import('../storage/carriers.ts'),
    import('../system/fs/files.ts'),
  ])
  if (carriersOf(tuixDir).length === 0) return false
  refuseForeign(tuixDir)
  makePrivateFolder(tuixDir)
  for (const begun = monotonic(); monotonic() - begun < TAKE_BACK_TIMEOUT; await pause(5)) {
    if (await findSupervisor(tuixDir)) return true
  }
  return false
}

/** Whether the supervisor is older and can be replaced. Warns if it is older and cannot. */
function mustBeReplaced(info: SupervisorInfo, { version, warn }: EnsureOptions): boolean {
  if (!isNewer(version, info.version)) return false
  if (info.mode === 'daemon') return true
  const [where, what] = info.mode === 'embedded' ? ['in an app', 'app'] : ['in the foreground', 'program']
  warn(
    `the supervisor runs ${where} with version ${info.version}, older than ${version}; restart that ${what} to upgrade`,
  )
  return false
}
