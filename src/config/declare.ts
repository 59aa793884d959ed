import { resolve } from 'node:path'
import type { ProcessConfig } from '../model/config.ts'
import { check } from './check.ts'
import { join } from './explain.ts'
import type { Place } from './place.ts'
import { originOf, type ProcessDefaults, parseProcesses } from './resolve.ts'
import { managerSchema } from './schema.ts'

/** What one `processManager` block, `processes.json` or list of processes says, validated. */
export interface Declaration {
  /** Absolute; absent: it does not say. */
  tuixDir?: string
  /** With `cwd`, `logFile` and `errorFile` absolute. */
  processes: ProcessConfig[]
  /** Where each process was declared, by name: `processes.json: processes[2]`; empty if that was in code. */
  origins: Record<string, string>
  defaults: ProcessDefaults
  /** It has a list of processes, if only an empty one. */
  declares: boolean
  /** Of another tool's file: what is not the same here, a sentence each. */
  notes?: string[]
}

export interface DeclarationSource extends Partial<Place> {
  /** Absolute folder that relative paths count from. */
  folder: string
}

/**
 * Validates an object of `ProcessManagerConfig`'s settings, or a bare list of processes. `source.path` is where it is in
 * `source.file`. Throws a `config` error, one sentence.
 */
export function processesOf(block: unknown, { file, folder, path = '' }: DeclarationSource): Declaration {
  const place = { path, ...(file !== undefined && { file }) }
  const bare = Array.isArray(block)
  const {
    tuixDir,
    processes,
    $schema: _,
    ...defaults
  } = bare ? { processes: block } : check(managerSchema, block, place)
  const list = { ...place, path: bare ? path : join(path, ['processes']) }
  const parsed = parseProcesses(processes ?? [], { ...list, cwd: folder })
  const origins = parsed.map(({ name }, index) => [name, originOf(list, index)])
  return {
    ...(tuixDir !== undefined && { tuixDir: resolve(folder, tuixDir) }),
    processes: parsed,
    origins: file === undefined ? {} : Object.fromEntries(origins),
    defaults,
    declares: processes !== undefined,
  }
}
