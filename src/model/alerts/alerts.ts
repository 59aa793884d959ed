import type { AlertKind, AlertRule } from '../config/alerts.ts'
import type { EndCause, FailCause } from '../lifecycle/causes.ts'
import * as describe from '../lifecycle/describe.ts'
import type { EventCause, ProcessEvent } from '../lifecycle/events.ts'
import { firing, type Over, resolved } from './messages.ts'
import type { AlertMessage, OpenAlert } from './open-alert.ts'

/*
 * When somebody is told what. An alert opens with what goes wrong and closes when that is over. In between, what happens again is
 * counted, and not told.
 */

export type AlertInput =
  /**
   * `base`: declared name of the process; `stableAfter`: ms for which it has to stay up; `oom`: its memory was the reason, for
   * certain or probably.
   */
  | { type: 'event'; event: ProcessEvent; base: string; stableAfter: number; oom: 'limit' | 'probably' | null }
  /** The disk was looked at. `detail`: how full it is; null if there is room again, undefined if it is neither. */
  | { type: 'disk'; detail: string | null | undefined }
  /** Time has passed. `up`: names of the processes that are up; `down`: of those that are stopped, as somebody wants it. */
  | { type: 'time'; up: ReadonlySet<string>; down: ReadonlySet<string> }

/** Rules by id. */
export type AlertRules = ReadonlyMap<string, AlertRule>

export interface AlertStep {
  open: OpenAlert[]
  messages: AlertMessage[]
}

/** Causes that are told apart, of one process and kind. Others count as the last of them. */
const MOST_CAUSES = 5

/** The alerts after an input, and the messages to send. */
export function step(before: OpenAlert[], rules: AlertRules, input: AlertInput, now: number): AlertStep {
  const known = before.filter(({ rule }) => rules.has(rule))
  switch (input.type) {
    case 'event':
      return told(afterEvent(known, rules, input), rules, now)
    case 'disk':
      return told(afterDisk(known, rules, input.detail, now), rules, now)
    case 'time':
      return told(afterTime(known, input, now), rules, now)
    default:
      return input satisfies never
  }
}

/** When to look again, epoch ms; null if nothing waits for its time. */
export function nextLook(open: OpenAlert[], rules: AlertRules): number | null {
  const times = open.flatMap((alert) => dueAt(alert, rules) ?? [])
  return times.length === 0 ? null : Math.min(...times)
}

function dueAt({ rule, since, told: toldAt, overAt }: OpenAlert, rules: AlertRules): number | null {
  // While it may be over, nothing is told.
  if (overAt !== null) return overAt
  const { after = 0, repeat = null } = rules.get(rule) ?? {}
  if (toldAt === null) return since + after
  return repeat === null ? null : toldAt + repeat
}

/** What is still open, and what is over, with the reason. */
interface Sorted {
  open: OpenAlert[]
  over: { alert: OpenAlert; why: Over }[]
}

/** Adds the messages that are due. */
function told({ open, over }: Sorted, rules: AlertRules, now: number): AlertStep {
  const messages: AlertMessage[] = []
  for (const { alert, why } of over) {
    if (alert.told !== null && rules.get(alert.rule)?.resolve) messages.push(resolved(alert, why, now))
  }
  const after = open.map((alert) => {
    const due = alert.overAt === null ? dueAt(alert, rules) : null
    if (due === null || due > now) return alert
    messages.push(firing(alert, now))
    return { ...alert, told: now, messages: alert.messages + 1 }
  })
  return { open: after, messages }
}

function afterEvent(
  open: OpenAlert[],
  rules: AlertRules,
  { event, base, stableAfter, oom }: Extract<AlertInput, { type: 'event' }>,
): Sorted {
  const { name, time, type } = event
  const isOwn = (alert: OpenAlert) => alert.process === name
  const close = (isOver: (alert: OpenAlert) => boolean, why: Over): Sorted => ({
    open: open.filter((alert) => !isOver(alert)),
    over: open.filter(isOver).map((alert) => ({ alert, why })),
  })
  const set = (overAt: number | null) => open.map((alert) => (isOwn(alert) ? { ...alert, overAt } : alert))
  switch (type) {
    case 'crash':
    case 'error':
    case 'health': {
      if (type === 'health' && event.health === 'healthy')
        return close((alert) => isOwn(alert) && alert.kind === 'unhealthy', 'healthy')
      const happened = happening(event, oom)
      const failed = type === 'health' ? open : set(null)
      return { open: happened ? openedBy(failed, rules, happened, { name, base, time }) : failed, over: [] }
    }
    case 'ready':
      return { open: set(time + stableAfter), over: [] }
    case 'exit':
    case 'stop':
    case 'remove':
      return close(isOwn, type === 'exit' ? 'completed' : type === 'stop' ? 'stopped' : 'removed')
    default:
      return { open, over: [] }
  }
}

