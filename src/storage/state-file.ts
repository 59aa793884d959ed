import type { ResolvedProcess } from '../model/config/config.ts'
import { invalidSetting } from '../model/config/config-shape.ts'
import { firstInvalid, isNumber, isRecord, isText } from '../model/config/shape.ts'
import type { EndCause } from '../model/lifecycle/causes.ts'
import type { Health } from '../model/lifecycle/health.ts'
import type { Identity } from '../model/lifecycle/identity.ts'
import type { Live, Phase, ProcessStatus } from '../model/lifecycle/phase.ts'
import { type ManagedProcess, NEVER_STARTED, type RunExit } from '../model/lifecycle/process.ts'
import type { StatePlace } from '../model/tree/relocate.ts'
import { blockedOf, downOf, endOf, failOf, isRebuilt, isScheduled, stopOf } from './events-v1.ts'
import { invalidField, isHealth, isIdentity } from './process-shape.ts'

/** Content of `state.json`, with the place where it was written. */
export interface SavedState extends StatePlace {
  schema: number
  processes: ManagedProcess[]
}

const SCHEMA = 2

/** The text of `state.json` for these processes. */
export function writeSaved(processes: ManagedProcess[], place: StatePlace): string {
  return JSON.stringify({ schema: SCHEMA, ...place, processes } satisfies SavedState)
}

/**
 * Parses `state.json`, also of an older schema. Fields that it does not know are kept, fields that older versions did not
 * write get their defaults.
 *
 * @param now epoch ms; in the place of times that are not known
 * @throws Error in words when it is no state that this version can read
 */
export function readSaved(text: string, now: number): SavedState {
  const { schema, place, list } = parse(text)
  return { schema: SCHEMA, ...place, processes: list.map((process, i) => readProcess(process, i, schema, now)) }
}

/**
 * What can be read of a state that `readSaved` refuses, such as one of a newer version that uses what this one does not know.
 * A setting that is not known is left out if a process can do without it. Everything that was left out is told.
 *
 * @throws Error if nothing can be read
 */
export function salvageSaved(text: string, now: number): { saved: SavedState; lost: string[] } {
  const { schema, place, list } = parse(text)
  const lost: string[] = []
  const processes = list.flatMap((process, i) => {
    const { config } = (process ?? {}) as Partial<ManagedProcess>
    const unknown = unknownSettings(config)
    try {
      const read = readProcess(without(process, unknown), i, schema, now)
      lost.push(...unknown.map((setting) => `${read.config.name} goes on without \`${setting}\``))
      return [read]
    } catch (error) {
      lost.push(`${config?.name ?? 'a process'} was left out (${(error as Error).message})`)
      return []
    }
  })
  if (processes.length === 0) throw new Error('nothing in it can be read')
  return { saved: { schema: SCHEMA, ...place, processes }, lost }
}

function parse(text: string): { schema: number; place: StatePlace; list: unknown[] } {
  const saved = JSON.parse(text) as Partial<SavedState> | null
  if (typeof saved?.schema !== 'number' || !Array.isArray(saved.processes)) throw new Error('no process list in it')
  const { schema } = saved
  if (schema > SCHEMA) throw new Error(`written by a newer version (schema ${schema}, this one reads ${SCHEMA})`)
  return { schema, place: placeIn(saved), list: saved.processes }
}

function placeIn({ bootId, pidNamespace, folder, path }: Partial<SavedState>): StatePlace {
  return {
    bootId: isText(bootId) ? bootId : '',
    ...(isText(pidNamespace) && { pidNamespace }),
    ...(isText(folder) && { folder }),
    ...(isText(path) && { path }),
  }
}

function readProcess(process: unknown, i: number, schema: number, now: number): ManagedProcess {
  const place = `processes[${i}]`
  const { id, config, wanted = 'down' } = (process ?? {}) as Partial<ManagedProcess>
  if (typeof id !== 'string' || typeof config?.name !== 'string' || typeof config.program !== 'string') {
    throw new Error(`${place} has no id, name or program`)
  }
  if (!Array.isArray(config.args)) throw new Error(`${place} has no args`)
  if (wanted !== 'up' && wanted !== 'down') throw new Error(`${place}.wanted must be "up" or "down"`)
  const current = schema < 2 ? fromSchema1(process as SavedV1, place, now) : (process as ManagedProcess)
  const read = { ...NEVER_STARTED, ...current, config: { ...SAVED_CONFIG_DEFAULTS, ...currentNames(config) } }
  const wrong = invalidField(read)
  if (wrong !== undefined) throw new Error(`${place}.${wrong} is not what it must be`)
  return read
}

/** Settings with values that this version does not know, and that have a default. */
function unknownSettings(config: ResolvedProcess | undefined): string[] {
  const found: string[] = []
  let rest = config && ({ ...SAVED_CONFIG_DEFAULTS, ...config } as ResolvedProcess)
  for (let setting = rest && invalidSetting(rest); setting !== undefined; setting = rest && invalidSetting(rest)) {
    if (!Object.hasOwn(SAVED_CONFIG_DEFAULTS, setting)) return found
    found.push(setting)
    rest = {
      ...rest,
      [setting]: SAVED_CONFIG_DEFAULTS[setting as keyof typeof SAVED_CONFIG_DEFAULTS],
    } as ResolvedProcess
  }
  return found
}

function without(process: unknown, settings: string[]): unknown {
  if (settings.length === 0) return process
  const { config, ...rest } = process as ManagedProcess
  return { ...rest, config: Object.fromEntries(Object.entries(config).filter(([key]) => !settings.includes(key))) }
}

