import { closeSync, constants, existsSync, readSync, writeSync } from 'node:fs'
import { fnv1a } from '../../model/text/hash.ts'
import { openPlain } from '../../system/fs/plain-file.ts'
import { NO_FOLLOW } from './links.ts'

/**
 * State of a log's rotation: one record of fixed size in `LOG.rotation`, written in place. Offsets count from the log's
 * beginning through all rotations.
 */
export interface Rotation {
  /** Odd during a cut, even otherwise. Grows with every change. */
  generation: number
  /** Offset of the live file's first byte, before the cut under way. */
  base: number
  /** Number of bytes being cut off, which are already in archives; 0 while the generation is even. */
  length: number
  /** The marker has been written over the first bytes, so they may be cut off at any moment. */
  isMarked: boolean
  /** Random bytes. While the live file begins with them, nothing has been cut off. */
  marker: Buffer
  /** The original bytes under the marker. */
  head: Buffer
  /** Offset of the last flush. A line begins there, whereas a cut may go through a line. */
  origin: number
}

export const MARKER_SIZE = 16

/*
 * Big endian: bytes 0–3 'TXR1', 4–9 generation, 10–15 base, 16–21 length, 22 isMarked, 24–39 marker, 40–55 head, 56–61
 * origin, 68–71 FNV-1a of the rest (since a reader may see a half-written record), others zero.
 */
const SIZE = 72
const CHECKSUM_AT = SIZE - 4
const MAGIC = 0x54585231
const ATTEMPTS = 1000
const FLAGS = constants.O_RDWR | constants.O_CREAT | NO_FOLLOW

export const rotationPath = (log: string): string => `${log}.rotation`

/** The record of a log that has never been rotated. */
export const FRESH: Readonly<Rotation> = {
  generation: 0,
  base: 0,
  length: 0,
  isMarked: false,
  marker: Buffer.alloc(MARKER_SIZE),
  head: Buffer.alloc(MARKER_SIZE),
  origin: 0,
}

/** Undefined if the log has never been rotated. */
export function readRotation(log: string): Rotation | undefined {
  // Most logs have no record, and a failing open costs ten times as much as this check.
  if (!existsSync(rotationPath(log))) return undefined
  const bytes = Buffer.alloc(SIZE)
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    let fd: number
    try {
      fd = openPlain(rotationPath(log))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
    try {
      const size = readSync(fd, bytes, 0, SIZE, 0)
      if (size === 0) return undefined
      if (size === SIZE && bytes.readUInt32BE(0) === MAGIC && bytes.readUInt32BE(CHECKSUM_AT) === checksum(bytes)) {
        return decode(bytes)
      }
    } finally {
      closeSync(fd)
    }
  }
  throw new Error(`${rotationPath(log)} is not a rotation record`)
}

export function writeRotation(log: string, rotation: Rotation): void {
  const fd = openPlain(rotationPath(log), FLAGS, 0o600)
  try {
    writeSync(fd, encode(rotation), 0, SIZE, 0)
  } finally {
    closeSync(fd)
  }
}

function encode({ generation, base, length, isMarked, marker, head, origin }: Rotation): Buffer {
  const bytes = Buffer.alloc(SIZE)
  bytes.writeUInt32BE(MAGIC, 0)
  bytes.writeUIntBE(generation, 4, 6)
  bytes.writeUIntBE(base, 10, 6)
  bytes.writeUIntBE(length, 16, 6)
  bytes.writeUInt8(isMarked ? 1 : 0, 22)
  marker.copy(bytes, 24)
  head.copy(bytes, 40)
  bytes.writeUIntBE(origin, 56, 6)
  bytes.writeUInt32BE(checksum(bytes), CHECKSUM_AT)
  return bytes
}

function decode(bytes: Buffer): Rotation {
  return {
    generation: bytes.readUIntBE(4, 6),
    base: bytes.readUIntBE(10, 6),
    length: bytes.readUIntBE(16, 6),
    isMarked: bytes.readUInt8(22) === 1,
    marker: Buffer.from(bytes.subarray(24, 24 + MARKER_SIZE)),
    head: Buffer.from(bytes.subarray(40, 40 + MARKER_SIZE)),
    origin: bytes.readUIntBE(56, 6),
  }
}

function checksum(bytes: Buffer): number {
  return fnv1a(bytes.subarray(0, CHECKSUM_AT))
}
