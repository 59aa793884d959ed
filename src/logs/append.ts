import { closeSync, constants, fstatSync, mkdirSync, openSync, readSync, statSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { readRotation } from './rotation-record.ts'

const NEWLINE = 0x0a
const FLAGS = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT

/** Descriptors for a child's stdio. Both are the same number when both streams go to one file. */
export interface OpenLogs {
  stdout: number
  stderr: number
  /** Closes this side; the children keep theirs. */
  close(): void
}

/**
 * Opens a process's log files for append, so that the child itself writes them: no byte passes through the supervisor,
 * and no death of the supervisor breaks a pipe. Folders are made 0700, files 0600. Throws what `open` throws.
 */
export function openLogs(files: { logFile: string; errorFile: string }): OpenLogs {
  const stdout = openForAppend(files.logFile)
  try {
    const stderr = files.errorFile === files.logFile ? stdout : openForAppend(files.errorFile)
    return {
      stdout,
      stderr,
      close() {
        closeSync(stdout)
        if (stderr !== stdout) closeSync(stderr)
      },
    }
  } catch (error) {
    closeSync(stdout)
    throw error
  }
}

/** Where the next byte of a log goes, counted from the beginning of its first archive. */
export function logEnd(log: string): number {
  const base = readRotation(log)?.base ?? 0
  return base + (statSync(log, { throwIfNoEntry: false })?.size ?? 0)
}

function openForAppend(path: string): number {
  const fd = openMaking(path)
  try {
    if (endsMidLine(path, fd)) writeSync(fd, '\n')
  } catch (error) {
    closeSync(fd)
    throw error
  }
  return fd
}

/** The folder is nearly always there. */
function openMaking(path: string): number {
  try {
    return openSync(path, FLAGS, 0o600)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    return openSync(path, FLAGS, 0o600)
  }
}

/** The last words of a run that ended mid-line must not run into the first line of the next. */
function endsMidLine(path: string, fd: number): boolean {
  const stats = fstatSync(fd)
  if (!stats.isFile() || stats.size === 0) return false
  const readable = openSync(path, 'r')
  try {
    const last = Buffer.alloc(1)
    return readSync(readable, last, 0, 1, stats.size - 1) === 1 && last[0] !== NEWLINE
  } finally {
    closeSync(readable)
  }
}
