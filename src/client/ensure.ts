import { setTimeout as pause } from 'node:timers/promises'
import type { SupervisorInfo } from '../model/control.ts'
import { ProcessManagerError } from '../model/errors.ts'
import { isNewer } from '../model/version.ts'
import { Client } from './client.ts'
import { findSupervisor, livesWithoutSocket } from './find.ts'
import { type Launched, type Launcher, launchDaemon } from './launch.ts'

export interface EnsureOptions {
  tuixDir: string
  version: string
  /** Null: none can be launched. */
  launcher: Launcher | null
  warn(message: string): void
}

const NO_LAUNCHER =
  'this app is one file, which does not say how it becomes a supervisor: mount ProcessManagerPlugin, or set supervisorCommand'
/** ms for a daemon to come up on a machine under load. */
const PATIENCE = 20_000
/** ms for a living supervisor to notice that its socket is gone and to make a new one. */
const SOCKET_PATIENCE = 3000

/**
 * The supervisor of a folder: the living one, or a daemon launched now. An older daemon is asked to give its processes up and
 * is replaced; an older embedding app cannot be, and gets a warning. Twenty callers at once end up with one supervisor,
 * since daemons that find the lock taken leave.
 *
 * @throws ProcessManagerError `unreachable`
 */
export async function ensureSupervisor(options: EnsureOptions): Promise<Client> {
  const begun = Date.now()
  let launched: Launched | undefined
  let replacing = false
  while (Date.now() - begun < PATIENCE) {
    const info = await findSupervisor(options.tuixDir)
    if (info) {
      const client = new Client(info.socket)
      if (!mustBeReplaced(info, options)) return client
      if (!replacing) {
        options.warn(
          `replacing the supervisor of version ${info.version} by ${options.version}; the processes keep running`,
        )
        replacing = true
      }
      await client.release().catch(() => {})
      await pause(10)
      continue
    }
    const waiting = livesWithoutSocket(options.tuixDir) && Date.now() - begun < SOCKET_PATIENCE
    if (!waiting && (!launched || launched.exitCode() === 0)) {
      if (!options.launcher) throw new ProcessManagerError('unreachable', NO_LAUNCHER)
      launched = launchDaemon(options.tuixDir, options.launcher)
    }
    if (launched?.exitCode())
      throw new ProcessManagerError('unreachable', `the supervisor could not be started: ${launched.lastWords()}`)
    await pause(10)
  }
  const words = launched?.lastWords()
  throw new ProcessManagerError(
    'unreachable',
    `no supervisor came up in ${PATIENCE / 1000} s${words ? `: ${words}` : ''}`,
  )
}

/** Whether it is older and can be asked to go. */
function mustBeReplaced(info: SupervisorInfo, { version, warn }: EnsureOptions): boolean {
  if (!isNewer(version, info.version)) return false
  if (info.mode === 'daemon') return true
  const [who, what] = info.mode === 'embedded' ? ['an app', 'app'] : ['a program in the foreground', 'program']
  warn(`the supervisor is ${who} with version ${info.version}, this is ${version}; restart that ${what} to upgrade`)
  return false
}
