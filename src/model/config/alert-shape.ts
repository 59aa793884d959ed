import { ALERT_KINDS, type AlertKind, type AlertRule, type AlertTarget } from './alerts.ts'
import { isFlag, isListOf, isNumber, isRecord, isText } from './shape.ts'

const isKind = (value: unknown): value is AlertKind => ALERT_KINDS.some((kind) => kind === value)

/** Whether a value from outside is a rule. */
export function isAlertRule(value: unknown): value is AlertRule {
  if (!isRecord(value)) return false
  const { on, processes, to, after, repeat, resolve } = value
  return (
    isListOf(on, isKind) &&
    on.length > 0 &&
    (processes === null || isListOf(processes, isText)) &&
    isTarget(to) &&
    isNumber(after) &&
    (repeat === null || (isNumber(repeat) && repeat > 0)) &&
    isFlag(resolve)
  )
}

function isTarget(value: unknown): value is AlertTarget {
  if (!isRecord(value)) return false
  const [[key, text] = [], ...more] = Object.entries(value)
  if (more.length > 0 || !isText(text)) return false
  return key === 'command' || ((key === 'webhook' || key === 'slack') && isWebAddress(text))
}

export function isWebAddress(text: string): boolean {
  try {
    return ['http:', 'https:'].includes(new URL(text).protocol)
  } catch {
    return false
  }
}
