import { statSync } from 'node:fs'
import type { LogSource } from '../model/logs.ts'
import type { Target } from '../model/members.ts'
import type { Identity, ManagedProcess } from '../model/process.ts'
import { bootId } from '../system/identity.ts'

/** What a process's tree is recognised by. A log file that another process writes too tells nothing. */
export function targetOf(
  process: ManagedProcess,
  all: ManagedProcess[],
  sourceOf: (process: ManagedProcess) => LogSource,
): Target {
  const { logFile, errorFile } = sourceOf(process)
  const isShared = (file: string) =>
    all.some((other) => {
      if (other.id === process.id) return false
      const source = sourceOf(other)
      return source.logFile === file || source.errorFile === file
    })
  const logs = [...new Set([logFile, errorFile])].filter((file) => !isShared(file)).flatMap(inodeOf)
  // Pids from before a reboot belong to others now, perhaps as the number of a group or session.
  const leader = process.identity && ofThisBoot(process.identity) ? process.identity : null
  return { id: process.id, leader, known: process.survivors.filter(ofThisBoot), logs }
}

function ofThisBoot(identity: Identity): boolean {
  return identity.bootId === bootId()
}

/** `DEVICE:INODE` of a regular file; nothing for others: half the system has `/dev/null` as its output. */
function inodeOf(file: string): string[] {
  const stat = statSync(file, { throwIfNoEntry: false })
  return stat?.isFile() ? [`${stat.dev}:${stat.ino}`] : []
}
