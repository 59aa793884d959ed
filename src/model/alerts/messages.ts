import { fnv1a } from '../text/hash.ts'
import { counted, seconds, shorten } from '../text/text.ts'
import type { AlertMessage, OpenAlert } from './open-alert.ts'

/** Why an alert is over. */
export type Over = 'up' | 'healthy' | 'stopped' | 'completed' | 'removed' | 'space'

export function firing(alert: OpenAlert, now: number): AlertMessage {
  return messageOf(alert, 'firing', firingText(alert), now)
}

export function resolved(alert: OpenAlert, why: Over, now: number): AlertMessage {
  return messageOf(alert, 'resolved', `${OVER[why](alert.process)}${howOften(alert)}`, now)
}

function messageOf(alert: OpenAlert, status: AlertMessage['status'], message: string, now: number): AlertMessage {
  const { rule, process, kind, fingerprint, since, count, cause, messages } = alert
  const hash = fnv1a(`${process}\n${kind}\n${fingerprint}`).toString(36)
  const id = `${rule}-${hash}-${since.toString(36)}-${messages + 1}`
  return { id, rule, time: now, status, kind, process, message, count, since, cause }
}

function firingText(alert: OpenAlert): string {
  const { process, kind, detail, told } = alert
  const still = told === null ? '' : 'still: '
  switch (kind) {
    case 'crash':
      return `${still}${process} crashed: ${detail}${howOften(alert)}`
    case 'giveUp':
      return `${still}${process} was given up: ${detail}`
    case 'unhealthy':
      return `${still}${process} is ${detail}`
    case 'oom':
      return `${still}${process} ${alert.fingerprint.startsWith('limit') ? 'ran' : 'probably ran'} out of memory: ${detail}${howOften(alert)}`
    case 'disk':
      return `${still}the disk is nearly full: ${detail}`
    default:
      return kind satisfies never
  }
}

function howOften({ kind, count, since, last }: OpenAlert): string {
  if (count < 2 || kind === 'disk') return ''
  const what = kind === 'unhealthy' ? counted(count, 'time') : counted(count, 'crash', 'crashes')
  return `, ${what} in ${seconds(last - since)}`
}

const OVER: Record<Over, (process: string) => string> = {
  up: (process) => `${process} is up again, and has stayed up`,
  healthy: (process) => `${process} is healthy again`,
  stopped: (process) => `${process} was stopped`,
  completed: (process) => `${process} has completed`,
  removed: (process) => `${process} was removed`,
  space: () => 'the disk has room again',
}

/** Whose messages they are. */
export interface AlertOrigin {
  project: string
  host: string
}

/** A message as JSON for programs, with the attributes of CloudEvents. */
export function webhookBody(message: AlertMessage, { project, host }: AlertOrigin): object {
  const { id, time, kind, process, status, message: text, count, since, cause } = message
  return {
    specversion: '1.0',
    id,
    source: `tuix-ps/${project}`,
    type: `tuix.alert.${kind}`,
    time: new Date(time).toISOString(),
    ...(process !== '' && { subject: process }),
    ...{ project, host, process, status, message: text, count },
    since: new Date(since).toISOString(),
    data: cause,
  }
}

/** A message as one line for people. Nothing in it is markup of Slack. */
export function slackBody({ status, message }: AlertMessage, { project }: AlertOrigin): object {
  const line = `[${project}] ${status === 'resolved' ? 'resolved: ' : ''}${message}`
  const plain = shorten(line.replace(/[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]+/g, ' '))
  return { text: plain.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;') }
}
