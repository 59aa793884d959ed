import type { AlertKind } from '../config/alerts.ts'

/** The rules for alerts, and what is wrong at present. */
export interface AlertsInfo {
  rules: AlertRuleInfo[]
  open: OpenAlertInfo[]
  /** Messages that are still to be sent. */
  waiting: number
}

export interface AlertRuleInfo {
  on: AlertKind[]
  /** Null: all. */
  processes: string[] | null
  /** 'webhook at example.org', 'command notify-send': never a whole address. */
  target: string
  /** ms. */
  after: number
  /** ms; null: it is told once. */
  repeat: number | null
  resolve: boolean
}

export interface OpenAlertInfo {
  /** Number of its rule, from 1. */
  rule: number
  /** Empty for the disk. */
  process: string
  kind: AlertKind
  message: string
  /** Epoch ms of the first time and of the last one. */
  since: number
  last: number
  count: number
  /** Epoch ms of the last message about it; null before the first one. */
  told: number | null
}

/** What the target of a rule answered. */
export interface AlertTestResult {
  /** From 1. */
  rule: number
  target: string
  ok: boolean
  /** 'HTTP 200', 'exited with 0', 'no answer within 5 s'. */
  answer: string
}
