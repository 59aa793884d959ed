import { spawn } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { openPlainHandle } from '../../system/fs/plain-handle.ts'

/** Time in ms to wait for the `fallocate` of a killed supervisor, which may be slow since it waits for the disk. */
const TIMEOUT = 60_000
const POLL = 20

/**
 * The shell waits for a line from us before it becomes `fallocate`. Anything that may still cut after our death is
 * therefore visible in the process list. A process between fork and exec would not be.
 */
const SCRIPT = 'read -r go && exec fallocate --collapse-range --offset 0 --length "$1" "$2"'

/**
 * Cuts the first `length` bytes off a file in place, while others append to it. Neither Node nor Bun has the system
 * call, so `fallocate` of util-linux makes it. Resolves to false if `fallocate` is missing or the file system refuses.
 * Rejects if `fallocate` was killed, so that the result is unknown.
 */
export function collapse(path: string, length: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const args = ['-c', SCRIPT, 'fallocate', String(length), path]
    const child = spawn('/bin/sh', args, { stdio: ['pipe', 'ignore', 'ignore'] })
    child.on('error', (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? resolve(false) : reject(error)))
    child.on('exit', (code, signal) => {
      if (code === null) reject(new Error(`fallocate of ${path} was killed by ${signal}`))
      else resolve(code === 0)
    })
    // If the shell dies, the exit event reports it.
    child.stdin.on('error', () => {})
    void flushToDisk(path).then(() => child.stdin.end('go\n'))
  })
}

/**
 * Writes the file's dirty pages to disk. `fallocate` would do so while it keeps the child from appending. Errors are
 * ignored, since `fallocate` will meet them too.
 */
async function flushToDisk(path: string): Promise<void> {
  const file = await openPlainHandle(path).catch(() => undefined)
  await file?.datasync().catch(() => {})
  await file?.close()
}

/**
 * Waits until no `fallocate` of an earlier supervisor works on this file. If it cut after we had checked for the cut,
 * the cut would be made twice. Rejects if it takes too long.
 */
export async function waitForCollapse(path: string): Promise<void> {
  const deadline = performance.now() + TIMEOUT
  while (await isUnderWay(path)) {
    if (performance.now() > deadline) throw new Error(`an earlier rotation of ${path} does not end`)
    await sleep(POLL)
  }
}

async function isUnderWay(path: string): Promise<boolean> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')))
  return lines.some((line) => {
    const words = line.split('\0')
    return words.includes(path) && words.some((word) => /(^|\/)fallocate$/.test(word))
  })
}
