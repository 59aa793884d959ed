import { statSync } from 'node:fs'
import type { LogIndexer } from '../logs/index-writer.ts'
import type { ProcessEvent } from '../model/events.ts'
import type { LogSource } from '../model/logs.ts'
import type { Target } from '../model/members.ts'
import type { Identity, ManagedProcess } from '../model/process.ts'
import type { Clock } from '../system/clock.ts'
import { bootId, identityOf, isAlive } from '../system/identity.ts'
import { Sweeper } from '../system/sweep.ts'
import { clearTree, nameMembers } from './clear.ts'
import { launch } from './launch.ts'
import type { Edges } from './managed.ts'

/** No runtime tells of the end of a process that it did not start; ms between looks. */
const LOOK_EVERY = 1000

export interface EdgesOptions {
  clock: Clock
  ownEnvironment: Record<string, string>
  sourceOf(process: ManagedProcess): LogSource
  targetOf(process: ManagedProcess): Target
  indexer: LogIndexer
  emit(event: ProcessEvent): void
  changed(): void
}

/** The real world for managed processes. */
export function createEdges({
  clock,
  ownEnvironment,
  sourceOf,
  targetOf,
  indexer,
  emit,
  changed,
}: EdgesOptions): Edges {
  const sweeper = new Sweeper()
  const watchLog = (source: LogSource) => {
    try {
      indexer.watch(source)
    } catch (error) {
      const message = `its log lines are kept without times: ${(error as Error).message}`
      emit({ time: clock.now(), name: source.name, type: 'warning', run: 0, message })
    }
  }
  return {
    clock,
    emit,
    changed,
    spawn(managed, run) {
      const source = sourceOf(managed.process)
      watchLog(source)
      return launch(managed, run, source, managed.environment ?? ownEnvironment)
    },
    async clear({ process }, { signal, timeout }, ended) {
      const left = await clearTree({ target: targetOf(process), signal, timeout, ended }, sweeper, clock)
      if (left.length === 0) indexer.unwatch(process.config.name)
      const message = left.length === 0 ? '' : `still alive after SIGKILL: ${nameMembers(left)}`
      return { survivors: left.map(identityOf), message }
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

/** What a process's tree is recognised by. A log file that another process writes too tells nothing. */
export function targetOf(
  process: ManagedProcess,
  all: ManagedProcess[],
  sourceOf: (process: ManagedProcess) => LogSource,
): Target {
  const files = ({ logFile, errorFile }: LogSource) => [logFile, errorFile]
  const own = [...new Set(files(sourceOf(process)))]
  const others = new Set(all.filter(({ id }) => id !== process.id).flatMap((other) => files(sourceOf(other))))
  const logs = own.filter((file) => !others.has(file)).flatMap(inodeOf)
  // Pids from before a reboot belong to others now, perhaps as the number of a group or session.
  const leader = process.identity && ofThisBoot(process.identity) ? process.identity : null
  return { id: process.id, leader, known: process.survivors.filter(ofThisBoot), logs }
}

function ofThisBoot(identity: Identity): boolean {
  return identity.bootId === bootId()
}

/** `DEVICE:INODE` of a regular file; nothing for others: half the system has `/dev/null` as its output. */
function inodeOf(file: string): string[] {
  const stat = statSync(file, { throwIfNoEntry: false })
  return stat?.isFile() ? [`${stat.dev}:${stat.ino}`] : []
}
