import { isAlertRule } from '../model/config/alert-shape.ts'
import type { ProcessConfig } from '../model/config/config.ts'
import { isFlag, isListOf, isNumber, isRecord, isRecordOf, isText } from '../model/config/shape.ts'
import { SIGNALS, type SignalName } from '../model/config/signals.ts'
import { ProcessManagerError } from '../model/errors.ts'
import { EVENT_TYPES, type ProcessEventType } from '../model/lifecycle/events.ts'
import type { Identity } from '../model/lifecycle/identity.ts'
import { PLANNED_ACTIONS, type PlannedAction } from '../model/planning/plan.ts'
import type { Reveal, Selection, StartRequest } from '../model/planning/requests.ts'
import { patternOf } from '../model/text/pattern.ts'
import { jsonFieldsOf } from '../model/views/json-fields.ts'
import { LOG_LEVELS, LOG_ORIGINS, type LogLevel, type LogOrigin } from '../model/views/logs.ts'
import {
  asFlag,
  asList,
  asNumber,
  type FieldsOf,
  type Json,
  optional,
  optionalObject,
  type Parser,
  parserOf,
  required,
} from './fields.ts'
import type {
  AlertSettings,
  AlertTest,
  CloseWebRequest,
  CrashesRequest,
  CrashRequest,
  FollowHistoryRequest,
  HistoryRequest,
  LogsRequest,
  MessageRequest,
  Named,
  Nothing,
  PlanRequest,
  RemoveRequest,
  SignalRequest,
  StopRequest,
  WebSettings,
} from './inputs.ts'
import type { InputOf, Operation } from './operations.ts'

/* The server checks every input, whoever sends it. Clients do not load this file. */

/** Most lines in one answer. */
const MOST_LINES = 10_000

/** Most events in one answer: more than are kept. */
const MOST_EVENTS = 1_000_000

/** Longest delay of a timer, ms. Longer ones would fire at once. */
const LONGEST_DELAY = 2 ** 31 - 1

const isIdentity = (value: unknown): value is Identity =>
  isRecord(value) && isNumber(value.pid) && isNumber(value.startTime) && isText(value.bootId)
const isTexts = (value: unknown): value is string[] => isListOf(value, isText)
const isTextRecord = (value: unknown): value is Record<string, string> => isRecordOf(value, isText)
const isWhole = (value: unknown, least: number, most: number): value is number =>
  Number.isInteger(value) && (value as number) >= least && (value as number) <= most
const isCounts = (value: unknown): value is Record<string, number> =>
  isRecordOf(value, (item): item is number => isWhole(item, 1, 1000))
const isTimeout = (value: unknown): value is number => isNumber(value) && value >= 0
const isSignal = (value: unknown): value is SignalName => SIGNALS.some((name) => name === value)
const isMaxRestarts = (value: unknown): value is number | 'unlimited' =>
  value === 'unlimited' || isWhole(value, 0, 1_000_000)
const isAutoRestart = (value: unknown): value is boolean | 'on-failure' => isFlag(value) || value === 'on-failure'
const isGiven = (value: unknown): value is unknown => value !== undefined
/** The schema of configs checks each process later, because it knows where the process was declared. */
const isProcesses = (value: unknown): value is ProcessConfig[] => Array.isArray(value)

const flag = optional(isFlag, 'true or false', asFlag)
const text = optional(isText, 'a string')
const timeout = optional(isTimeout, 'a number of milliseconds')
const delay = optional((value): value is number => isWhole(value, 0, LONGEST_DELAY), 'a whole number of milliseconds')

const named: FieldsOf<Named> = { name: required(isText, 'a string') }
const reveal: FieldsOf<Reveal> = { reveal: flag }
const selection: FieldsOf<Selection> = { names: optional(isTexts, 'a list of strings', asList), group: text, all: flag }
const limited: FieldsOf<Selection & { timeout?: number }> = { ...selection, timeout }

const lines = optional(
  (value): value is number => isWhole(value, 0, MOST_LINES),
  `a whole number from 0 to ${MOST_LINES}`,
  asNumber,
)
const time = optional(isNumber, 'a number of milliseconds since 1970', asNumber)
const isLevel = (value: unknown): value is LogLevel => LOG_LEVELS.some((level) => level === value)
const isOrigin = (value: unknown): value is LogOrigin => LOG_ORIGINS.some((origin) => origin === value)

const isPattern = (value: unknown): value is string => isText(value) && patternOf(value) !== undefined
const isFields = (value: unknown): value is string => isText(value) && jsonFieldsOf(value) !== undefined
const isPlanned = (value: unknown): value is PlannedAction => PLANNED_ACTIONS.some((action) => action === value)

