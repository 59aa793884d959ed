import type { ProcessLog } from '../../model/views/logs.ts'

/** A stream that a child writes itself. */
export type ChildStream = Exclude<ProcessLog['source'], 'system'>

/**
 * At `time` (epoch ms), a stream had `offset` bytes, counted from its beginning through all rotations. An offset below
 * the stream's previous one means that the file was truncated or replaced; older entries above it describe content that
 * is gone.
 */
export interface TimestampEntry {
  time: number
  stream: ChildStream
  offset: number
}

/**
 * One record of an index file, big endian:
 *
 *     bytes 0–5   time, epoch ms
 *     bytes 6–11  offset
 *     byte  12    stream: 1 stdout, 2 stderr
 *     bytes 13–15 zero
 *
 * The file holds only records, in the order in which growth was seen. A torn record at its end (the writer was killed,
 * or the disk was full) is ignored by readers and cut off by the next writer.
 */
export const ENTRY_SIZE = 16

const STREAMS: readonly ChildStream[] = ['stdout', 'stderr']

export function encodeEntries(entries: TimestampEntry[]): Buffer {
  const bytes = Buffer.alloc(entries.length * ENTRY_SIZE)
  entries.forEach((entry, i) => {
    bytes.writeUIntBE(entry.time, i * ENTRY_SIZE, 6)
    bytes.writeUIntBE(entry.offset, i * ENTRY_SIZE + 6, 6)
    bytes.writeUInt8(STREAMS.indexOf(entry.stream) + 1, i * ENTRY_SIZE + 12)
  })
  return bytes
}

/** The whole records in `bytes`, which must begin with one. Records of an unknown stream are left out. */
export function decodeEntries(bytes: Buffer): TimestampEntry[] {
  const entries: TimestampEntry[] = []
  for (let at = 0; at + ENTRY_SIZE <= bytes.length; at += ENTRY_SIZE) {
    const stream = STREAMS[bytes.readUInt8(at + 12) - 1]
    if (stream) entries.push({ time: bytes.readUIntBE(at, 6), stream, offset: bytes.readUIntBE(at + 6, 6) })
  }
  return entries
}

/** Length of the whole records in a file of `size` bytes. */
export const wholeEntries = (size: number): number => size - (size % ENTRY_SIZE)
