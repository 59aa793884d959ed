import { onExit } from 'signal-exit'
import { type Launcher, launchAfterMove, launchDaemon } from '../../client/launch.ts'
import { resolveDeclared } from '../../config/resolve-declared.ts'
import { leavesWork } from '../../model/lifecycle/process.ts'
import type { SupervisorInfo } from '../../model/views/supervisor-info.ts'
import type { Control } from '../../protocol/operations.ts'
import type { Serving } from '../../supervisor/serve.ts'
import { VERSION } from '../../version.ts'
import { keepAlive } from '../endable.ts'

/** A supervisor in this process. */
export interface Embedded {
  control: Control
  /** Leaves the processes running for the next supervisor. */
  close(): Promise<void>
}

export interface EmbedOptions {
  mode: Exclude<SupervisorInfo['mode'], 'daemon'>
  /** Launches the daemon that takes over when the app ends; null for no daemon. */
  launcher: Launcher | null
  /** Called when another supervisor has taken over the folder. */
  lost(): void
  /** As in `ServeOptions`. */
  isTemporary?: boolean
}

/**
 * Becomes the supervisor of a folder. Resolves to null if the folder has one. The app is kept alive in the foreground, and
 * while any process is up. When the app ends, it first stops the processes that it started itself; a daemon takes over the
 * others.
 */
export async function embed(
  tuixDir: string,
  { mode, launcher, lost, isTemporary = false }: EmbedOptions,
): Promise<Embedded | null> {
  const { serve } = await import('../../supervisor/serve.ts')
  let alive: NodeJS.Timeout | undefined
  const serving = await serve({
    tuixDir,
    mode,
    version: VERSION,
    resolve: resolveDeclared,
    environment: { ...process.env } as Record<string, string>,
    isTemporary,
    onBusy(busy) {
      clearInterval(alive)
      if (busy || mode === 'foreground') alive = keepAlive()
    },
    onReleased(movedTo) {
      letGo()
      if (movedTo !== null && launcher) launchAfterMove(launcher, tuixDir, movedTo)
      lost()
    },
  })
  if (!('control' in serving)) return null
  serving.lifetime.unref()
  // Runs at the end of the app, and on signals that the app does not handle, after the app's own handlers. `signal-exit`
  // uses a hook that Bun does not have; on Bun the event is used.
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
      serving.lifetime.close()
      await serving.lifetime.flushed()
    },
  }
}

/** Leaves the supervisor at the end of the app, when nothing asynchronous runs any more. */
function leave(serving: Serving, tuixDir: string, launcher: Launcher | null): void {
  serving.lifetime.stopOwnSync()
  serving.lifetime.close()
  if (launcher && serving.processes.snapshot().some(leavesWork)) launchDaemon(tuixDir, launcher)
}
