import { type ChildProcess, spawn } from 'node:child_process'

export interface SpawnRequest {
  program: string
  args: string[]
  cwd: string
  env: Record<string, string>
  /** Descriptors of the log files. */
  stdout: number
  stderr: number
  /** Opens a channel for messages. They are JSON, which both Node and Bun understand. */
  ipc: boolean
}

/** Sends messages to a child. */
export interface Channel {
  /** Returns false if the child is gone or has closed the channel. */
  send(message: unknown): boolean
}

export interface SpawnReport {
  /** The leader exited. Called once, and only if there was a pid. */
  exited(code: number | null, signal: string | null): void
  /** The start failed. */
  failed(error: NodeJS.ErrnoException): void
  message(message: unknown): void
}

export interface Spawned {
  pid: number
  channel: Channel | null
}

/**
 * Starts a child as leader of its own session and process group. It writes to the log files directly. Returns undefined if
 * the start failed, which `failed` reports, before or after the return. The child does not keep this program alive.
 */
export function spawnChild(request: SpawnRequest, report: SpawnReport): Spawned | undefined {
  const { program, args, cwd, env, stdout, stderr, ipc } = request
  let child: ChildProcess
  try {
    child = spawn(program, args, {
      cwd,
      env,
      detached: true,
      stdio: ipc ? ['ignore', stdout, stderr, 'ipc'] : ['ignore', stdout, stderr],
    })
  } catch (error) {
    // Node reports most failures by event. Bun throws for some, such as a script without `#!`.
    report.failed(error as NodeJS.ErrnoException)
    return undefined
  }
  child.once('error', (error) => {
    if (child.pid === undefined) report.failed(error)
  })
  child.once('exit', (code, signal) => report.exited(code, signal))
  child.unref()
  if (child.pid === undefined) return undefined
  return { pid: child.pid, channel: ipc ? openChannel(child, report) : null }
}

function openChannel(child: ChildProcess, report: SpawnReport): Channel {
  child.on('message', (message) => report.message(message))
  // An open channel would keep an embedding app alive.
  child.channel?.unref?.()
  return {
    send(message) {
      if (!child.connected) return false
      try {
        // The callback takes the error that comes if the child closes its end meanwhile.
        child.send(message as object, () => {})
        return true
      } catch {
        return false
      }
    },
  }
}
