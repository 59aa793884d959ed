import { invalidSetting } from '../model/config/config-shape.ts'
import { firstInvalid, isListOf, isNumber, isRecord, isRecordOf, isText } from '../model/config/shape.ts'
import type { Blocked, EndCause, FailCause, SpawnProblem, StopCause } from '../model/lifecycle/causes.ts'
import type { Phase } from '../model/lifecycle/phase.ts'
import type { ManagedProcess } from '../model/lifecycle/process.ts'

/*
 * What a saved process must look like. A file that somebody edited, or that a disk damaged, is refused as a whole rather than
 * believed in parts.
 */

/** The first field whose value is of another kind than everything else relies on: `config.env`, `phase`; undefined: none. */
export function invalidField(process: ManagedProcess): string | undefined {
  const { config, logStart, lastExit, owner, port, ports, given } = process
  const setting = invalidSetting(config)
  if (setting !== undefined) return `config.${setting}`
  return firstInvalid([
    ...(['run', 'restarts', 'failures'] as const).map((key): [string, boolean] => [key, isNumber(process[key])]),
    ['logStart', isRecord(logStart) && isNumber(logStart.stdout) && isNumber(logStart.stderr)],
    ['lastExit', lastExit === null || isExit(lastExit)],
    ['owner', owner === null || isIdentity(owner)],
    ['survivors', isListOf(process.survivors, isIdentity)],
    ['port', port === null || isNumber(port)],
    ['ports', ports === undefined || isRecordOf(ports, isNumber)],
    ['given', given === undefined || isRecordOf(given, isText)],
    ['rewrites', isListOf(process.rewrites, isRewrites)],
    ['comesBack', isAmong(undefined, true)(process.comesBack)],
    ['phase', isPhase(process.phase)],
    ['totals', process.totals === undefined || isTotals(process.totals)],
  ])
}

export function isIdentity(value: unknown): boolean {
  return hasFields(value, { pid: Number.isInteger, startTime: isNumber, bootId: isText, pidNamespace: isTextOrAbsent })
}

const isTextOrAbsent = (value: unknown) => value === undefined || isText(value)

function isTotals(value: unknown): boolean {
  return hasFields(value, { restarts: isNumber, crashes: (crashes) => isRecordOf(crashes, isNumber) })
}

function isRewrites(value: unknown): boolean {
  return hasFields(value, { file: isText, at: isNumber, delays: (delays) => isListOf(delays, isNumber) })
}

export function isHealth(value: unknown): boolean {
  return isRecord(value) && Array.isArray((value as Record<string, unknown>).history)
}

type Check = (value: unknown) => boolean

/** What each member of a union must have beside its type. */
type Shapes<Union extends { type: string }> = {
  [Type in Union['type']]: { [Field in Exclude<keyof Extract<Union, { type: Type }>, 'type'>]: Check }
}

function isOneOf<Union extends { type: string }>(shapes: Shapes<Union>): Check {
  return (value) => {
    if (!isRecord(value)) return false
    const { type } = value as { type?: unknown }
    return typeof type === 'string' && Object.hasOwn(shapes, type) && hasFields(value, shapes[type as Union['type']])
  }
}

function hasFields(value: unknown, fields: Record<string, Check>): boolean {
  return isRecord(value) && Object.entries(fields).every(([key, isValid]) => isValid((value as never)[key]))
}

const orNull =
  (isValid: Check): Check =>
  (value) =>
    value === null || isValid(value)
const isAmong =
  (...values: unknown[]): Check =>
  (value) =>
    values.includes(value)
const isFlag = isAmong(true, false)

const isManaged: Check = (value) =>
  value === undefined || hasFields(value, { name: isText, folder: isTextOrAbsent, project: isTextOrAbsent })
const isSystemProcess: Check = (value) => hasFields(value, { pid: Number.isInteger, name: isText, managed: isManaged })
const isLive: Check = (value) => {
  return hasFields(value, { leader: isIdentity, startedAt: isNumber, health: orNull(isHealth) })
}
const isSnapshot: Check = (value) => isRecord(value) && Object.values(value as object).every(isText)

/** Who has a port. What only makes the sentence longer may be missing. */
const IS_HOLDING = {
  port: isNumber,
  holder: orNull(isSystemProcess),
  user: isTextOrAbsent,
  hidden: (value: unknown) => value === undefined || value === true,
}

const isSpawnProblem = isOneOf<SpawnProblem>({
  'no-program': { program: isText },
  'no-interpreter': { program: isText },
  'not-found': { program: isText },
  'not-executable': { program: isText },
  'no-shebang': { program: isText },
  'no-free-port': {},
  'process-limit': {},
  'no-value': { reference: isText, why: isText },
  'port-taken': IS_HOLDING,
  system: { detail: isText },
})
const isEnd = isOneOf<EndCause>({
  exited: { code: orNull(isNumber), signal: orNull(isText), lasted: isNumber },
  unhealthy: { detail: isText },
  'not-ready': { awaited: isText, within: isNumber, detail: orNull(isText) },
  'over-limit': { of: isText, used: isNumber, limit: isNumber, snapshot: orNull(isSnapshot) },
  'spawn-failed': { problem: isSpawnProblem },
})
const isFailure = isOneOf<FailCause>({
  'gave-up': { restarts: isNumber },
  'spawn-failed': { problem: isSpawnProblem },
  refused: { detail: isText },
  dependency: { name: isText, what: isText, detail: isText },
  survivors: { members: (value) => isListOf(value, isSystemProcess) },
})
const isStopCause = isOneOf<StopCause>({
  stop: {},
  restart: {},
  leftovers: {},
  change: { file: isText, others: isNumber },
})
const isBlocked = isOneOf<Blocked>({ survivors: {}, port: IS_HOLDING })

const isPhase = isOneOf<Phase>({
  stopped: { why: isAmong(null, 'schedule-over', 'lost') },
  completed: { code: isNumber },
  crashed: { end: isEnd },
  failed: { cause: isFailure },
  waiting: { for: isText },
  scheduled: { at: isNumber },
  backoff: { at: isNumber, end: isEnd },
  spawning: { blocked: orNull(isBlocked) },
  starting: { live: isLive },
  running: { live: isLive, rebuilt: isFlag },
  paused: { live: isLive, rebuilt: isFlag },
  stopping: { why: isStopCause, live: orNull(isLive), automatic: isFlag },
  cleanup: { end: isEnd, live: orNull(isLive), startAt: orNull(isNumber) },
})

function isExit(value: unknown): boolean {
  return hasFields(value, { run: isNumber, lasted: isNumber, at: isNumber, ended: orNull(isEnd) })
}
