import type { AlertRule, AlertTarget } from '../config/alerts.ts'
import type { AlertsInfo } from '../views/alerts-info.ts'
import { firing } from './messages.ts'
import type { AlertMessage, OpenAlert } from './open-alert.ts'

/** Rules of one config, in their order, by id. */
export interface RulesOfConfig {
  rules: Record<string, AlertRule>
  /** Folder in which commands run; absent: the one of the state folder. */
  cwd?: string
}

/** All that a supervisor leaves to the next one. */
export interface AlertState {
  /** By the config that has them. */
  configs: Record<string, RulesOfConfig>
  open: OpenAlert[]
  /** Messages that no target has answered yet, oldest first. */
  outbox: AlertMessage[]
  /** Epoch ms of the last event that was heard, and the keys of those shortly before it. */
  heard: { time: number; keys: string[] }
}

export function rulesIn({ configs }: Pick<AlertState, 'configs'>): Map<string, AlertRule> {
  return new Map(Object.values(configs).flatMap(({ rules }) => Object.entries(rules)))
}

/** A target in short. An address is a secret, so only its host is told. */
export function targetText(to: AlertTarget, mask: (text: string) => string): string {
  if ('command' in to) return `command ${mask(to.command)}`
  return 'slack' in to ? `Slack at ${new URL(to.slack).host}` : `webhook at ${new URL(to.webhook).host}`
}

export function alertsInfo(state: AlertState, mask: (text: string) => string): AlertsInfo {
  const rules = rulesIn(state)
  const ids = [...rules.keys()]
  return {
    rules: [...rules.values()].map(({ to, ...rule }) => ({ ...rule, target: targetText(to, mask) })),
    open: state.open.map((alert) => {
      const { process, kind, since, last, count, told } = alert
      const rule = ids.indexOf(alert.rule) + 1
      return {
        rule,
        process,
        kind,
        message: mask(firing({ ...alert, told: null }, last).message),
        since,
        last,
        count,
        told,
      }
    }),
    waiting: state.outbox.length,
  }
}
