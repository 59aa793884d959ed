/* Checks the fields of answers that clients rely on. Other fields may be missing or new in other versions. Kept light, since `list` loads it. */
import { isFlag, isListOf, isNumber, isRecord, isText } from '../model/config/shape.ts'
import type { ProcessEvent } from '../model/lifecycle/events.ts'
import type { PlanStep } from '../model/planning/plan.ts'
import type { ProcessTree } from '../model/tree/tree.ts'
import type { AlertsInfo, AlertTestResult } from '../model/views/alerts-info.ts'
import type { CrashBrief, CrashReport } from '../model/views/crash-report.ts'
import type { EventPage, LogPage } from '../model/views/logs.ts'
import type { Outcome } from '../model/views/outcome.ts'
import type { ProcessDetail, ProcessState, ProcessStats } from '../model/views/state.ts'
import type { SupervisorInfo } from '../model/views/supervisor-info.ts'
import type { WebInfo } from '../model/views/web-info.ts'

export function isSupervisorInfo(value: unknown): value is SupervisorInfo {
  if (!isRecord(value) || !isRecord(value.identity)) return false
  return isNumber(value.identity.pid) && isText(value.socket) && isText(value.version) && isText(value.mode)
}

function isState(value: unknown): value is ProcessState {
  return (
    isRecord(value) &&
    isText(value.name) &&
    isText(value.status) &&
    isText(value.wanted) &&
    isText(value.reason) &&
    isNumberOrNull(value.pid) &&
    isNumber(value.uptime) &&
    isNumber(value.restarts) &&
    isNumber(value.run) &&
    isListOf(value.dependsOn, isText)
  )
}

export function areStates(value: unknown): value is ProcessState[] {
  return isListOf(value, isState)
}

export function isDetail(value: unknown): value is ProcessDetail {
  if (!isState(value)) return false
  const { config, healthHistory, metrics } = value as Partial<ProcessDetail>
  return isRecord(config) && isRecord(config.env) && Array.isArray(healthHistory) && isRecord(metrics)
}

export function isStats(value: unknown): value is ProcessStats {
  if (!isRecord(value)) return false
  return isNumber(value.memory) && isNumber(value.cpu) && isNumber(value.uptime) && isNumber(value.processes)
}

export function isTree(value: unknown): value is ProcessTree {
  return isRecord(value) && isText(value.name) && isNumberOrNull(value.pid) && isListOf(value.members, isMember)
}

export function areTrees(value: unknown): value is ProcessTree[] {
  return isListOf(value, isTree)
}

function isMember(value: unknown): boolean {
  if (!isRecord(value)) return false
  const { pid, ppid, command, ports } = value
  return isNumber(pid) && isNumber(ppid) && isListOf(command, isText) && isListOf(ports, isRecord)
}

function isOutcome(value: unknown): value is Outcome {
  if (!isRecord(value)) return false
  const { name, ok, message, warnings, state } = value
  return isText(name) && isFlag(ok) && isText(message) && isListOf(warnings, isText) && isStateOrAbsent(state)
}

export function areOutcomes(value: unknown): value is Outcome[] {
  return isListOf(value, isOutcome)
}

export function isSent(value: unknown): value is { sent: true } {
  return isRecord(value) && value.sent === true
}

export function isReleased(value: unknown): value is { released: true } {
  return isRecord(value) && value.released === true
}

export function isEvent(value: unknown): value is ProcessEvent {
  if (!isRecord(value)) return false
  const { time, name, type, run, message } = value
  return isNumber(time) && isText(name) && isText(type) && isNumber(run) && isText(message)
}

export function isLogPage(value: unknown): value is LogPage {
  return isRecord(value) && isListOf(value.logs, isRecord) && isText(value.cursor)
}

export function areEvents(value: unknown): value is ProcessEvent[] {
  return isListOf(value, isEvent)
}

export function isEventPage(value: unknown): value is EventPage {
  return isRecord(value) && areEvents(value.events) && isText(value.cursor)
}

export function arePlanSteps(value: unknown): value is PlanStep[] {
  return isListOf(value, isPlanStep)
}

function isPlanStep(value: unknown): value is PlanStep {
  return isRecord(value) && isText(value.name) && isText(value.action) && isListOf(value.changes, isText)
}

function isCrashBrief(value: unknown): value is CrashBrief {
  return isRecord(value) && isText(value.id) && isText(value.name) && isNumber(value.time) && isText(value.message)
}

export function areCrashes(value: unknown): value is CrashBrief[] {
  return isListOf(value, isCrashBrief)
}

export function isCrash(value: unknown): value is CrashReport {
  if (!isCrashBrief(value)) return false
  const { stdout, stderr, causes } = value as Partial<CrashReport>
  return isListOf(stdout, isRecord) && isListOf(stderr, isRecord) && isListOf(causes, isRecord)
}

export function isAlertsInfo(value: unknown): value is AlertsInfo {
  return isRecord(value) && isListOf(value.rules, isRecord) && isListOf(value.open, isRecord)
}

export function areAlertTests(value: unknown): value is AlertTestResult[] {
  return isListOf(value, (item) => isRecord(item) && isNumber(item.rule) && isFlag(item.ok) && isText(item.answer))
}

export function isWebInfo(value: unknown): value is WebInfo {
  return isRecord(value) && (value.url === null || isText(value.url))
}

function isNumberOrNull(value: unknown): boolean {
  return value === null || isNumber(value)
}

function isStateOrAbsent(value: unknown): boolean {
  return value === undefined || isState(value)
}
