import type { ProcessLog } from '../model/logs.ts'

/** A stream that a child writes itself. */
export type ChildStream = Exclude<ProcessLog['source'], 'system'>

/**
 * By `time` (epoch ms) this much of a stream was there: `offset` bytes, counted from the stream's beginning through every
 * rotation. An offset below the stream's previous one says that the file started over there
 * (truncated or replaced); older notes above it are about what is gone.
 */
export interface Note {
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
 * The file is nothing but records in the order in which growth was seen. A torn record at its end (the writer was killed,
 * the disk was full) is ignored by readers and cut off by the next writer.
 */
export const NOTE_SIZE = 16

const STREAMS: readonly ChildStream[] = ['stdout', 'stderr']

export function encodeNotes(notes: Note[]): Buffer {
  const bytes = Buffer.alloc(notes.length * NOTE_SIZE)
  notes.forEach((note, i) => {
    bytes.writeUIntBE(note.time, i * NOTE_SIZE, 6)
    bytes.writeUIntBE(note.offset, i * NOTE_SIZE + 6, 6)
    bytes.writeUInt8(STREAMS.indexOf(note.stream) + 1, i * NOTE_SIZE + 12)
  })
  return bytes
}

/** The whole records in `bytes`, which begin at a record. Records of an unknown stream are left out. */
export function decodeNotes(bytes: Buffer): Note[] {
  const notes: Note[] = []
  for (let at = 0; at + NOTE_SIZE <= bytes.length; at += NOTE_SIZE) {
    const stream = STREAMS[bytes.readUInt8(at + 12) - 1]
    if (stream) notes.push({ time: bytes.readUIntBE(at, 6), stream, offset: bytes.readUIntBE(at + 6, 6) })
  }
  return notes
}

/** Length of the whole records in a file of `size` bytes. */
export const wholeNotes = (size: number): number => size - (size % NOTE_SIZE)
