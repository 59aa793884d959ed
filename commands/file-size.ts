import { statSync } from 'node:fs'

/** Bytes of a file; null: there is none. */
export function sizeOf(file: string): number | null {
  return statSync(file, { throwIfNoEntry: false })?.size ?? null
}
