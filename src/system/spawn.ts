import { type ChildProcess, spawn } from 'node:child_process'

export interface SpawnRequest {
  program: string
  args: string[]
  cwd: string
  env: Record<string, string>
  /** Descriptors of the log files. */
  stdout: number
  stderr: number
  /** Opens a channel for messages, JSON both ways, so that Node and Bun understand each other. */
  ipc: boolean
}

/** Messages to a child. */
export interface Channel {
  /** False: the child has closed it, or is gone. */
  send(message: unknown): boolean
}

export interface SpawnReport {
  /** The leader ended; told once, and only if there was a pid. */
  exited(code: number | null, signal: string | null): void
  /** Nothing was started. */
  failed(error: NodeJS.ErrnoException): void
  message(message: unknown): void
}

export interface Spawned {
  pid: number
  channel: Channel | null
}

/**
 * Starts a child as leader of its own session and process group, its output going to the log files themselves. Gives its
 * pid, or undefined when the start failed (then `failed` is or was called). The parent is not kept alive by it.
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
      windowsHide: true,
    })
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
  if (child.pid === undefined) return undefined
  return { pid: child.pid, channel: ipc ? openChannel(child, report) : null }
}

function openChannel(child: ChildProcess, report: SpawnReport): Channel {
  child.on('message', (message) => report.message(message))
  // The channel would keep an embedding app alive.
  child.channel?.unref?.()
  return {
    send(message) {
      if (!child.connected) return false
      try {
        // An error comes late and by event where the child closes its end right now.
        child.send(message as object, () => {})
        return true
      } catch {
        return false
      }
    },
  }
}
