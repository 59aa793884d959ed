import type { ResolvedProcess } from './config.ts'
import type { ManagedProcess, ProcessStatus } from './process.ts'
import { misshapen } from './saved-shape.ts'

/** Content of `state.json`. */
export interface SavedState {
  schema: number
  /** Boot during which it was written. */
  bootId: string
  processes: ManagedProcess[]
}

const SCHEMA = 1

const STATUSES: ReadonlySet<ProcessStatus> = new Set([
  'stopped',
  'starting',
  'running',
  'stopping',
  'restarting',
  'crashed',
  'error',
])

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
    const { id, config, status = 'stopped', wanted = 'down' } = (process ?? {}) as Partial<ManagedProcess>
    if (typeof id !== 'string' || typeof config?.name !== 'string' || typeof config.program !== 'string') {
      throw new Error(`processes[${i}] has no id, name or program`)
    }
    if (!Array.isArray(config.args)) throw new Error(`processes[${i}] has no args`)
    if (!STATUSES.has(status)) throw new Error(`processes[${i}] has status ${JSON.stringify(status)}, which is none`)
    if (wanted !== 'up' && wanted !== 'down') throw new Error(`processes[${i}] is wanted neither up nor down`)
    const read = { ...EMPTY, ...process, config: { ...SAVED_CONFIG_DEFAULTS, ...process.config } }
    const wrong = misshapen(read)
    if (wrong !== undefined) throw new Error(`processes[${i}].${wrong} is not what it must be`)
    return read
  })
  return { schema: SCHEMA, bootId: typeof saved.bootId === 'string' ? saved.bootId : '', processes }
}

/** Settings that older versions did not save, as they acted then. */
const SAVED_CONFIG_DEFAULTS = {
  healthCheck: null,
  onUnhealthy: 'restart',
  startTimeout: 60_000,
  maxLogSize: 10,
  maxLogFiles: 5,
  compressLogs: false,
  mergeLogs: false,
  stopExitCodes: [],
  watch: null,
  maxMemory: null,
  maxCpu: null,
  memoryEvidence: false,
  port: null,
  ipc: false,
  instances: 1,
  instanceOf: null,
  dependsOn: {},
  schedule: null,
  hooks: {},
} satisfies Partial<ResolvedProcess>

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
  health: null,
  logStart: { stdout: 0, stderr: 0 },
  port: null,
  waitingFor: null,
  replacing: null,
  changes: [],
  suspended: null,
  changedAt: 0,
}

/** A process that has been declared and never started. */
export function newProcess(id: string, config: ManagedProcess['config'], now: number): ManagedProcess {
  return { ...EMPTY, id, config, changedAt: now }
}
