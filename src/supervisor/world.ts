import { LogIndexer } from '../logs/index-writer.ts'
import type { ProcessEvent } from '../model/events.ts'
import { hooksOf } from '../model/hooks.ts'
import type { LogSource } from '../model/logs.ts'
import type { Target } from '../model/members.ts'
import { pathsOf, sourceOf } from '../model/paths.ts'
import type { ManagedProcess } from '../model/process.ts'
import type { Clock } from '../system/clock.ts'
import { Sweeper } from '../system/sweep.ts'
import { createEdges, targetOf } from './edges.ts'
import { runHook } from './hooks.ts'
import type { Edges, Managed } from './managed.ts'
import { createMonitoring } from './monitoring.ts'

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
  close(): void
}

export function createWorld(options: WorldOptions): World {
  const { tuixDir, clock, ownEnvironment, processes, find, emit, changed, askStart } = options
  const sweeper = new Sweeper()
  const where = (process: ManagedProcess) => sourceOf(tuixDir, process)
  const target = (process: ManagedProcess) => targetOf(process, processes(), where)
  const tell = (type: 'warning' | 'hook', name: string, run: number, message: string) =>
    emit({ time: clock.now(), name, type, run, message })
  const environmentOf = ({ environment, process }: Managed) => ({
    ...(environment ?? ownEnvironment),
    ...process.config.env,
  })
  const indexer = new LogIndexer({
    now: clock.now,
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
      emit,
      changed,
    }),
    sourceOf: where,
    targetOf: target,
    runHooks(event) {
      const managed = find(event.name)
      if (!managed) return
      const { config, restarts, reason } = managed.process
      for (const hook of hooksOf(event)) {
        const commandLine = config.hooks[hook]
        if (commandLine === undefined) continue
        const { name, pid = null, exitCode = null, signal = null, message } = event
        const facts = { hook, name, pid, exitCode, signal, restarts, reason: message || reason }
        const onOutput = (line: string) => tell('hook', name, event.run, `${hook}: ${line}`)
        void runHook(commandLine, facts, { cwd: config.cwd, env: environmentOf(managed), clock, sweeper, onOutput })
      }
    },
    close: () => indexer.close(),
  }
}
