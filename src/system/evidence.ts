import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { Identity } from '../model/process.ts'
import type { Clock } from './clock.ts'
import { identityOf } from './identity.ts'
import { signalProcess } from './kill.ts'
import { HAS_PROC, readCwd, readEnvironment, readTable } from './proc.ts'
import { treesOf } from './tree.ts'

/** Makes a Node program write a heap snapshot when this signal comes. */
const SIGNAL = 'SIGUSR2'
const OPTION = `--heapsnapshot-signal=${SIGNAL}`
/** SIGUSR2 is signal 12: its bit in the masks of `/proc/PID/status`. */
const CAUGHT = 1n << 11n

/** How long a snapshot may take, in ms; about a second per 100 MB. */
const PATIENCE = 60_000
const LOOK_EVERY = 100
/** Snapshots that are kept of one process: each is as large as its heap. */
const KEPT = 3

/** Where the snapshot is, or in a few words why there is none. */
export type Evidence = { file: string } | { missing: string }

/** The environment in which Node programs, and those that they start, are able to give evidence. */
export function evidenceEnvironment(env: Record<string, string>): Record<string, string> {
  const options = env.NODE_OPTIONS ?? ''
  return options.includes(OPTION) ? env : { ...env, NODE_OPTIONS: `${options} ${OPTION}`.trim() }
}

export interface EvidenceRequest {
  name: string
  leader: Identity
  /** Where the snapshot goes, as `NAME.DATE.TIME.PID.heapsnapshot`, the newest three being kept. */
  folder: string
}

/**
 * Has the largest Node program of a tree write a heap snapshot; the program stands still meanwhile. Only one that was
 * started in `evidenceEnvironment` and catches the signal is asked: it would kill any other, Bun's too. Never rejects.
 */
export async function takeEvidence(request: EvidenceRequest, clock: Clock): Promise<Evidence> {
  if (!HAS_PROC) return { missing: 'no heap snapshot: they are available on Linux only' }
  try {
    return await take(request, clock)
  } catch (error) {
    return { missing: `no heap snapshot: ${(error as Error).message}` }
  }
}

async function take({ name, leader, folder }: EvidenceRequest, clock: Clock): Promise<Evidence> {
  const tree = treesOf([leader], readTable()).get(leader.pid) ?? []
  const [largest] = tree.filter(({ pid }) => isAble(pid)).sort((a, b) => b.memory - a.memory)
  const cwd = largest && readCwd(largest.pid)
  if (!largest || !cwd) return { missing: 'no heap snapshot: no Node program of it can write one' }
  const mark = `.${largest.pid}.`
  const before = new Set(snapshotsIn(cwd))
  if (!signalProcess(identityOf(largest), SIGNAL)) return { missing: 'no heap snapshot: it ended meanwhile' }
  const until = clock.now() + PATIENCE
  for (let size = -1; clock.now() < until; ) {
    await new Promise<void>((resolve) => clock.after(LOOK_EVERY, resolve))
    const fresh = snapshotsIn(cwd).find((file) => file.includes(mark) && !before.has(file))
    const now = fresh === undefined ? undefined : await completeSize(join(cwd, fresh))
    if (fresh !== undefined && now !== undefined && now === size)
      return { file: keep(join(cwd, fresh), fresh, folder, name) }
    size = now ?? -1
  }
  return { missing: `no heap snapshot: none was written within ${PATIENCE / 1000} s` }
}

function isAble(pid: number): boolean {
  return readEnvironment(pid, 'NODE_OPTIONS')?.includes(OPTION) === true && catches(pid)
}

function catches(pid: number): boolean {
  try {
    const mask = /^SigCgt:\s*([0-9a-f]+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]
    return mask !== undefined && (BigInt(`0x${mask}`) & CAUGHT) !== 0n
  } catch {
    return false
  }
}

/** `Heap.DATE.TIME.PID.THREAD.NUMBER.heapsnapshot`, in the program's working directory. */
function snapshotsIn(folder: string): string[] {
  return readdirSync(folder).filter((file) => /^Heap\..*\.heapsnapshot$/.test(file))
}

/** Size of a snapshot that looks like one from the beginning to the end; undefined while it is being written. */
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
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const [, date, time, pid] = original.split('.')
  const to = join(folder, `${name}.${date}.${time}.${pid}.heapsnapshot`)
  move(from, to)
  // The heap holds what the program knows, its secrets too.
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
    // Another file system.
    copyFileSync(from, to)
    rmSync(from)
  }
}
