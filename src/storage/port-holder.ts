import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { ManagedElsewhere, PortHolding } from '../model/lifecycle/causes.ts'
import { MARKER, parseMarker } from '../model/tree/members.ts'
import { userName } from '../system/fs/owner.ts'
import { placeHash } from '../system/fs/place-hash.ts'
import { holderOf, listeners } from '../system/net/ports.ts'
import { readCwd, readEnvironment, readOutputPaths } from '../system/process/proc.ts'

/** Name of a state folder that no setting has changed. */
const STATE_FOLDER = '.tuix'

/**
 * Who listens on a port of this machine. A process that any supervisor here has started carries a marker, which tells its name;
 * its log files and its working directory lead to the project.
 */
export function portHolding(port: number): PortHolding {
  const holder = holderOf(port)
  if (holder) {
    const managed = managedProcess(holder.pid)
    return { holder: managed ? { ...holder, managed } : holder }
  }
  const uid = listeners().find((listener) => listener.port === port)?.uid
  const isOther = uid !== undefined && uid !== process.getuid?.()
  return {
    holder: null,
    ...(isOther && { user: userName(uid) }),
    ...(uid !== undefined && !isOther && { hidden: true }),
  }
}

/** What a process with a marker is. Undefined for one that no supervisor has started. */
function managedProcess(pid: number): ManagedElsewhere | undefined {
  const id = parseMarker(readEnvironment(pid, MARKER) ?? '')?.id
  const [place, name] = id?.split(':') ?? []
  if (place === undefined || name === undefined || name === '') return undefined
  const folder = projectFolder(pid, place)
  return { name, ...(folder !== undefined && { folder, project: projectName(folder) }) }
}

/** The folder of the project whose state folder has this hash. Undefined if nothing of the process leads there. */
function projectFolder(pid: number, place: string): string | undefined {
  const stateFolders = [...besideLogs(pid), ...aboveWorkingDirectory(pid)]
  const found = stateFolders.find((folder) => existsSync(folder) && placeHash(folder) === place)
  return found && dirname(found)
}

function besideLogs(pid: number): string[] {
  return readOutputPaths(pid).map((path) => dirname(dirname(path)))
}

function aboveWorkingDirectory(pid: number): string[] {
  const folders: string[] = []
  for (let at = readCwd(pid) ?? '/'; at !== dirname(at); at = dirname(at)) folders.push(join(at, STATE_FOLDER))
  return folders
}

/** As its `package.json` says, or else its folder. */
function projectName(folder: string): string {
  try {
    const { name } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name?: unknown }
    if (typeof name === 'string' && /^[@\w./-]{1,214}$/.test(name)) return name
  } catch {
    // There is none, or it is not JSON.
  }
  return basename(folder)
}
