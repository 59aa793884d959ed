import type { AlertKind } from '../config/alerts.ts'
import type { EventCause } from '../lifecycle/events.ts'

/** What has gone wrong and is not over, for one rule. */
export interface OpenAlert {
  /** Id of the rule. */
  rule: string
  /** Empty for the disk. */
  process: string
  kind: AlertKind
  /** Tells causes apart, but not two crashes with the same exit code. */
  fingerprint: string
  /** Epoch ms of the first time and of the last one. */
  since: number
  last: number
  count: number
  /** The last time, in words and as data. */
  detail: string
  cause: EventCause | null
  /** Epoch ms of the last message; null before the first one. */
  told: number | null
  messages: number
  /** Epoch ms at which it is over, if the process stays up until then; null while it is down. */
  overAt: number | null
}

/** A message about an alert. It keeps its id however often it is sent. */
export interface AlertMessage {
  id: string
  /** Id of the rule. */
  rule: string
  /** Epoch ms. */
  time: number
  status: 'firing' | 'resolved'
  kind: AlertKind | 'test'
  /** Empty for the disk. */
  process: string
  message: string
  count: number
  /** Epoch ms. */
  since: number
  cause: EventCause | null
}
