import type { ResolvedProcess } from '../model/config.ts'
import { completeDraft } from './complete.ts'
import { draftOf } from './draft.ts'
import type { Place } from './place.ts'
import { type ParsedProcess, type ProcessDefaults, resolveChecked } from './resolve/index.ts'

export interface ProcessContext extends Place {
  /** Absolute folder that relative paths count from: the config file's, or the manager's `cwd`. */
  cwd: string
  defaults?: ProcessDefaults
  /** Where the process was declared, kept with it for later messages: `processes.json: processes[2]`. */
  origin?: string
}

/**
 * A process given in code, validated, with `cwd`, `logFile` and `errorFile` absolute. All three count from `context.cwd`:
 * a log file does not move when the process's own `cwd` changes. What `envFile` names is read.
 */
export function parseProcess(input: unknown, { cwd, path, origin, ...context }: ProcessContext): ParsedProcess {
  // The supervisor knows a process by its origin alone: then that leads the sentence.
  const file = context.file ?? (path === '' ? origin : undefined)
  const source = { path, folder: cwd, variables: false, ...(file !== undefined && { file }) }
  return completeDraft(draftOf(input, source), { environment: {} })
}

/** Validates one process and applies every default. Throws a `config` error, one sentence. */
export function resolveProcess(input: unknown, context: ProcessContext): ResolvedProcess {
  return resolveChecked(parseProcess(input, context), context)
}
