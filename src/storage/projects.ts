import { lstatSync, readdirSync, readlinkSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from '../system/fs/make-folder.ts'
import { mountOf, readMounts } from '../system/fs/mounts.ts'
import { hash } from '../system/fs/place-hash.ts'
import { userFolder } from '../system/fs/user-folder.ts'

/*
 * The registry of a user's state folders, wherever they are: a folder with a symbolic link to each. A link appears whole, is
 * removed without harm, and needs no lock. Nothing is lost with one: the next supervisor of the project writes it again.
 */

/** A state folder of this user that has had a supervisor. */
export interface KnownProject {
  /** Absolute path of the state folder. */
  tuixDir: string
  /** When it was noted first, epoch ms. */
  since: number
}

/** Where the links are. Null if this user has no place for them. */
export function projectsFolder(): string | null {
  const folder = userFolder()
  return folder === null ? null : join(folder, 'projects')
}

/** Records the state folder of a supervisor, and forgets those that are gone. Never fails: nothing depends on the record. */
export function noteProject(tuixDir: string): void {
  const folder = projectsFolder()
  if (folder === null) return
  try {
    makeFolder(folder, 0o700)
    link(tuixDir, join(folder, hash(tuixDir, 16)))
    forgetGone(folder)
  } catch {
    // A home that is read-only, full or missing.
  }
}

/** The state folders that still exist, the one that was noted first at the beginning. Forgets those that are gone. */
export function knownProjects(): KnownProject[] {
  const folder = projectsFolder()
  if (folder === null) return []
  const found = namesIn(folder).flatMap((name) => projectAt(join(folder, name)) ?? [])
  return found.sort((a, b) => a.since - b.since || (a.tuixDir < b.tuixDir ? -1 : 1))
}

/** What is on another machine is not looked at: while that is away, the supervisor could not begin. */
function forgetGone(folder: string): void {
  const mounts = readMounts()
  for (const name of namesIn(folder)) {
    const entry = join(folder, name)
    const type = mountOf(targetOf(entry) ?? '/', mounts)?.type ?? ''
    if (!REMOTE.test(type)) projectAt(entry)
  }
}

const REMOTE = /^(?:nfs|cifs|smb|fuse|9p|ceph|afs|virtiofs)/

function targetOf(entry: string): string | undefined {
  try {
    return readlinkSync(entry)
  } catch {
    return undefined
  }
}

function link(tuixDir: string, entry: string): void {
  try {
    if (readlinkSync(entry) === tuixDir) return
    rmSync(entry, { force: true })
  } catch {
    // It is not there yet, or is no link.
  }
  symlinkSync(tuixDir, entry)
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** Undefined for what is no link of ours, and for a state folder that is gone or belongs to another user. */
function projectAt(entry: string): KnownProject | undefined {
  try {
    const tuixDir = readlinkSync(entry)
    const stats = statSync(entry, { throwIfNoEntry: false })
    if (!stats?.isDirectory()) {
      rmSync(entry, { force: true })
      return undefined
    }
    const isOwn = stats.uid === (process.getuid?.() ?? stats.uid)
    return isOwn ? { tuixDir, since: lstatSync(entry).mtimeMs } : undefined
  } catch {
    return undefined
  }
}
