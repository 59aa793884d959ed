import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { interruptible } from './interruption.mjs'
import { temporary } from './run.mjs'

/**
 * A named pipe through which a child says something the moment it happens (`echo $$ > PATH`), which neither its log nor
 * its manager can delay. Told of at once, without polling.
 */
export async function openDoorbell() {
  const folder = temporary('doorbell')
  const path = join(folder, 'bell')
  const made = spawnSync('mkfifo', [path])
  if (made.status !== 0) throw new Error(`mkfifo ${path}: ${made.stderr}`)
  // Open for both directions: no child ever waits for a reader, and the end of one is not the end of all.
  const handle = await open(path, 'r+')
  let rest = ''
  return {
    path,
    /** The next line that somebody writes. */
    async next() {
      while (!rest.includes('\n')) {
        const { buffer, bytesRead } = await interruptible(handle.read(Buffer.alloc(4096), 0, 4096, null))
        rest += buffer.toString('utf8', 0, bytesRead)
      }
      const end = rest.indexOf('\n')
      const line = rest.slice(0, end)
      rest = rest.slice(end + 1)
      return line
    },
    async close() {
      // A read that an interruption has left behind would hold it open.
      await handle.write('\n')
      await handle.close()
      rmSync(folder, { recursive: true })
    },
  }
}
