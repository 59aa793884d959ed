import { closeSync, readSync } from 'node:fs'
import { openPlain } from '../../system/fs/plain-file.ts'
import { MARKER_SIZE, type Rotation, readRotation } from './rotation-record.ts'

/** Where the bytes of a log are at one moment. */
export interface Placement {
  /** If it is equal before and after an access to the live file, no rotation moved the file in between. */
  version: string
  /** Bytes below this offset are in archives, the others in the live file. */
  base: number
  /** Position in the live file = offset - shift. */
  shift: number
  /** Offset of the last flush, or 0. The log has nothing before it, and a line begins there. */
  origin: number
}

const NEVER_ROTATED: Placement = { version: '', base: 0, shift: 0, origin: 0 }

/**
 * The current placement of a log. It is right in the middle of a rotation too, even if its supervisor was killed: the
 * bytes being cut off are already in archives, and the marker shows whether the cut has happened.
 *
 * @param fd the live file, if the caller has it open
 */
export function placementOf(log: string, fd?: number): Placement {
  const rotation = readRotation(log)
  if (!rotation) return NEVER_ROTATED
  const { generation, base, length, isMarked, origin } = rotation
  if (generation % 2 === 0) return { version: `${generation}`, base, shift: base, origin }
  // Until the record says that the marker was written, the cut has not begun, whatever the first bytes are.
  if (!isMarked) return { version: `${generation} prepared`, base: base + length, shift: base, origin }
  return isCut(log, rotation, fd)
    ? { version: `${generation} cut`, base: base + length, shift: base + length, origin }
    : { version: `${generation} marked`, base: base + length, shift: base, origin }
}

/** Whether the marker is missing at the beginning of the live file. */
export function isCut(log: string, { marker }: Rotation, fd?: number): boolean {
  const opened = fd ?? openIfPresent(log)
  if (opened === undefined) return true
  try {
    const head = Buffer.alloc(MARKER_SIZE)
    return readSync(opened, head, 0, MARKER_SIZE, 0) < MARKER_SIZE || !head.equals(marker)
  } finally {
    if (fd === undefined) closeSync(opened)
  }
}

function openIfPresent(path: string): number | undefined {
  try {
    return openPlain(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
