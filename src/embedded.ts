import { onExit } from 'signal-exit'
import { type Launcher, launchDaemon } from './client/launch.ts'
import type { Control, SupervisorInfo } from './model/control.ts'
import type { ManagedProcess } from './model/process.ts'
import { resolveDeclared } from './resolve-declared.ts'
import type { Serving } from './supervisor/serve.ts'
import { VERSION } from './version.ts'

/** A supervisor inside this very process. */
export interface Embedded {
  control: Control
  /** Leaves the processes running for the next supervisor. */
  close(): Promise<void>
}

export interface EmbedOptions {
  mode: Exclude<SupervisorInfo['mode'], 'daemon'>
  /** Of the daemon that takes over when the app ends; null: none does. */
  launcher: Launcher | null
  /** Called when another supervisor has taken the folder over. */
  lost(): void
}

/**
 * Becomes the supervisor of a folder, or resolves null if there is one already. While something is wanted up, or in the
 * foreground, the app is kept alive. When the app ends, what it started itself is stopped first; for what others started a
 * daemon takes over.
 */
export async function embed(tuixDir: string, { mode, launcher, lost }: EmbedOptions): Promise<Embedded | null> {
  const { serve } = await import('./supervisor/serve.ts')
  let alive: NodeJS.Timeout | undefined
  const serving = await serve({
    tuixDir,
    mode,
    version: VERSION,
    resolve: resolveDeclared,
    environment: { ...process.env } as Record<string, string>,
    onBusy(busy) {
      clearInterval(alive)
      if (busy || mode === 'foreground') alive = setInterval(() => {}, 2 ** 30)
    },
    onReleased() {
      letGo()
      lost()
    },
  })
  if (!('control' in serving)) return null
  serving.unref()
  // Fires at the end and on signals that the app itself does not handle, never before its handlers. `signal-exit` hears of
  // the end through a hook that Bun does not have; there the event tells.
  let left = false
  const end = () => {
    if (!left) leave(serving, tuixDir, launcher)
    left = true
  }
  const forget = onExit(end)
  process.once('exit', end)
  const letGo = () => {
    forget()
    process.off('exit', end)
    clearInterval(alive)
  }
  return {
    control: serving.control,
    async close() {
      letGo()
      serving.close()
      await serving.flushed()
    },
  }
}

/** The end of the app: nothing asynchronous runs any more. */
function leave(serving: Serving, tuixDir: string, launcher: Launcher | null): void {
  serving.stopOwnSync()
  serving.close()
  if (launcher && serving.processes().some(needsSupervisor)) launchDaemon(tuixDir, launcher)
}

function needsSupervisor({ wanted, status, survivors }: ManagedProcess): boolean {
  return (wanted === 'up' && status !== 'error') || status === 'stopping' || survivors.length > 0
}
