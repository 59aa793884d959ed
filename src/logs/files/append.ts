import { closeSync, constants, statSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { makeFolder } from '../../system/fs/make-folder.ts'
import { openForChild } from '../../system/fs/plain-file.ts'
import { endsMidLine } from './mid-line.ts'
import { readRotation } from './rotation-record.ts'

const FLAGS = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT

/** Descriptors for a child's stdio. Both are the same number if both streams go to one file. */
export interface OpenLogs {
  stdout: number
  stderr: number
  /** Closes the descriptors of this process, once. The child keeps its own. */
  close(): void
}

/**
 * Opens a process's log files for appending by the child itself. No byte passes through the supervisor, and its death
 * breaks no pipe. Folders are created with mode 0700, files with 0600. Throws what `open` throws, and for a
 * FIFO, which could keep this program waiting.
 */
export function openLogs(files: { logFile: string; errorFile: string }): OpenLogs {
  const stdout = openForAppend(files.logFile)
  try {
    let isClosed = false
    const stderr = files.errorFile === files.logFile ? stdout : openForAppend(files.errorFile)
    return {
      stdout,
      stderr,
      close() {
        if (isClosed) return
        isClosed = true
        closeSync(stdout)
        if (stderr !== stdout) closeSync(stderr)
      },
    }
  } catch (error) {
    closeSync(stdout)
    throw error
  }
}

/** Offset of the next byte of a log, counted through all rotations. */
export function logEnd(log: string): number {
  const base = readRotation(log)?.base ?? 0
  return base + (statSync(log, { throwIfNoEntry: false })?.size ?? 0)
}

function openForAppend(path: string): number {
  const fd = openOrCreate(path)
  try {
    // The last words of a run that ended mid-line must not run into the first line of the next.
    if (endsMidLine(path)) writeSync(fd, '\n')
  } catch (error) {
    closeSync(fd)
    throw error
  }
  return fd
}

/** Creates the folder only after a failure, since it nearly always exists. */
function openOrCreate(path: string): number {
  try {
    return openForChild(path, FLAGS, 0o600)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    makeFolder(dirname(path), 0o700)
    return openForChild(path, FLAGS, 0o600)
  }
}
