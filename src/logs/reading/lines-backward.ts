import type { LogFile } from '../files/log-file.ts'
import { type Line, lineText, longLineText, MAX_SHOWN, NEWLINE } from './line.ts'

const BLOCK = 64 * 1024

/**
 * The lines that end at or before `from`, last first, one batch for each block read. If `from` is within a line, the
 * part before it counts as a line. Blocks are read only as they are needed, so the end of a huge file is found as fast
 * as that of a small one.
 */
export async function* linesBackward(file: LogFile, from: number): AsyncGenerator<Line[]> {
  /** End of the line whose beginning is being searched. */
  let end = from
  /** Its bytes so far; undefined if there are too many to show. */
  let known: Buffer | undefined = Buffer.alloc(0)
  let at = from
  while (at > file.start) {
    const start = Math.max(file.start, at - BLOCK)
    const block = await file.read(start, at - start)
    // The file was truncated meanwhile.
    if (block.length < at - start) return
    const lines: Line[] = []
    for (let newline = newlineBefore(block, end - 1 - start); newline >= 0; newline = newlineBefore(block, newline)) {
      const first = start + newline + 1
      lines.push(await lineOf(file, first, end, known && join(block.subarray(newline + 1, end - start), known)))
      known = Buffer.alloc(0)
      end = first
    }
    const rest: Buffer = block.subarray(0, end - start)
    known = known && known.length + rest.length <= MAX_SHOWN + BLOCK ? join(rest, known) : undefined
    at = start
    if (lines.length > 0) yield lines
  }
  // After deleted archives the log begins in the middle of a line, which is left out.
  if (end > file.start && file.startsLine) yield [await lineOf(file, file.start, end, known)]
}

/** Offset after the last newline before `from`, where the unfinished line begins. */
export async function lastLineStart(file: LogFile, from: number): Promise<number> {
  for (let at = from; at > file.start; ) {
    const start = Math.max(file.start, at - BLOCK)
    const newline = (await file.read(start, at - start)).lastIndexOf(NEWLINE)
    if (newline >= 0) return start + newline + 1
    at = start
  }
  return file.start
}

const join = (before: Buffer, after: Buffer) => (after.length === 0 ? before : Buffer.concat([before, after]))

/** Index of the last newline below `limit`; -1 if there is none. */
function newlineBefore(block: Buffer, limit: number): number {
  return limit <= 0 ? -1 : block.lastIndexOf(NEWLINE, limit - 1)
}

async function lineOf(file: LogFile, start: number, end: number, bytes: Buffer | undefined): Promise<Line> {
  if (bytes) return { start, end, text: lineText(bytes) }
  const head = await file.read(start, MAX_SHOWN)
  const tail = await file.read(end - MAX_SHOWN, MAX_SHOWN)
  const size = end - start - (tail.at(-1) === NEWLINE ? 1 : 0)
  return { start, end, text: longLineText(size, head, tail) }
}