const logs = parserOf<LogsRequest>({
  ...selection,
  cursor: text,
  lines,
  level: optional(isLevel, LOG_LEVELS.join(', ')),
  grep: text,
  pattern: optional(isPattern, 'a regular expression, written /source/flags'),
  fields: optional(isFields, 'fields with their values, written path=value&path=value'),
  since: time,
  until: time,
  streams: optional((value) => isListOf(value, isOrigin), `a list of ${LOG_ORIGINS.join(', ')}`, asList),
})

const isEventType = (value: unknown): value is ProcessEventType => EVENT_TYPES.some((type) => type === value)
const history: FieldsOf<HistoryRequest> = {
  names: selection.names,
  types: optional((value) => isListOf(value, isEventType), `a list of ${EVENT_TYPES.join(', ')}`, asList),
  lines: optional((value): value is number => isWhole(value, 0, MOST_EVENTS), 'a whole number', asNumber),
  since: time,
}

const start: FieldsOf<StartRequest> = {
  ...selection,
  processes: optional(isProcesses, 'a list'),
  checkedBy: text,
  origins: optional(isTextRecord, 'an object of strings'),
  source: text,
  defaults: optionalObject<NonNullable<StartRequest['defaults']>>({
    autoRestart: optional(isAutoRestart, 'true, false or "on-failure"'),
    maxRestarts: optional(isMaxRestarts, 'a whole number from 0 to 1000000, or "unlimited"'),
    restartDelay: delay,
  }),
  environment: optional(isTextRecord, 'an object of strings'),
  scale: optional(isCounts, 'an object of whole numbers from 1 to 1000'),
  owner: optional(isIdentity, 'a process identity'),
  automatic: flag,
  wait: flag,
  timeout,
}
const starts = parserOf<StartRequest>(start)

const nothing = parserOf<Nothing>({})

/** A parser for each operation. It throws a `usage` error of one sentence. */
export const PARSERS: { [Name in Operation]: Parser<InputOf<Name>> } = {
  info: nothing,
  list: parserOf<Reveal>(reveal),
  status: parserOf<Named & Reveal>({ ...named, ...reveal }),
  stats: parserOf<Named>(named),
  tree: parserOf<Named & Reveal>({ ...named, ...reveal }),
  trees: parserOf<Reveal>(reveal),
  start: starts,
  stop: parserOf<StopRequest>({ ...limited, comesBack: flag }),
  restart: starts,
  reload: starts,
  apply: starts,
  scale: starts,
  remove: parserOf<RemoveRequest>({ ...limited, logs: flag }),
  flush: parserOf<Selection>(selection),
  pause: parserOf<Selection>(selection),
  resume: parserOf<Selection>(selection),
  signal: parserOf<SignalRequest>({
    ...selection,
    signal: required(isSignal, 'the name of a signal, such as SIGHUP'),
    tree: flag,
  }),
  send: parserOf<MessageRequest>({ ...named, message: required(isGiven, 'a JSON value') }),
  release: nothing,
  events: nothing,
  history: parserOf<HistoryRequest>(history),
  followHistory: parserOf<FollowHistoryRequest>({ ...history, cursor: text }),
  plan: parserOf<PlanRequest>({ ...start, action: optional(isPlanned, PLANNED_ACTIONS.join(', ')) }),
  logs,
  followLogs: logs,
  crashes: parserOf<CrashesRequest>({ name: text }),
  crash: parserOf<CrashRequest>({ id: required(isText, 'a string') }),
  alerts: nothing,
  setAlerts: parserOf<AlertSettings>({
    rules: required((value) => isListOf(value, isAlertRule), 'a list of rules'),
    source: text,
    cwd: text,
  }),
  testAlerts: parserOf<AlertTest>({
    rule: optional((value): value is number => isWhole(value, 1, 1000), 'the number of a rule'),
  }),
  web: nothing,
  openWeb: parserOf<WebSettings>({
    port: optional((value): value is number => isWhole(value, 1, 65535), 'a whole number from 1 to 65535'),
    host: text,
    hosts: optional(isTexts, 'a list of strings'),
    tls: optionalObject<NonNullable<WebSettings['tls']>>({
      cert: required(isText, 'a file'),
      key: required(isText, 'a file'),
    }),
    insecure: flag,
    allowRun: flag,
    token: text,
    openMetrics: flag,
    source: text,
  }),
  closeWeb: parserOf<CloseWebRequest>({ source: text }),
}

/** Parses the body of a request. Throws a `usage` error. */
export function jsonOf(text: string): Json {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // Reported below, like any other value that is no object.
  }
  if (!isRecord(value)) throw new ProcessManagerError('usage', 'the body must be a JSON object')
  return value
}
