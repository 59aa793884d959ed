import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { readInfo } from '../client/discover.ts'
import type { InitSystem } from '../model/boot/service.ts'
import type { BootFacts } from '../model/boot/status.ts'
import { ProcessManagerError } from '../model/errors.ts'
import { pathsOf } from '../storage/paths.ts'
import { hash } from '../system/fs/place-hash.ts'
import { isAlive } from '../system/process/identity.ts'
import { type Account, accountOf } from './accounts.ts'
import { launchd } from './launchd.ts'
import { launcherFacts } from './launcher-file.ts'
import type { InitManager, Scope } from './manager.ts'
import { isOpenrc, openrc } from './openrc.ts'
import { isSystemd, systemd } from './systemd.ts'

const MANAGERS: Record<InitSystem, (scope: Scope) => InitManager> = { systemd, launchd, openrc }

/** A service that was found on disk. */
export interface FoundService {
  manager: InitManager
  isOfSystem: boolean
  name: string
  file: string
  text: string
}

export function managerOf(init: InitSystem, scope: Scope): InitManager {
  return MANAGERS[init](scope)
}

/** The init system of this machine; systemd, which then says that it is not there, if there is none of the known ones. */
export function initHere(): InitSystem {
  if (process.platform === 'darwin') return 'launchd'
  return !isSystemd() && isOpenrc() ? 'openrc' : 'systemd'
}

/** The part of a service's name that says which state folder it is for: its path, since the service has that path in it. */
export function folderHash(tuixDir: string): string {
  return hash(tuixDir, 8)
}

/** The user who runs this. */
export function ownAccount(): Account {
  const uid = process.getuid?.() ?? 0
  return accountOf(uid) ?? { name: `#${uid}`, uid, gid: process.getgid?.() ?? 0, home: process.env.HOME ?? '/' }
}

/** The services of a state folder: at most one of the user, and one of the system. */
export function findServices(tuixDir: string): FoundService[] {
  const account = ownAccount()
  // OpenRC has services of the system only.
  const scopes = initHere() === 'openrc' ? [true] : [false, true]
  return scopes.flatMap((isOfSystem) => {
    const manager = managerOf(initHere(), { isOfSystem, account })
    const end = `${folderHash(tuixDir)}${manager.suffix}`
    return namesIn(manager.folder)
      .filter((file) => file.startsWith('tuix-ps-') && file.endsWith(end))
      .flatMap((file) => {
        const path = join(manager.folder, file)
        const text = readOr(path)
        const name = file.slice(0, file.length - manager.suffix.length)
        return manager.read(text) ? [{ manager, isOfSystem, name, file: path, text }] : []
      })
  })
}

/** Compares a service with what is. */
export function factsOf({ manager, isOfSystem, name, file, text }: FoundService, tuixDir: string): BootFacts {
  const known = manager.read(text)
  if (!known) throw new ProcessManagerError('internal', `${file} has changed meanwhile`)
  const { launcher } = pathsOf(tuixDir)
  return {
    init: manager.init,
    isOfSystem,
    name,
    file,
    user: known.user ?? ownAccount().name,
    text,
    expected: manager.text({ ...known, name, project: basename(known.folder), launcher }),
    state: manager.state(name),
    lingers: manager.lingers(),
    launcher: launcherFacts(tuixDir),
    launcherFile: launcher,
    supervisor: supervisorOf(tuixDir),
  }
}

/** All services of a folder, compared with what is. */
export function bootFacts(tuixDir: string): BootFacts[] {
  return findServices(tuixDir).map((service) => factsOf(service, tuixDir))
}

function supervisorOf(tuixDir: string): number | null {
  try {
    const info = readInfo(tuixDir)
    return info && isAlive(info.identity) ? info.identity.pid : null
  } catch {
    return null
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function readOr(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
