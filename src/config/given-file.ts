import { closeSync, constants, fstatSync, openSync, readFileSync, readSync } from 'node:fs'
import { ProcessManagerError } from '../model/errors.ts'
import { wordsOf } from '../model/text/system-error.ts'
import { configError } from './place.ts'

/** s to wait for what is written to a FIFO. */
const PATIENCE = 5
/** ms of pauses between looks. */
const PAUSE = 2
/** ms after a part in which no pause is made. Whoever serves a file over and over would have begun again meanwhile. */
const EAGER = 20
/** Bytes of the longest content that is no plain file, which may have no end. */
const LARGEST = 16_000_000

/** Nothing, or too much, came out of what is no plain file. */
class Unreadable extends Error {}

/**
 * A file that the user named. It need not be a plain one: password managers serve secrets through a FIFO, and open its other
 * end when they are asked. Throws what the file system throws, or an error after 5 s; `readProblem` words both.
 */
export function readGiven(path: string): Buffer {
  // Without this flag, opening a FIFO waits for as long as nobody opens its other end.
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const stats = fstatSync(fd)
    return stats.isFIFO() || stats.isCharacterDevice() ? drain(fd, stats.isFIFO()) : readFileSync(fd)
  } finally {
    closeSync(fd)
  }
}

/** The text of a config, or of a file of another tool. Throws a `config` error that names it as `shown`. */
export function readGivenText(path: string, shown: string): string {
  try {
    return readGiven(path).toString()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new ProcessManagerError('config', `there is no config file ${shown}`)
    throw configError({ file: shown }, `cannot be read: ${readProblem(error)}`)
  }
}

/** Why a file could not be read: `permission denied`. */
export function readProblem(error: unknown): string {
  return error instanceof Unreadable ? error.message : wordsOf((error as NodeJS.ErrnoException).code)
}

/** Everything until the last writer has closed it. */
function drain(fd: number, isFifo: boolean): Buffer {
  const parts: Buffer[] = []
  const end = performance.now() + PATIENCE * 1000
  let eagerUntil = 0
  let wasOpened = !isFifo
  let size = 0
  for (let now = 0; now < end; now = performance.now()) {
    const part = next(fd)
    // A FIFO that nobody has opened yet is at its end, too.
    if (part?.length === 0 && wasOpened) return Buffer.concat(parts)
    wasOpened ||= part?.length !== 0
    if (part?.length) {
      size += part.length
      if (size > LARGEST) throw new Unreadable(`it has more than ${LARGEST / 1_000_000} MB`)
      parts.push(part)
      eagerUntil = performance.now() + EAGER
    } else if (now > eagerUntil) pause()
  }
  const what = isFifo ? 'it is a FIFO' : 'it is a device'
  throw new Unreadable(
    wasOpened
      ? `${what} whose content did not end within ${PATIENCE} s`
      : `${what}, and nobody wrote to it within ${PATIENCE} s`,
  )
}

/** What has been written meanwhile: empty at the end, undefined if it is open and nothing has come. */
function next(fd: number): Buffer | undefined {
  const part = Buffer.allocUnsafe(65_536)
  try {
    return part.subarray(0, readSync(fd, part))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return undefined
    throw error
  }
}

/** Synchronous, as configs are read by code that cannot wait. */
function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE)
}
