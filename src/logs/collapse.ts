import { spawn } from 'node:child_process'
import { open, readdir, readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

/** How long to wait for a `fallocate` that a killed supervisor left behind, in ms. It waits for the disk, so it may take long. */
const PATIENCE = 60_000
const POLL = 20

/**
 * The shell waits for a word from us before it becomes `fallocate`. So whatever may still cut after our death can be seen
 * in the list of processes; something between fork and exec could not.
 */
const SCRIPT = 'read -r go && exec fallocate --collapse-range --offset 0 --length "$1" "$2"'

/**
 * Cuts the first `length` bytes off a file in place, while others append to it. Neither Node nor Bun has the system call, so
 * util-linux's `fallocate` makes it. Resolves with `false` when it is missing, or the file system refuses; rejects when it
 * came to no answer.
 */
export function collapse(path: string, length: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const args = ['-c', SCRIPT, 'fallocate', String(length), path]
    const child = spawn('/bin/sh', args, { stdio: ['pipe', 'ignore', 'ignore'] })
    child.on('error', (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? resolve(false) : reject(error)))
    child.on('exit', (code, signal) => {
      if (code === null) reject(new Error(`fallocate of ${path} was ended by ${signal}`))
      else resolve(code === 0)
    })
    // A shell that died says so by its exit.
    child.stdin.on('error', () => {})
    void writeOut(path).then(() => child.stdin.end('go\n'))
  })
}

/**
 * What is still to be written to the disk `fallocate` writes while it keeps the child from appending. So all but the very
 * last of it is written before; a failure is for `fallocate` to find.
 */
async function writeOut(path: string): Promise<void> {
  const file = await open(path, 'r').catch(() => undefined)
  await file?.datasync().catch(() => {})
  await file?.close()
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
    const words = line.split('\0')
    return words.includes(path) && words.some((word) => /(^|\/)fallocate$/.test(word))
  })
}
