import { fstatSync, statSync, writeSync } from 'node:fs'
import { reasonOf } from '../../src/internal.ts'

/** A destination for text. */
export interface Output {
  write(text: string): void
  isTTY: boolean
  /** What is written appears later, when the command is over, so nothing can be repainted. */
  isDelayed?: true
  /** Current size of the terminal in characters. */
  columns: number
  rows: number
}

/** Width of the terminal in columns. Undefined: the output is not a terminal. */
export function terminalWidth({ isTTY, columns }: Pick<Output, 'isTTY' | 'columns'>): number | undefined {
  return isTTY ? columns : undefined
}

/** Whether lines may be repainted in place: only on a terminal that can, and not in CI, where the output becomes a log. */
export function isLive(output: Output, env: Record<string, string | undefined>): boolean {
  return output.isTTY && !output.isDelayed && env.TERM !== 'dumb' && !env.CI
}

/** The exit code of a command that failed. */
const FAILED = 1
/** ms between attempts to write to a full pipe. */
const RETRY_AFTER = 5

/** What to do when the reader of a stream is gone, for the command that uses it now. */
const onClosed = new WeakMap<NodeJS.WriteStream, () => void>()

/**
 * An output that writes to a stream of the runtime, or to what an app has put in its place.
 *
 * @param closed called when the reader is gone: `logs -f | head` closes the pipe
 */
export function streamOutput(stream: NodeJS.WriteStream, closed: () => void): Output {
  // The error may come after the end of the command, so the listener stays.
  if (!onClosed.has(stream)) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') lost(error)
      onClosed.get(stream)?.()
    })
  }
  onClosed.set(stream, closed)
  return {
    write: (text) => void stream.write(text),
    isTTY: stream.isTTY === true,
    // Some terminals report a size of 0.
    get columns() {
      return stream.columns || 80
    },
    get rows() {
      return stream.rows || 24
    },
  }
}

/** Output could not be written, as on a full disk. There is nobody to catch the error of a stream. */
function lost(error: Error): void {
  if (process.exitCode === FAILED) return
  process.exitCode = FAILED
  try {
    writeSync(2, `error: ${reasonOf(error)}\n`)
  } catch {
    // It was stderr.
  }
}

/**
 * Opens stdout or stderr of a standalone command. Pipes and files are written to directly: creating a stream costs Bun 12 ms,
 * a quarter of the time of `list`.
 *
 * @param closed called when the reader is gone
 */
export function openOutput(fd: 1 | 2, closed: () => void): Output {
  if (!mayBeTerminal(fd)) return directOutput(fd, closed)
  return streamOutput(fd === 1 ? process.stdout : process.stderr, closed)
}

/** An output that has written everything when `write` returns, however slow its reader is. */
export function directOutput(fd: 1 | 2, closed: () => void): Output {
  return { write: (text) => writeAll(fd, text, closed), isTTY: false, columns: 80, rows: 24 }
}

/** Writes to a descriptor, and waits while its reader is slow. */
export function writeAll(fd: number, text: string, closed: () => void): void {
  const bytes = Buffer.from(text)
  for (let written = 0; written < bytes.length; ) {
    try {
      written += writeSync(fd, bytes, written)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EPIPE') {
        closed()
        return
      }
      if (code !== 'EAGAIN') throw error
      // The pipe is non-blocking and full: its reader is slow.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_AFTER)
    }
  }
}

/** A terminal is a character device, but so is `/dev/null`. */
function mayBeTerminal(fd: number): boolean {
  try {
    const file = fstatSync(fd)
    return file.isCharacterDevice() && file.rdev !== statSync('/dev/null').rdev
  } catch {
    // The descriptor is closed. A stream handles that case.
    return true
  }
}
