import { chmodSync, copyFileSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { Identity } from '../../model/lifecycle/identity.ts'
import { reasonOf } from '../../model/text/system-error.ts'
import type { Clock } from '../clock.ts'
import { makeFolder } from '../fs/make-folder.ts'
import { identityOf } from './identity.ts'
import { signalProcess } from './kill.ts'
import { HAS_PROC, readCwd, readEnvironment, readTable } from './proc.ts'
import { treesOf } from './tree.ts'

/** The option makes a Node program write a heap snapshot when it receives the signal. */
const SIGNAL = 'SIGUSR2'
const OPTION = `--heapsnapshot-signal=${SIGNAL}`
/** Bit of SIGUSR2, signal 12, in the masks of `/proc/PID/status`. */
const SIGNAL_BIT = 1n << 11n

/** Time limit of a snapshot in ms. It takes about a second per 100 MB. */
const TIMEOUT = 60_000
const POLL_INTERVAL = 100
/** Snapshots to keep of one process, since each is as large as its heap. */
const KEPT = 3

/** Path of the snapshot, or in a few words why there is none. */
export type HeapSnapshot = { file: string } | { missing: string }

/** An environment in which Node programs, and the programs that they start, can write heap snapshots. */
export function heapSnapshotEnvironment(env: Record<string, string>): Record<string, string> {
  const options = env.NODE_OPTIONS ?? ''
  return options.includes(OPTION) ? env : { ...env, NODE_OPTIONS: `${options} ${OPTION}`.trim() }
}

export interface HeapSnapshotRequest {
  name: string
  leader: Identity
  /** Folder for the snapshot, `NAME.DATE.TIME.PID.heapsnapshot`. The newest three are kept. */
  folder: string
}

/**
 * Makes the largest Node program of a tree write a heap snapshot; the program pauses meanwhile. The signal goes only to
 * a program that was started with `heapSnapshotEnvironment` and handles it, since it would kill any other, also Bun.
 * Never rejects.
 */
export async function takeHeapSnapshot(request: HeapSnapshotRequest, clock: Clock): Promise<HeapSnapshot> {
  if (!HAS_PROC) return { missing: 'no heap snapshot: only available on Linux' }
  try {
    return await take(request, clock)
  } catch (error) {
    return { missing: `no heap snapshot: ${reasonOf(error)}` }
  }
}

async function take({ name, leader, folder }: HeapSnapshotRequest, clock: Clock): Promise<HeapSnapshot> {
  const tree = treesOf([leader], readTable()).get(leader.pid) ?? []
  const [largest] = tree.filter(({ pid }) => canWriteSnapshot(pid)).sort((a, b) => (b.memory ?? 0) - (a.memory ?? 0))
  const cwd = largest && readCwd(largest.pid)
  if (!largest || !cwd) return { missing: 'no heap snapshot: the process has no Node program that can write one' }
  const mark = `.${largest.pid}.`
  const before = new Set(snapshotsIn(cwd))
  if (!signalProcess(identityOf(largest), SIGNAL)) return { missing: 'no heap snapshot: the program exited meanwhile' }
  const until = clock.monotonic() + TIMEOUT
  for (let size = -1; clock.monotonic() < until; ) {
    await new Promise<void>((resolve) => clock.after(POLL_INTERVAL, resolve))
    const fresh = snapshotsIn(cwd).find((file) => file.includes(mark) && !before.has(file))
    const now = fresh === undefined ? undefined : await completeSize(join(cwd, fresh))
    if (fresh !== undefined && now !== undefined && now === size)
      return { file: keep(join(cwd, fresh), fresh, folder, name) }
    size = now ?? -1
  }
  return { missing: `no heap snapshot: none was written within ${TIMEOUT / 1000} s` }
}

function canWriteSnapshot(pid: number): boolean {
  return readEnvironment(pid, 'NODE_OPTIONS')?.includes(OPTION) === true && catchesSignal(pid)
}

function catchesSignal(pid: number): boolean {
  try {
    const mask = /^SigCgt:\s*([0-9a-f]+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]
    return mask !== undefined && (BigInt(`0x${mask}`) & SIGNAL_BIT) !== 0n
  } catch {
    return false
  }
}

/** `Heap.DATE.TIME.PID.THREAD.NUMBER.heapsnapshot`, in the program's working directory. */
function snapshotsIn(folder: string): string[] {
  return readdirSync(folder).filter((file) => /^Heap\..*\.heapsnapshot$/.test(file))
}

/** Size of a snapshot that ends as a complete one does; undefined while it is being written. */
async function completeSize(file: string): Promise<number | undefined> {
  const handle = await open(file)
  try {
    const { size } = await handle.stat()
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(16), 0, 16, Math.max(0, size - 16))
    return /\]\s*\}\s*$/.test(buffer.toString('latin1', 0, bytesRead)) ? size : undefined
  } finally {
    await handle.close()
  }
}

function keep(from: string, original: string, folder: string, name: string): string {
  makeFolder(folder, 0o700)
  const [, date, time, pid] = original.split('.')
  const to = join(folder, `${name}.${date}.${time}.${pid}.heapsnapshot`)
  move(from, to)
  // The heap contains the program's secrets.
  chmodSync(to, 0o600)
  const own = readdirSync(folder).filter(
    (file) => file.startsWith(`${name}.`) && /^\.\d+\.\d+\.\d+\.heapsnapshot$/.test(file.slice(name.length)),
  )
  for (const old of own.sort().slice(0, -KEPT)) rmSync(join(folder, old), { force: true })
  return to
}

function move(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch {
    // The folders are on different file systems.
    copyFileSync(from, to)
    rmSync(from)
  }
}
