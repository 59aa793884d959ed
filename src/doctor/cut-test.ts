import { rmSync, writeFileSync } from 'node:fs'
import { collapse } from '../logs/rotation/collapse.ts'

/** Block size in bytes of the file systems that support it. */
const BLOCK = 4096

/** Whether the file system can cut off the beginning of a file in place. Tries it with a temporary file of this name. */
export async function canCollapse(file: string): Promise<boolean> {
  try {
    writeFileSync(file, Buffer.alloc(2 * BLOCK), { mode: 0o600 })
    return await collapse(file, BLOCK)
  } catch {
    return false
  } finally {
    rmSync(file, { force: true })
  }
}
