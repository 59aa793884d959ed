import { existsSync, statSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import type { HomelessSupervisor } from '../model/diagnosis/facts.ts'
import { readCommandLine, readTable } from '../system/process/proc.ts'

/** The program of a daemon, in the build and in the sources, and the command of an app that becomes one. */
const DAEMON = /\/(?:dist|src\/daemon)\/main\.[jt]s$|^__supervisor$/

/** Supervisors of this user whose state folder is gone. They should have noticed, and ended. */
export function findHomeless(): HomelessSupervisor[] {
  return readTable().flatMap(({ pid }) => {
    const folder = folderOf(readCommandLine(pid))
    return folder !== undefined && isAbsolute(folder) && isGone(pid, folder) && isOwn(pid) ? [{ pid, folder }] : []
  })
}

/** The state folder in the command line of a supervisor. One in the foreground may not have it there. */
function folderOf(words: string[]): string | undefined {
  if (words.some((word) => DAEMON.test(word))) return words.at(-1)
  const at = words.indexOf('--tuix-dir')
  const isForeground = words.some((word, index) => word === 'supervisor' && words[index + 1] === 'run')
  return isForeground && at >= 0 ? words[at + 1] : undefined
}

function isOwn(pid: number): boolean {
  try {
    const { uid } = statSync(`/proc/${pid}`)
    return uid === (process.getuid?.() ?? uid)
  } catch {
    return false
  }
}

/** As it sees the file system: a container has its own. */
function isGone(pid: number, folder: string): boolean {
  return existsSync(`/proc/${pid}/root/`) && !existsSync(`/proc/${pid}/root${folder}`)
}
