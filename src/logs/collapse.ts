import { spawn } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

/** How long to wait for a `fallocate` that a killed supervisor left behind, in ms. It waits for the disk, so it may take long. */
const PATIENCE = 60_000
const POLL = 20

/**
 * Cuts the first `length` bytes off a file in place, while others append to it. Neither Node nor Bun has the system call, so
 * util-linux's `fallocate` makes it. Resolves with `false` when it is missing, or the file system refuses; rejects when it
 * came to no answer.
 */
export function collapse(path: string, length: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const args = ['--collapse-range', '--offset', '0', '--length', String(length), path]
    const child = spawn('fallocate', args, { stdio: 'ignore' })
    child.on('error', (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? resolve(false) : reject(error)))
    child.on('exit', (code, signal) => {
      if (code === null) reject(new Error(`fallocate of ${path} was ended by ${signal}`))
      else resolve(code === 0)
    })
  })
}

/**
 * Waits until no `fallocate` of an earlier supervisor works on this file: should it cut after we have looked whether it
 * has, the cut would be made twice. Rejects when that takes too long.
 */
export async function noCollapseUnderWay(path: string): Promise<void> {
  const deadline = Date.now() + PATIENCE
  while (await isUnderWay(path)) {
    if (Date.now() > deadline) throw new Error(`an earlier rotation of ${path} does not end`)
    await sleep(POLL)
  }
}

async function isUnderWay(path: string): Promise<boolean> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')))
  return lines.some((line) => {
    // The second word, when the program is a script.
    const [program = '', script = '', ...args] = line.split('\0')
    return [program, script].some((word) => /(^|\/)fallocate$/.test(word)) && args.includes(path)
  })
}
