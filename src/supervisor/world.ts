import { rmSync } from 'node:fs'
import { deleteLog } from '../logs/flush.ts'
import { LogIndexer } from '../logs/index-writer.ts'
import { isForeignLink } from '../logs/links.ts'
import { LogRotator } from '../logs/rotator.ts'
import type { ProcessEvent } from '../model/events.ts'
import { hooksOf } from '../model/hooks.ts'
import type { LogSource } from '../model/logs.ts'
import type { Target } from '../model/members.ts'
import { pathsOf, sourceOf } from '../model/paths.ts'
import type { ManagedProcess } from '../model/process.ts'
import type { Clock } from '../system/clock.ts'
import { Sweeper } from '../system/sweep.ts'
import { createEdges } from './edges.ts'
import { createHiding } from './hiding.ts'
import { runHook } from './hooks.ts'
import type { Edges, Managed } from './managed.ts'
import { createMonitoring } from './monitoring.ts'
import { targetOf } from './target.ts'

/** Bytes. */
const MB = 1_000_000

export interface WorldOptions {
  tuixDir: string
  clock: Clock
  /** What processes inherit whose own environment is not known any more. */
  ownEnvironment: Record<string, string>
  /** All processes there are. */
  processes(): ManagedProcess[]
  find(name: string): Managed | undefined
  emit(event: ProcessEvent): void
  changed(): void
  askStart(managed: Managed): void
}

/** Everything outside that one supervisor's processes deal with. */
export interface World {
  edges: Edges
  sourceOf(process: ManagedProcess): LogSource
  targetOf(process: ManagedProcess): Target
  /** Runs the hooks that an event calls for. */
  runHooks(event: ProcessEvent): void
  /** Ends what an earlier supervisor was killed in: rotations of these processes' logs. */
  recoverLogs(processes: ManagedProcess[]): Promise<void>
  /** Empties a process's logs and notes it as an event; resolves with how many bytes there were. */
  flushLogs(process: ManagedProcess): Promise<number>
  /** Deletes the log files of one that is no longer there, but for those that another process writes too. */
  deleteLogs(process: ManagedProcess): Promise<void>
  close(): void
}

export function createWorld(options: WorldOptions): World {
  const { tuixDir, clock, ownEnvironment, processes, find, emit, changed, askStart } = options
  const sweeper = new Sweeper()
  const sources = new WeakMap<ManagedProcess['config'], LogSource>()
  // To tell whose a log is, each of a hundred processes asks it of all the others.
  const where = (process: ManagedProcess) => {
    const source = sources.get(process.config) ?? sourceOf(tuixDir, process)
    sources.set(process.config, source)
    return source
  }
  const target = (process: ManagedProcess) => targetOf(process, processes(), where)
  const tell = (type: 'warning' | 'hook', name: string, run: number, message: string) =>
    emit({ time: clock.now(), name, type, run, message })
  const environmentOf = ({ environment, process }: Managed) => ({
    ...(environment ?? ownEnvironment),
    ...(process.port !== null && { PORT: String(process.port) }),
    ...process.config.env,
  })
  const hideSecrets = createHiding(environmentOf)
  const rotator = new LogRotator({
    folder: pathsOf(tuixDir).logs,
    onError: (log, error) =>
      tell('warning', '', 0, `${log} could not be rotated and goes on growing: ${(error as Error).message}`),
  })
  const indexer = new LogIndexer({
    now: clock.now,
    movesOf: (log) => rotator.movesOf(log),
    onSize(name, stream, size) {
      const managed = find(name)
      if (!managed) return
      const { maxLogSize, maxLogFiles, compressLogs } = managed.process.config
      const limits = { maxLogSize: maxLogSize * MB, maxLogFiles, compress: compressLogs }
      if (size <= limits.maxLogSize) return
      const { logFile, errorFile } = where(managed.process)
      // The index is to know the sizes after the cut.
      void rotator.check(stream === 'stdout' ? logFile : errorFile, size, limits).then(() => indexer.note(name))
    },
    onError: (name, error) =>
      tell(
        'warning',
        name,
        0,
        `its log index cannot be written, lines are kept without times: ${(error as Error).message}`,
      ),
  })
  const monitor = createMonitoring({
    clock,
    sweeper,
    tuixDir,
    logsFolder: pathsOf(tuixDir).logs,
    environmentOf,
    sourceOf: where,
    targetOf: target,
    warn: ({ process }, message) => tell('warning', process.config.name, process.run, message),
  })
  return {
    edges: createEdges({
      clock,
      sweeper,
      ownEnvironment,
      sourceOf: where,
      targetOf: target,
      indexer,
      monitor,
      askStart,
      hideSecrets,
      emit,
      changed,
    }),
    sourceOf: where,
    targetOf: target,
    runHooks(event) {
      const managed = find(event.name)
      if (!managed) return
      const { config, restarts, reason, identity } = managed.process
      const pid = identity?.pid ?? null
      for (const hook of hooksOf(event)) {
        const commandLine = config.hooks[hook]
        if (commandLine === undefined) continue
        const { name, exitCode = null, signal = null, message } = event
        const facts = { hook, name, pid, exitCode, signal, restarts, reason: message || reason }
        const onOutput = (line: string) => tell('hook', name, event.run, `${hook}: ${hideSecrets(managed, line)}`)
        void runHook(commandLine, facts, { cwd: config.cwd, env: environmentOf(managed), clock, sweeper, onOutput })
      }
    },
    async recoverLogs(saved) {
      const logs = new Set(saved.map(where).flatMap(({ logFile, errorFile }) => [logFile, errorFile]))
      await Promise.all([...logs].map((log) => rotator.recover(log)))
    },
    async flushLogs(process) {
      const { logFile, errorFile } = where(process)
      const counts = await Promise.all([...new Set([logFile, errorFile])].map((log) => rotator.flush(log)))
      const { config, run } = process
      emit({ time: clock.now(), name: config.name, type: 'flush', run, message: 'log emptied' })
      return counts.reduce((sum, bytes) => sum + bytes, 0)
    },
    async deleteLogs(process) {
      const { logFile, errorFile, indexFile } = where(process)
      const isWritten = (log: string) =>
        processes().some((other) =>
          [where(other).logFile, where(other).errorFile, where(other).indexFile].includes(log),
        )
      const logs = [...new Set([logFile, errorFile])].filter(
        (log) => !isWritten(log) && !isForeignLink(log, pathsOf(tuixDir).logs),
      )
      await Promise.all(logs.map((log) => rotator.flush(log)))
      // Looked at again: the name may have been declared anew meanwhile.
      for (const log of logs) if (!isWritten(log)) deleteLog(log)
      if (!isWritten(indexFile)) rmSync(indexFile, { force: true })
    },
    close: () => indexer.close(),
  }
}