/** The config with settings by their current names. The state of an older version has the old ones. */
function currentNames(config: ResolvedProcess & { memoryEvidence?: boolean }): ResolvedProcess {
  if (config.memoryEvidence === undefined) return config
  const { memoryEvidence, ...rest } = config
  return { ...rest, heapSnapshot: memoryEvidence }
}

/** Settings that older versions did not save, as they acted then. */
const SAVED_CONFIG_DEFAULTS = {
  healthCheck: null,
  onUnhealthy: 'restart',
  startTimeout: 60_000,
  onStartTimeout: 'fail',
  maxRestartDelay: 30_000,
  stableAfter: 30_000,
  maxLogSize: 10,
  maxLogFiles: 5,
  compressLogs: false,
  mergeLogs: false,
  stopExitCodes: [],
  watch: null,
  maxMemory: null,
  maxCpu: null,
  heapSnapshot: false,
  port: null,
  ipc: false,
  instances: 1,
  instanceVariable: null,
  instanceOf: null,
  dependsOn: {},
  schedule: null,
  timezone: null,
  hooks: {},
} satisfies Partial<ResolvedProcess>

/** A process as schema 1 has it: seven statuses for twelve phases, told apart by other fields and by the words of `reason`. */
interface SavedV1 extends Omit<ManagedProcess, 'phase' | 'lastExit'> {
  status: ProcessStatus
  identity: Identity | null
  startedAt: number | null
  retryAt: number | null
  reason: string
  health: Health | null
  waitingFor: string | null
  replacing: string | null
  changedAt: number
  lastExit: (Omit<RunExit, 'ended'> & { why?: string }) | null
}

const NEVER_STARTED_V1 = {
  status: 'stopped',
  identity: null,
  startedAt: null,
  retryAt: null,
  reason: '',
  health: null,
  waitingFor: null,
  replacing: null,
  changedAt: 0,
  survivors: [],
  lastExit: null,
} satisfies Partial<SavedV1>

/** @throws Error in words when it is no process of schema 1; `place` says where it is in the file */
function fromSchema1(saved: SavedV1, place: string, now: number): ManagedProcess {
  const whole: SavedV1 = { ...NEVER_STARTED_V1, ...saved }
  const { status, identity, startedAt, retryAt, reason, health, waitingFor, replacing, changedAt, ...rest } = whole
  if (!STATUSES.has(status)) throw new Error(`${place} has status ${JSON.stringify(status)}, which is none`)
  const wrong = invalidFieldV1(whole)
  if (wrong !== undefined) throw new Error(`${place}.${wrong} is not what it must be`)
  return { ...rest, lastExit: rest.lastExit && exitFrom(rest.lastExit), phase: phaseFrom(whole, now) }
}

function phaseFrom(saved: SavedV1, now: number): Phase {
  const { status, identity, startedAt, retryAt, reason, health, waitingFor, replacing, survivors } = saved
  // A leader that was never seen was noted as pid 0.
  const live: Live | null =
    identity && identity.pid > 0 ? { leader: identity, startedAt: startedAt ?? now, health } : null
  const end = endOf(reason) ?? endFrom(saved)
  switch (status) {
    case 'stopped':
      return downOf(reason)
    case 'starting':
      if (waitingFor !== null) return { type: 'waiting', for: waitingFor }
      if (live) return { type: 'starting', live }
      return { type: 'spawning', blocked: survivors.length > 0 ? { type: 'survivors' } : blockedOf(reason) }
    case 'running':
      return live ? { type: 'running', live, rebuilt: isRebuilt(reason) } : { type: 'spawning', blocked: null }
    case 'stopping':
      return { type: 'stopping', why: stopOf(reason), live, automatic: replacing !== null }
    case 'restarting':
      return isScheduled(reason)
        ? { type: 'scheduled', at: retryAt ?? now }
        : { type: 'backoff', at: retryAt ?? now, end }
    case 'crashed':
      return identity ? { type: 'cleanup', end, live, startAt: retryAt } : { type: 'crashed', end }
    case 'error':
      return { type: 'failed', cause: failOf(reason) }
    default:
      return status satisfies never
  }
}

function exitFrom({ why, ...exit }: NonNullable<SavedV1['lastExit']>): RunExit {
  const ended = why === undefined ? undefined : endOf(why)
  return { ...exit, ended: ended === undefined || ended.type === 'exited' ? null : ended }
}

function endFrom({ lastExit }: SavedV1): EndCause {
  const { code = null, signal = null, lasted = 0 } = lastExit ?? {}
  return { type: 'exited', code, signal, lasted }
}

const STATUSES: ReadonlySet<ProcessStatus> = new Set([
  'stopped',
  'starting',
  'running',
  'stopping',
  'restarting',
  'crashed',
  'error',
])

/** The first field that only schema 1 has and whose value is of another kind than it must be; undefined: none. */
function invalidFieldV1(saved: SavedV1): string | undefined {
  const { identity, startedAt, retryAt, reason, health, waitingFor, replacing, lastExit, survivors } = saved
  return firstInvalid([
    ['identity', identity === null || isIdentity(identity)],
    ['startedAt', startedAt === null || isNumber(startedAt)],
    ['retryAt', retryAt === null || isNumber(retryAt)],
    ['reason', isText(reason)],
    ['health', health === null || isHealth(health)],
    ['waitingFor', waitingFor === null || isText(waitingFor)],
    ['replacing', replacing === null || isText(replacing)],
    ['lastExit', lastExit === null || isRecord(lastExit)],
    ['survivors', Array.isArray(survivors)],
  ])
}
