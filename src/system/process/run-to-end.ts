import { type ChildProcess, spawn } from 'node:child_process'
import { reasonOf } from '../../model/text/system-error.ts'
import { MARKER, markerOf } from '../../model/tree/members.ts'
import type { Clock } from '../clock.ts'
import { identityOf } from './identity.ts'
import { signalGroup } from './kill.ts'
import { killTree } from './kill-tree.ts'
import { requestEntry } from './proc.ts'
import type { Sweeper } from './sweep.ts'

export interface CommandRequest {
  program: string
  args: string[]
  /** Absolute. */
  cwd: string
  env: Record<string, string>
  /** Unique. It marks everything that the command starts. */
  id: string
  /** What it reads from stdin. Absent: nothing. */
  input?: string
}

/** Result of a command. If it could not be started, code and signal are null and `problem` says why. */
export interface CommandEnd {
  code: number | null
  signal: string | null
  problem: string
  /** The end of stdout and stderr, in the order of arrival. */
  output: string
}

/** Bytes of output to keep. */
const KEPT = 16 * 1024
/** Time in ms for the pipes to empty after the processes at the other end are gone. */
const DRAIN = 1000

/**
 * Runs a command until it exits, or until `signal` aborts and it is killed. In both cases everything that it started is
 * killed before the promise resolves, even in another group or session. Never rejects.
 */
export async function runToEnd(
  request: CommandRequest,
  signal: AbortSignal,
  { clock, sweeper }: { clock: Clock; sweeper: Sweeper },
): Promise<CommandEnd> {
  const started = start(request)
  if ('problem' in started) return { code: null, signal: null, problem: started.problem, output: '' }
  const { child, pid } = started
  const entry = requestEntry(pid)
  const ended = once(child, 'exit')
  const drained = once(child, 'close')
  const output = tailOf(child)
  // Immediate, without a sweep, so that it also works when an app is about to exit.
  const kill = () => void signalGroup(pid, 'SIGKILL')
  if (signal.aborted) kill()
  signal.addEventListener('abort', kill)
  await ended
  signal.removeEventListener('abort', kill)
  const leader = identityOf((await entry) ?? { pid, startTime: 0 })
  const target = { id: request.id, leader, known: [], logs: [] }
  await killTree({ target, signal: 'SIGKILL', timeout: 0, ended }, sweeper, clock)
  await Promise.race([drained, new Promise<void>((resolve) => clock.after(DRAIN, resolve))])
  child.stdin?.destroy()
  child.stdout?.destroy()
  child.stderr?.destroy()
  return { code: child.exitCode, signal: child.signalCode, problem: '', output: output() }
}

function start({ program, args, cwd, env, id, input }: CommandRequest) {
  let child: ChildProcess
  try {
    child = spawn(program, args, {
      cwd,
      env: { ...env, [MARKER]: markerOf(id, 1) },
      detached: true,
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    })
  } catch (error) {
    return { problem: reasonOf(error) }
  }
  // Node reports most failures by this event. A missing pid says the same.
  child.on('error', () => {})
  // Nor is it an error if it reads nothing.
  child.stdin?.on('error', () => {}).end(input)
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
