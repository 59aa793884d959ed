import { rmSync, writeFileSync } from 'node:fs'
import { collapse } from './collapse.ts'

/** Size of a block of the file systems that can do it, in bytes. */
const BLOCK = 4096

/** Whether a file here can be cut at its beginning in place; tried with a file of this name, which is gone afterwards. */
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
