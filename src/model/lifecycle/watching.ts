import { begin } from './begin.ts'
import type { FileChange } from './causes.ts'
import { announce, becomes, type Effect, emit, type Input, type InputOf, type Transition, unchanged } from './inputs.ts'
import { stopFor } from './kill.ts'
import { isAtRest, liveOf, runs, waitsForChange } from './phase.ts'
import type { ManagedProcess } from './process.ts'
import { watchVerdict } from './restart-loop.ts'

/* Changes of watched files: they restart a run, and start again what has crashed or was given up. */

export function fileChanged(process: ManagedProcess, { files, at }: InputOf<'file-changed'>, now: number): Transition {
  const isWoken = waitsForChange(process)
  if (!runs(process.phase) && !isWoken) return unchanged(process)
  const { counts, rewrites, suspended } = watchVerdict(process.rewrites, { files, at, since: lastEdge(process) })
  const next: ManagedProcess = { ...process, rewrites }
  const warnings =
    suspended === null ? [] : [emit(next, { type: 'warning', cause: { type: 'self-change', file: suspended } }, now)]
  const [file] = counts
  if (file === undefined) return becomes(next, ...warnings)
  const cause: FileChange = { type: 'change', file, others: files.length - 1 }
  return announce(warnings, isWoken ? wake(next, cause, now) : stopFor(next, cause, true))
}

/** Epoch ms of the start of its run, or of the end if it has ended. */
function lastEdge({ run, phase, lastExit }: ManagedProcess): number {
  return liveOf(phase)?.startedAt ?? (lastExit?.run === run ? lastExit.at : 0)
}

/** The change may have repaired what was wrong, so the failures before it no longer count. */
function wake(process: ManagedProcess, cause: FileChange, now: number): Transition {
  const { phase, restarts } = process
  const awake: ManagedProcess = { ...process, wanted: 'up', failures: 0, restarts: restarts + 1 }
  const event = emit(awake, { type: 'restart', cause }, now)
  // What it depends on may be down too, and has to be started first.
  if (phase.type === 'failed' && phase.cause.type === 'dependency') {
    return becomes({ ...awake, phase: { type: 'stopped', why: null } }, event, { type: 'request-start' })
  }
  return announce([event], begin(awake))
}

/** Adds to a step that files are watched between two runs, and that this ends. */
export function watchAtRest(before: ManagedProcess, input: Input, step: Transition): Transition {
  const { process, effects } = step
  const isRecovery = input.type === 'recover'
  const isConfigured = input.type === 'configure' && isAtRest(process.phase)
  if (before.phase === process.phase && !isRecovery && !isConfigured) return step
  const hasWatch = waitsForChange(before) && !isRecovery
  const isEnded = !hasWatch || effects.some(({ type }) => type === 'cancel')
  const end: Effect[] = isEnded ? [] : [{ type: 'cancel' }]
  const watch: Effect[] = waitsForChange(process) ? [{ type: 'watch', run: process.run }] : []
  return becomes(process, ...end, ...effects, ...watch)
}
