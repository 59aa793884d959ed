import type { ResolvedProcess } from '../model/config/config.ts'
import { completeDraft, isComplete } from './complete.ts'
import { draftOf } from './draft.ts'
import type { Place } from './place.ts'
import { type ParsedProcess, type ProcessDefaults, resolveChecked } from './resolve/index.ts'

export interface ProcessContext extends Place {
  /** Absolute folder that relative paths are relative to: that of the config file, or the manager's `cwd`. */
  cwd: string
  defaults?: ProcessDefaults
  /** Place of the declaration for later messages, such as `processes.json: processes[2]`. */
  origin?: string
}

/**
 * Validates a process given in code, reads its env files, and makes `cwd`, `logFile` and `errorFile` absolute. All
 * three are relative to `context.cwd`, so that a log file does not move when the process's own `cwd` changes. A
 * process from a loaded config, or one that was parsed before, is returned as it is.
 */
export function parseProcess(input: unknown, { cwd, path, origin, ...context }: ProcessContext): ParsedProcess {
  if (isComplete(input)) return input
  // The supervisor knows a process by its origin alone: then that leads the sentence.
  const file = context.file ?? (path === '' ? origin : undefined)
  const source = { path, folder: cwd, variables: false, ...(file !== undefined && { file }) }
  return completeDraft(draftOf(input, source), { environment: {} })
}

/** Validates a process and applies every default. Throws a `config` error of one sentence. */
export function resolveProcess(input: unknown, context: ProcessContext): ResolvedProcess {
  return resolveChecked(parseProcess(input, context), context)
}
