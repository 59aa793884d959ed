import {
  chownSync,
  closeSync,
  existsSync,
  fchownSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { readLauncher } from '../model/boot/launcher.ts'
import type { BootFacts } from '../model/boot/status.ts'
import { ProcessManagerError } from '../model/errors.ts'
import { pathsOf } from '../storage/paths.ts'
import { makePrivateFolder } from '../system/fs/files.ts'
import type { Account } from './accounts.ts'

/**
 * Writes the script that starts the supervisor. Root writes it for the user whose service it is, and therefore follows no link
 * that the user may have put there.
 */
export function writeLauncher(tuixDir: string, text: string, { uid, gid }: Account): void {
  const own = process.getuid?.() === uid
  if (own) makePrivateFolder(tuixDir)
  else if (!existsSync(tuixDir)) {
    mkdirSync(tuixDir, { mode: 0o700 })
    chownSync(tuixDir, uid, gid)
  }
  const folder = lstatSync(tuixDir)
  if (!folder.isDirectory() || folder.uid !== uid)
    throw new ProcessManagerError('usage', `${tuixDir} is no folder of the user that the service runs as`)
  const { launcher } = pathsOf(tuixDir)
  const next = `${launcher}.${process.pid}.tmp`
  rmSync(next, { force: true })
  // Fails if anything is there by now, also a link.
  const fd = openSync(next, 'wx', 0o700)
  try {
    if (!own) fchownSync(fd, uid, gid)
    writeFileSync(fd, text)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
  renameSync(next, launcher)
}

export function removeLauncher(tuixDir: string): void {
  rmSync(pathsOf(tuixDir).launcher, { force: true })
}

/** What the script of a folder has recorded. Null: there is none. */
export function launcherFacts(tuixDir: string): BootFacts['launcher'] {
  const found = readLauncher(readOr(pathsOf(tuixDir).launcher))
  const recorded = (path: string) => ({ path, exists: existsSync(path) })
  return (
    found && {
      runtimes: found.runtimes.map(recorded),
      program: found.program === null ? null : recorded(found.program),
    }
  )
}

function readOr(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
