import { closeSync, openSync } from 'node:fs'

/* A program that has used up its descriptors can still read the process table if it kept one for that. */

let isWanted = false
let spare: number | null = null

/** From now on this program keeps a descriptor for `withSpare`. */
export function keepSpareDescriptor(): void {
  isWanted = true
  fill()
}

/** Whether a call failed because this program or the system has no descriptor left. */
export function isOutOfDescriptors(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'EMFILE' || code === 'ENFILE'
}

/** Runs `read`, which opens one file at a time and closes it. If no descriptor is left, it gets the spare one. */
export function withSpareDescriptor<Value>(read: () => Value): Value {
  try {
    return read()
  } catch (error) {
    if (!isWanted || !isOutOfDescriptors(error)) throw error
    fill()
    if (spare === null) throw error
    closeSync(spare)
    spare = null
    try {
      return read()
    } finally {
      fill()
    }
  }
}

function fill(): void {
  try {
    spare ??= openSync('/dev/null', 'r')
  } catch {
    // None is left at the moment. The next call tries again.
  }
}
