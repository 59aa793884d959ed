import { closeSync, fstatSync, readSync } from 'node:fs'
import type { LogSource, ProcessLog } from '../../model/views/logs.ts'
import { openPlain } from '../../system/fs/plain-file.ts'
import { placementOf } from '../files/placement.ts'
import { type ChildStream, decodeEntries, wholeEntries } from '../timestamps/timestamp.ts'
import { type Entry, entryOfEvent, entryOfLine, isBefore, parseEvent } from './entry.ts'
import { lineText, NEWLINE } from './line.ts'
import { childFiles, namesByEventsFile } from './read.ts'
import { StackLinker } from './stack.ts'

/** Bytes at the end of each file that are read. */
const TAIL = 16 * 1024

/**
 * About the last `count` lines of some processes, merged, without waiting: as many as the ends of the files have. A file that
 * cannot be read is empty.
 */
export function lastLinesNow(sources: LogSource[], count: number): ProcessLog[] {
  const lines = sources.flatMap((source) =>
    childFiles(source).flatMap(({ stream, path }) => linesOf(source, stream, path)),
  )
  const events = [...namesByEventsFile(sources)].flatMap(([path, names]) => eventsOf(path, names))
  const entries = [...lines, ...events].sort((a, b) => (isBefore(a, b) ? -1 : Number(isBefore(b, a))))
  return entries.slice(-count).map(({ log }) => log)
}

function linesOf({ name, indexFile }: LogSource, stream: ChildStream, path: string): Entry[] {
  const timestamps = decodeEntries(tailOf(indexFile, wholeEntries)?.bytes ?? Buffer.alloc(0))
  const tail = tailOf(path)
  if (!tail) return []
  const stack = new StackLinker()
  return splitLines(tail).map(({ text, end }) => {
    // The oldest entry that reaches the end of the line.
    const at = timestamps.findIndex((entry) => entry.stream === stream && entry.offset >= tail.shift + end)
    const time = timestamps[at]?.time ?? tail.modified
    return stack.link(entryOfLine(name, stream, text, time, at === -1 ? undefined : at))
  })
}

function eventsOf(path: string, names: ReadonlySet<string>): Entry[] {
  const tail = tailOf(path)
  if (!tail) return []
  return splitLines(tail).flatMap(({ text }) => {
    const event = parseEvent(text, names)
    return event ? [entryOfEvent(event)] : []
  })
}

interface Tail {
  bytes: Buffer
  /** Position of its first byte in the file. */
  start: number
  /** What is added to a position for the offset through all rotations. */
  shift: number
  /** Epoch ms. */
  modified: number
}

/** @param sizeOf the size up to which a file of that size is read */
function tailOf(path: string, sizeOf = (size: number) => size): Tail | undefined {
  let fd: number | undefined
  try {
    fd = openPlain(path)
    const stats = fstatSync(fd)
    if (!stats.isFile()) return undefined
    const { size, mtimeMs } = stats
    const end = sizeOf(size)
    const start = Math.max(0, end - TAIL)
    const bytes = Buffer.alloc(end - start)
    const read = readSync(fd, bytes, 0, bytes.length, start)
    return { bytes: bytes.subarray(0, read), start, shift: placementOf(path, fd).shift, modified: Math.floor(mtimeMs) }
  } catch {
    return undefined
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

/** The lines that begin in it, each with the position of its end in the file. */
function splitLines({ bytes, start }: Tail): { text: string; end: number }[] {
  const lines: { text: string; end: number }[] = []
  let from = start === 0 ? 0 : bytes.indexOf(NEWLINE) + 1
  while (from < bytes.length) {
    const newline = bytes.indexOf(NEWLINE, from)
    const end = newline === -1 ? bytes.length : newline + 1
    lines.push({ text: lineText(bytes.subarray(from, end)), end: start + end })
    from = end
  }
  return lines
}