interface Happening {
  /** The first of these that a rule is about. */
  kinds: AlertKind[]
  /** Null if nobody saw how it ended. It then counts as the last cause that was seen. */
  fingerprint: string | null
  detail: string
  cause: EventCause | null
}

/** What an event tells that rules may be about. */
function happening(event: ProcessEvent, oom: 'limit' | 'probably' | null): Happening | undefined {
  const { type, cause = null, message } = event
  if (type === 'crash') {
    const detail = cause ? describe.cause(cause) : message
    const fingerprint = cause ? fingerprintOf(cause as EndCause) : null
    const kinds: AlertKind[] = oom ? ['oom', 'crash'] : ['crash']
    return { kinds, fingerprint: oom ? `${oom} ${fingerprint}` : fingerprint, detail, cause }
  }
  if (type === 'health' && event.health === 'unhealthy')
    return { kinds: ['unhealthy'], fingerprint: '', detail: cause ? describe.cause(cause) : message, cause }
  // The dependency itself is told of.
  if (type !== 'error' || cause?.type === 'dependency') return undefined
  return { kinds: ['giveUp'], fingerprint: cause ? fingerprintOf(cause as FailCause) : '', detail: message, cause }
}

/** The kind of a cause, without what differs each time. */
function fingerprintOf(cause: EndCause | FailCause): string | null {
  switch (cause.type) {
    case 'exited':
      return cause.signal ?? (cause.code === null ? null : `exited ${cause.code}`)
    case 'spawn-failed':
      return `spawn-failed ${cause.problem.type}`
    case 'over-limit':
      return `over-limit ${cause.of}`
    default:
      return cause.type
  }
}

/** Opens an alert for each rule that is about it, or counts it. */
function openedBy(
  open: OpenAlert[],
  rules: AlertRules,
  { kinds, fingerprint, detail, cause }: Happening,
  { name, base, time }: { name: string; base: string; time: number },
): OpenAlert[] {
  const after = [...open]
  for (const [rule, { on, processes }] of rules) {
    const kind = kinds.find((one) => on.includes(one))
    if (kind === undefined || (processes && !processes.includes(name) && !processes.includes(base))) continue
    const alike = after.filter((alert) => alert.rule === rule && alert.process === name && alert.kind === kind)
    const isFolded = fingerprint === null || alike.length >= MOST_CAUSES
    const same = alike.find((alert) => alert.fingerprint === fingerprint) ?? (isFolded ? alike.at(-1) : undefined)
    const news = { last: time, detail, cause }
    if (same) after[after.indexOf(same)] = { ...same, ...news, count: same.count + 1 }
    else
      after.push({
        ...{
          rule,
          process: name,
          kind,
          fingerprint: fingerprint ?? '',
          since: time,
          count: 1,
          told: null,
          messages: 0,
          overAt: null,
        },
        ...news,
      })
  }
  return after
}

function afterDisk(open: OpenAlert[], rules: AlertRules, detail: string | null | undefined, now: number): Sorted {
  if (detail === undefined) return { open, over: [] }
  const others = open.filter(({ kind }) => kind !== 'disk')
  const known = open.filter(({ kind }) => kind === 'disk')
  if (detail === null) return { open: others, over: known.map((alert) => ({ alert, why: 'space' })) }
  const full: Happening = { kinds: ['disk'], fingerprint: '', detail, cause: null }
  const opened = openedBy(open, rules, full, { name: '', base: '', time: now })
  // Each look finds the same again: that is no second time.
  return { open: opened.map((alert) => (alert.kind === 'disk' ? { ...alert, count: 1 } : alert)), over: [] }
}

/** Closes what has stayed up, and what was stopped: no event tells that of a process that was down already. */
function afterTime(open: OpenAlert[], { up, down }: Extract<AlertInput, { type: 'time' }>, now: number): Sorted {
  const sorted: Sorted = { open: [], over: [] }
  for (const alert of open) {
    if (down.has(alert.process)) sorted.over.push({ alert, why: 'stopped' })
    else if (alert.overAt === null || alert.overAt > now) sorted.open.push(alert)
    else if (up.has(alert.process)) sorted.over.push({ alert, why: 'up' })
    // It has ended, and the event of that is still to come.
    else sorted.open.push({ ...alert, overAt: null })
  }
  return sorted
}
