import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats, statSync } from 'node:fs'

/** Without this flag, opening a FIFO waits until somebody opens its other end. For files it means nothing. */
export const NO_WAIT = constants.O_NONBLOCK

/** Opens a file, and nothing that one would have to wait for, since no event would be handled meanwhile. Throws for a FIFO, a socket or a folder. */
export function openPlain(path: string, flags: number = constants.O_RDONLY, mode?: number): number {
  let fd: number
  try {
    fd = openSync(path, flags | NO_WAIT, mode)
  } catch (error) {
    throw refusal(path) ?? error
  }
  try {
    refuseOthers(path, fstatSync(fd))
    return fd
  } catch (error) {
    closeSync(fd)
    throw error
  }
}

/** The same for what a child writes to. A terminal would keep the flag, and the child could not write to it as usual. */
export function openForChild(path: string, flags: number, mode: number): number {
  const isDevice = statSync(path, { throwIfNoEntry: false })?.isCharacterDevice()
  return isDevice ? openSync(path, flags, mode) : openPlain(path, flags, mode)
}

/** The text of a file. Throws as `openPlain`. */
export function readPlain(path: string): string {
  const fd = openPlain(path)
  try {
    return readFileSync(fd, 'utf8')
  } finally {
    closeSync(fd)
  }
}

/** The value in a JSON file; undefined if that is missing, damaged or no plain file. */
export function jsonIn(path: string): unknown {
  try {
    return JSON.parse(readPlain(path))
  } catch {
    return undefined
  }
}

/** The system itself refuses a FIFO that nobody reads, and a socket, but its words do not say what they are. */
export function refusal(path: string): Error | null {
  try {
    return refusalOf(path, statSync(path))
  } catch {
    return null
  }
}

export function refuseOthers(path: string, stats: Stats): void {
  const error = refusalOf(path, stats)
  if (error !== null) throw error
}

function refusalOf(path: string, stats: Stats): Error | null {
  const kind = otherKind(stats)
  return kind === null ? null : new Error(`${path} is a ${kind}, not a file`)
}

function otherKind(stats: Stats): string | null {
  if (stats.isFIFO()) return 'FIFO'
  if (stats.isSocket()) return 'socket'
  return stats.isDirectory() ? 'folder' : null
}
