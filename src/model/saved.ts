import type { ManagedProcess } from './process.ts'

/** Content of `state.json`. */
export interface SavedState {
  schema: number
  /** Boot during which it was written. */
  bootId: string
  processes: ManagedProcess[]
}

const SCHEMA = 1

/** The text of `state.json` for these processes. */
export function writeSaved(processes: ManagedProcess[], bootId: string): string {
  return JSON.stringify({ schema: SCHEMA, bootId, processes } satisfies SavedState)
}

/**
 * Parses `state.json`. Fields that it does not know are kept, fields that older versions did not write get their defaults.
 *
 * @throws Error in words when it is no state that this version can read
 */
export function readSaved(text: string): SavedState {
  const saved = JSON.parse(text) as Partial<SavedState> | null
  if (typeof saved?.schema !== 'number' || !Array.isArray(saved.processes)) throw new Error('no process list in it')
  if (saved.schema > SCHEMA)
    throw new Error(`written by a newer version (schema ${saved.schema}, this one reads ${SCHEMA})`)
  const processes = saved.processes.map((process, i) => {
    if (
      typeof process?.id !== 'string' ||
      typeof process.config?.name !== 'string' ||
      typeof process.config.program !== 'string'
    ) {
      throw new Error(`processes[${i}] has no id, name or program`)
    }
    return { ...EMPTY, ...process }
  })
  return { schema: SCHEMA, bootId: typeof saved.bootId === 'string' ? saved.bootId : '', processes }
}

const EMPTY: Omit<ManagedProcess, 'id' | 'config'> = {
  wanted: 'down',
  status: 'stopped',
  run: 0,
  identity: null,
  startedAt: null,
  restarts: 0,
  failures: 0,
  retryAt: null,
  lastExit: null,
  reason: '',
  survivors: [],
  adopted: false,
  owner: null,
  changedAt: 0,
}

/** A process that has been declared and never started. */
export function newProcess(id: string, config: ManagedProcess['config'], now: number): ManagedProcess {
  return { ...EMPTY, id, config, changedAt: now }
}
