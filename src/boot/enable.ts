import { chmodSync, mkdirSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { findSupervisor } from '../client/find.ts'
import { launcherText } from '../model/boot/launcher.ts'
import { lastingPath } from '../model/boot/runtimes.ts'
import { type InitSystem, serviceName } from '../model/boot/service.ts'
import { ProcessManagerError } from '../model/errors.ts'
import { reasonOf } from '../model/text/system-error.ts'
import type { SupervisorInfo } from '../model/views/supervisor-info.ts'
import { pathsOf } from '../storage/paths.ts'
import { canonicalFolder } from '../system/fs/canonical-folder.ts'
import { writeAtomicSync } from '../system/fs/files.ts'
import { type Account, accountOf } from './accounts.ts'
import { findRuntimes } from './find-runtimes.ts'
import { removeLauncher, writeLauncher } from './launcher-file.ts'
import type { InitManager } from './manager.ts'
import { run } from './run.ts'
import { findServices, folderHash, initHere, managerOf, ownAccount } from './services.ts'

export interface BootRequest {
  tuixDir: string
  /** Folder of the project. */
  folder: string
  /** Absent: of the system for root, else of the user. */
  isOfSystem?: boolean
  /** Who its processes belong to. Absent: the owner of the project for a service of the system, else the user. */
  user?: string
  /** Absent: that of this machine. */
  init?: InitSystem
  /** Absolute path of the script that is run now. Null: the runtime is the program. */
  program: string | null
  /** What follows: `supervisor run …`. */
  args: string[]
  /** Longest time in ms that the processes may take to stop. */
  stopWithin: number
  /** `PATH` of the command. */
  path: string
}

/** A file, as it is written or printed. */
export interface BootFile {
  path: string
  text: string
}

/** A service that is to be enabled. */
interface Planned {
  manager: InitManager
  name: string
  account: Account
  unit: BootFile
  launcher: BootFile
}

/** What was enabled. */
export interface Enabled {
  name: string
  init: InitSystem
  isOfSystem: boolean
  user: string
  file: string
  /** Why the service does not start at boot, but at the first login of its user. */
  notAtBoot: string | null
  /** Why it was not started now. */
  notStarted: string | null
}

/** The files that `enableBoot` would write. */
export function bootFiles(request: BootRequest): BootFile[] {
  const { unit, launcher } = planned(request)
  return [unit, launcher]
}

/** Writes the service of a project, has it started at boot, and starts it now. Throws an error of one sentence. */
export async function enableBoot(request: BootRequest): Promise<Enabled> {
  const plan = planned(request)
  const { manager, name, account, unit, launcher } = plan
  const isOfSystem = request.isOfSystem ?? isRoot()
  // First, since it brings up the manager of a user who has not logged in.
  const notLingering = manager.linger()
  manager.check(notLingering)
  refuseUnusable(request, account)
  refuseOther(request.tuixDir, isOfSystem)
  writeLauncher(request.tuixDir, launcher.text, account)
  write(unit, manager.mode)
  try {
    manager.enable(name)
  } catch (error) {
    rmSync(unit.path, { force: true })
    removeLauncher(request.tuixDir)
    throw error
  }
  const other = await otherSupervisor(request.tuixDir, manager.state(name).pid)
  return {
    name,
    init: manager.init,
    isOfSystem,
    user: account.name,
    file: unit.path,
    notAtBoot: notLingering ?? null,
    notStarted: other ?? manager.start(name) ?? null,
  }
}

function planned(request: BootRequest): Planned {
  const { tuixDir, folder, init = initHere(), program, args, stopWithin } = request
  const isOfSystem = request.isOfSystem ?? isRoot()
  const account = accountFor(request, isOfSystem)
  const manager = managerOf(init, { isOfSystem, account })
  const name = serviceName(basename(folder), folderHash(tuixDir))
  const runtimes = findRuntimes(process.execPath, request.path)
  const { launcher } = pathsOf(tuixDir)
  const service = {
    name,
    project: basename(folder),
    folder,
    launcher,
    user: isOfSystem ? account.name : null,
    path: lastingPath(request.path, runtimes[0] ?? process.execPath),
    stopWithin,
  }
  return {
    manager,
    name,
    account,
    unit: { path: join(manager.folder, `${name}${manager.suffix}`), text: manager.text(service) },
    launcher: { path: launcher, text: launcherText({ folder, runtimes, program, args }) },
  }
}

function isRoot(): boolean {
  return process.getuid?.() === 0
}

function accountFor({ user, folder }: BootRequest, isOfSystem: boolean): Account {
  const own = ownAccount()
  if (!isOfSystem) {
    if (user === undefined || user === own.name) return own
    throw new ProcessManagerError('usage', '--user is for a service of the system: add --system, and run it as root')
  }
  const owner = ownerOf(folder)
  const wanted = user ?? owner
  const account = accountOf(wanted)
  // Whoever may replace the script that root runs at boot is root.
  if (account?.uid === 0 && owner !== 0)
    throw new ProcessManagerError(
      'usage',
      `${folder} is not root's, whose owner could run anything as root: leave out --user`,
    )
  if (account) return account
  throw new ProcessManagerError(
    'usage',
    `there is no user ${typeof wanted === 'number' ? `with id ${wanted}` : wanted}`,
  )
}

function ownerOf(folder: string): number {
  return statSync(folder, { throwIfNoEntry: false })?.uid ?? process.getuid?.() ?? 0
}

/** A service that cannot even read its runtime would only fail at boot. */
function refuseUnusable({ isOfSystem = isRoot(), folder }: BootRequest, { name, uid }: Account): void {
  if (isOfSystem && !isRoot()) {
    const system = 'a service of the system is written by root: run this with sudo, or without --system'
    throw new ProcessManagerError('usage', system)
  }
  if (!isOfSystem || uid === 0) return
  const { execPath } = process
  const test = (what: string, path: string) => run('runuser', ['-u', name, '--', 'test', what, path])
  const refuse = (what: string, todo: string) => {
    throw new ProcessManagerError('usage', `${name} ${what}: ${todo}`)
  }
  const canRun = test('-x', execPath)
  if (!canRun.ok && !canRun.problem.includes('is not installed'))
    refuse(`cannot run ${execPath}`, 'install it for all users, or run `boot enable` as that user')
  if (canRun.ok && !test('-x', folder).ok) refuse(`cannot enter ${folder}`, 'give --user, or change its owner')
}

/** Two services of one folder would take the processes from each other. */
function refuseOther(tuixDir: string, isOfSystem: boolean): void {
  const other = findServices(tuixDir).find((service) => service.isOfSystem !== isOfSystem)
  if (!other) return
  const sudo = other.isOfSystem ? 'sudo ' : ''
  const scope = other.isOfSystem ? 'the system' : 'the user'
  throw new ProcessManagerError(
    'usage',
    `${other.file} is a service of ${scope} for this project already: run \`${sudo}boot disable\` first`,
  )
}

/** A daemon hands over to the service. Anything else goes on. */
async function otherSupervisor(tuixDir: string, own: number | null): Promise<string | null> {
  const info: SupervisorInfo | null = await findSupervisor(canonicalFolder(tuixDir)).catch(() => null)
  if (!info || info.mode === 'daemon' || info.identity.pid === own) return null
  const where = info.mode === 'embedded' ? 'an app' : 'a program in the foreground'
  return `${where}, pid ${info.identity.pid}, supervises the project until it ends`
}

function write({ path, text }: BootFile, mode: number): void {
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeAtomicSync(path, text)
    chmodSync(path, mode)
  } catch (error) {
    throw new ProcessManagerError('unsupported', `${path} cannot be written: ${reasonOf(error)}`)
  }
}
