import { type ChildProcess, spawn } from 'node:child_process'

export interface SpawnRequest {
  program: string
  args: string[]
  cwd: string
  env: Record<string, string>
  /** Descriptors of the log files. */
  stdout: number
  stderr: number
}

export interface SpawnReport {
  /** The leader ended; told once, and only if there was a pid. */
  exited(code: number | null, signal: string | null): void
  /** Nothing was started. */
  failed(error: NodeJS.ErrnoException): void
}

/**
 * Starts a child as leader of its own session and process group, its output going to the log files themselves. Gives its
 * pid, or undefined when the start failed (then `failed` is or was called). The parent is not kept alive by it.
 */
export function spawnChild(request: SpawnRequest, report: SpawnReport): number | undefined {
  const { program, args, cwd, env, stdout, stderr } = request
  let child: ChildProcess
  try {
    child = spawn(program, args, { cwd, env, detached: true, stdio: ['ignore', stdout, stderr], windowsHide: true })
  } catch (error) {
    // Node reports nearly everything by event; Bun throws for some causes (a script without `#!`).
    report.failed(error as NodeJS.ErrnoException)
    return undefined
  }
  child.once('error', (error) => {
    if (child.pid === undefined) report.failed(error)
  })
  child.once('exit', (code, signal) => report.exited(code, signal))
  child.unref()
  return child.pid
}
