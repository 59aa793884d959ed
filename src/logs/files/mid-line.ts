import { closeSync, readSync, statSync } from 'node:fs'
import { openPlain } from '../../system/fs/plain-file.ts'

const NEWLINE = 0x0a

/** Whether the last line of a file has no newline. False if the file is missing, empty, or not a regular file. */
export function endsMidLine(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (!stats?.isFile() || stats.size === 0) return false
  const fd = openPlain(path)
  try {
    const last = Buffer.alloc(1)
    return readSync(fd, last, 0, 1, stats.size - 1) === 1 && last[0] !== NEWLINE
  } finally {
    closeSync(fd)
  }
}
