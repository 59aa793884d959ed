import { closeSync, openSync, readSync } from 'node:fs'
import { MARKER_SIZE, type Rotation, readRotation } from './rotation-record.ts'

/** Where offsets of a log are found at one moment. */
export interface Placement {
  /** Equal versions before and after an access to the live file: both saw the file at the same place. */
  version: string
  /** Below this offset: archives. From here on: the live file. */
  base: number
  /** Position in the live file = offset - shift. */
  shift: number
  /** Where the log was emptied last, or 0: it has nothing before this offset, and a line begins there. */
  origin: number
}

const NEVER_ROTATED: Placement = { version: '', base: 0, shift: 0, origin: 0 }

/**
 * Where a log is now; also in the middle of a rotation, even of one whose supervisor was killed: what is being cut off is in
 * archives already, and the marker tells whether the rest has moved. `fd` is the live file, if the caller has it open.
 */
export function placementOf(log: string, fd?: number): Placement {
  const rotation = readRotation(log)
  if (!rotation) return NEVER_ROTATED
  const { generation, base, length, isMarked, origin } = rotation
  if (generation % 2 === 0) return { version: `${generation}`, base, shift: base, origin }
  // Without the record that the marker was written the cut has not begun, whatever the first bytes are.
  if (!isMarked) return { version: `${generation} prepared`, base: base + length, shift: base, origin }
  return isCut(log, rotation, fd)
    ? { version: `${generation} cut`, base: base + length, shift: base + length, origin }
    : { version: `${generation} marked`, base: base + length, shift: base, origin }
}

/** The marker is not, or no longer, at the beginning of the live file. */
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
    return openSync(path, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
