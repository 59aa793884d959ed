import { ownProperty } from '../text/text.ts'
import {
  DEPENDENCY_CONDITIONS,
  type ResolvedProcess,
  type ResolvedWatch,
  type SharedPort,
  STOP_SIGNALS,
} from './config.ts'
import { FILE_NAME } from './file-name.ts'
import type { ResolvedHealthCheck } from './health-check.ts'
import { firstInvalid, isFlag, isListOf, isNumber, isRecord, isRecordOf, isRestartLimit, isText } from './shape.ts'

type Check = (value: unknown) => boolean

const PARTS = ['instance', 'surge', 'proxy'] satisfies SharedPort['part'][]

/** Of every setting. */
const CONFIG: { [Setting in keyof ResolvedProcess]-?: Check } = {
  name: isFileName,
  command: isText,
  program: isText,
  args: isTexts,
  cwd: isText,
  env: (value) => isRecordOf(value, isText),
  autostart: isFlag,
  startWithAll: absentOr((value) => value === false),
  autorestart: (value) => isFlag(value) || value === 'on-failure',
  restartDelay: isNumber,
  maxRestartDelay: isNumber,
  maxRestarts: isRestartLimit,
  stableAfter: isNumber,
  stopSignal: (value) => isOneOf(STOP_SIGNALS, value),
  stopTimeout: isNumber,
  stopCommand: absentOr(isText),
  daemon: absentOr((value) => value === true),
  pidFile: absentOr(isText),
  minUptime: isNumber,
  stopExitCodes: (value) => isListOf(value, isNumber),
  watch: nullOr((value) => hasShape(WATCH, value)),
  maxMemory: nullOr(isNumber),
  maxCpu: nullOr(isNumber),
  heapSnapshot: isFlag,
  port: nullOr((value) => isNumber(value) || value === 'auto'),
  share: absentOr((value) => hasShape({ port: isNumber, part: (part) => isOneOf(PARTS, part) }, value)),
  preferredPort: absentOr(isNumber),
  ports: absentOr((value) => isRecordOf(value, isPortWish)),
  references: absentOr(isTexts),
  ipc: isFlag,
  otlp: absentOr((value) => value === true || value === 'metrics' || value === 'logs'),
  // Each becomes a process.
  instances: (value) => isNumber(value) && value >= 1 && value <= 1000,
  instanceVariable: nullOr((value) => hasShape({ name: isText, from: isNumber }, value)),
  instanceOf: nullOr(isFileName),
  dependsOn: (value) => isRecordOf(value, (item) => isOneOf(DEPENDENCY_CONDITIONS, item)),
  schedule: nullOr(isText),
  timezone: nullOr(isText),
  hooks: (value) => isRecordOf(value, isText),
  logFile: absentOr(isText),
  errorFile: absentOr(isText),
  maxLogSize: isNumber,
  maxLogFiles: isNumber,
  compressLogs: isFlag,
  mergeLogs: isFlag,
  group: absentOr(isFileName),
  healthCheck: nullOr(isHealthCheck),
  onUnhealthy: (value) => value === 'restart' || value === 'none',
  startTimeout: isNumber,
  onStartTimeout: (value) => value === 'fail' || value === 'ready',
  persist: absentOr(isFlag),
  origin: absentOr(isText),
  source: absentOr(isText),
}

function isPortWish(value: unknown): boolean {
  return isNumber(value) || value === 'auto' || (isRecord(value) && isNumber(value.prefer))
}

const WATCH: { [Setting in keyof ResolvedWatch]-?: Check } = {
  paths: isTexts,
  ignore: isTexts,
  debounce: isNumber,
  cwd: isText,
  polling: absentOr((value) => isNumber(value) || value === false),
}

/** What each type of health check has besides its rules. */
const HEALTH_CHECKS: Record<ResolvedHealthCheck['type'], Record<string, Check>> = {
  output: {
    outputPattern: (value) => isText(value) || hasShape({ source: isText, flags: isText }, value),
    repeat: isFlag,
  },
  http: {
    url: isText,
    method: isText,
    expectedStatus: (value) => isListOf(value, isNumber),
    headers: (value) => isRecordOf(value, isText),
  },
  tcp: { host: isText, port: nullOr(isNumber) },
  script: { script: isText },
  exec: { command: isText },
}

const HEALTH_RULES = { interval: isNumber, timeout: isNumber, retries: isNumber, startPeriod: isNumber }

/**
 * The first setting whose value has the wrong type, such as `env`; undefined if there is none. It guards against
 * configs that never passed the schema: from an edited state file, or from another program over the API.
 */
export function invalidSetting(config: ResolvedProcess): string | undefined {
  return firstInvalid(
    Object.entries(CONFIG).map(([setting, isValid]) => [setting, isValid(config[setting as keyof ResolvedProcess])]),
  )
}

function isHealthCheck(value: unknown): boolean {
  if (!isRecord(value)) return false
  const own = ownProperty(HEALTH_CHECKS, String(value.type))
  return own !== undefined && hasShape({ ...HEALTH_RULES, ...own }, value)
}

function hasShape(shape: Record<string, Check>, value: unknown): boolean {
  return isRecord(value) && Object.entries(shape).every(([key, isValid]) => isValid(value[key]))
}

function isOneOf(values: readonly string[], value: unknown): boolean {
  return values.some((each) => each === value)
}

function isFileName(value: unknown): boolean {
  return isText(value) && FILE_NAME.test(value)
}

function isTexts(value: unknown): value is string[] {
  return isListOf(value, isText)
}

function nullOr(isValid: Check): Check {
  return (value) => value === null || isValid(value)
}

function absentOr(isValid: Check): Check {
  return (value) => value === undefined || isValid(value)
}
