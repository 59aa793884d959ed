import { type ChildProcess, spawn } from 'node:child_process'
import { MARKER, markerOf } from '../model/members.ts'
import { clearTree } from './clear.ts'
import type { Clock } from './clock.ts'
import { identityOf } from './identity.ts'
import { signalGroup } from './kill.ts'
import { readEntry } from './proc.ts'
import type { Sweeper } from './sweep.ts'

export interface CommandRequest {
  program: string
  args: string[]
  /** Absolute. */
  cwd: string
  env: Record<string, string>
  /** Unlike any other: all that it starts is recognised by this. */
  id: string
}

/** How a command ended. Code and signal are null when it could not be started; then `problem` says why. */
export interface CommandEnd {
  code: number | null
  signal: string | null
  problem: string
  /** The end of what it printed on stdout and stderr, in the order in which it arrived. */
  output: string
}

/** Bytes of output that are kept. */
const KEPT = 16 * 1024
/** ms that the pipes are given to empty once nobody holds their other end. */
const DRAIN = 1000

/**
 * Runs a command until it ends, or until `signal` aborts and it is killed. Resolves when nothing is left of it: whatever it
 * started and left behind, in another group or session too, is killed in either case. Never rejects.
 */
export async function runToEnd(
  request: CommandRequest,
  signal: AbortSignal,
  { clock, sweeper }: { clock: Clock; sweeper: Sweeper },
): Promise<CommandEnd> {
  const started = start(request)
  if ('problem' in started) return { code: null, signal: null, problem: started.problem, output: '' }
  const { child, pid } = started
  const leader = identityOf(readEntry(pid) ?? { pid, startTime: 0 })
  const ended = once(child, 'exit')
  const drained = once(child, 'close')
  const output = tailOf(child)
  // At once, without a look at the system: also in the last moment of an app that is just ending.
  const kill = () => void signalGroup(pid, 'SIGKILL')
  if (signal.aborted) kill()
  signal.addEventListener('abort', kill)
  await ended
  signal.removeEventListener('abort', kill)
  const target = { id: request.id, leader, known: [], logs: [] }
  await clearTree({ target, signal: 'SIGKILL', timeout: 0, ended }, sweeper, clock)
  await Promise.race([drained, new Promise<void>((resolve) => clock.after(DRAIN, resolve))])
  child.stdout?.destroy()
  child.stderr?.destroy()
  return { code: child.exitCode, signal: child.signalCode, problem: '', output: output() }
}

function start({ program, args, cwd, env, id }: CommandRequest) {
  let child: ChildProcess
  try {
    child = spawn(program, args, {
      cwd,
      env: { ...env, [MARKER]: markerOf(id, 1) },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    })
  } catch (error) {
    return { problem: (error as Error).message }
  }
  // Node reports most causes by event, with no pid; there is nothing more to learn from it than that.
  child.on('error', () => {})
  const { pid } = child
  return pid === undefined ? { problem: `\`${program}\` could not be started in ${cwd}` } : { child, pid }
}

function once(child: ChildProcess, event: 'exit' | 'close'): Promise<void> {
  return new Promise((resolve) => child.once(event, () => resolve()))
}

function tailOf(child: ChildProcess): () => string {
  let tail = Buffer.alloc(0)
  const keep = (chunk: Buffer) => {
    tail = Buffer.concat([tail, chunk])
    if (tail.length > KEPT) tail = Buffer.from(tail.subarray(-KEPT))
  }
  child.stdout?.on('data', keep)
  child.stderr?.on('data', keep)
  return () => tail.toString()
}
