import type { Time } from './units.ts'

export const ALERT_KINDS = ['crash', 'giveUp', 'unhealthy', 'oom', 'disk'] as const
export type AlertKind = (typeof ALERT_KINDS)[number]

/** Where messages go: a webhook gets JSON, Slack a text, a shell command line JSON on its stdin. */
export type AlertTarget = { webhook: string } | { slack: string } | { command: string }

/** A rule that tells somebody what goes wrong, once, and when it is over. */
export interface AlertConfig {
  /** What it tells of. `disk` is the disk of the state folder. */
  on: AlertKind[]
  /** Names of the processes that it is about. Default all. */
  processes?: string[]
  /** Where its messages go. */
  to: AlertTarget
  /** Tell only of what lasts so long. Default 0. */
  after?: Time
  /** Tell again, each time after so long, while it lasts. Default: once. */
  repeat?: Time
  /** Tell when it is over. Default true. */
  resolve?: boolean
}

/** A rule with all defaults. Times are in ms. */
export interface AlertRule {
  on: AlertKind[]
  /** Null: all. */
  processes: string[] | null
  to: AlertTarget
  after: number
  /** Null: it is told once. */
  repeat: number | null
  resolve: boolean
}
