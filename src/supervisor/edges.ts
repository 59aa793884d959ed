import type { LogIndexer } from '../logs/index-writer.ts'
import type { ProcessEvent } from '../model/events.ts'
import type { LogSource } from '../model/logs.ts'
import type { Target } from '../model/members.ts'
import type { ManagedProcess } from '../model/process.ts'
import { clearTree, nameMembers } from '../system/clear.ts'
import type { Clock } from '../system/clock.ts'
import { identityOf, isAlive } from '../system/identity.ts'
import type { Sweeper } from '../system/sweep.ts'
import { launch } from './launch.ts'
import type { Edges, Managed } from './managed.ts'
import { claimPort } from './ports.ts'
import { askToShutDown } from './shutdown.ts'

/** No runtime tells of the end of a process that it did not start; ms between looks. */
const LOOK_EVERY = 1000

export interface EdgesOptions {
  clock: Clock
  sweeper: Sweeper
  ownEnvironment: Record<string, string>
  sourceOf(process: ManagedProcess): LogSource
  targetOf(process: ManagedProcess): Target
  indexer: LogIndexer
  monitor(managed: Managed, run: number): () => void
  askStart(managed: Managed): void
  hideSecrets(managed: Managed, text: string): string
  emit(event: ProcessEvent): void
  changed(): void
}

/** The real world for managed processes. */
export function createEdges({
  clock,
  sweeper,
  ownEnvironment,
  sourceOf,
  targetOf,
  indexer,
  monitor,
  askStart,
  hideSecrets,
  emit,
  changed,
}: EdgesOptions): Edges {
  const watchLog = (source: LogSource, begunAt?: number) => {
    try {
      indexer.watch(source, begunAt)
    } catch (error) {
      const message = `its log lines are kept without times: ${(error as Error).message}`
      emit({ time: clock.now(), name: source.name, type: 'warning', run: 0, message })
    }
  }
  return {
    clock,
    emit,
    changed,
    monitor,
    askStart,
    hideSecrets,
    async spawn(managed, run) {
      const source = sourceOf(managed.process)
      const port = await claimPort(managed, run, clock)
      if (port === 'refused' || !managed.isSpawning(run)) return
      const at = clock.now()
      const ended = launch(managed, run, source, managed.environment ?? ownEnvironment, port, at)
      // A hundred starts come first. Files keep the time of their growth, so that nothing is lost by looking a bit later.
      setImmediate(() => {
        watchLog(source, at)
        if (managed.process.identity === null) indexer.unwatch(source.name)
      })
      await ended
    },
    async clear(managed, { signal, timeout }, ended) {
      const { process } = managed
      const left = timeout - (await askToShutDown(managed, timeout, ended, clock))
      const remaining = await clearTree({ target: targetOf(process), signal, timeout: left, ended }, sweeper, clock)
      if (remaining.length === 0) indexer.unwatch(process.config.name)
      const message = remaining.length === 0 ? '' : `still alive after SIGKILL: ${nameMembers(remaining)}`
      return { survivors: remaining.map(identityOf), message }
    },
    watchLeader({ process }, identity, gone) {
      watchLog(sourceOf(process))
      const timer = setInterval(() => {
        if (isAlive(identity)) return
        clearInterval(timer)
        gone()
      }, LOOK_EVERY).unref()
      return () => clearInterval(timer)
    },
  }
}
