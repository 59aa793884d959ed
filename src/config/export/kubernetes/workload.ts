import { ProcessManagerError } from '../../../model/errors.ts'
import { replicasOf } from '../containers.ts'
import { cronFields, FIELDS, isAny, specialField, valuesOf } from '../cron.ts'
import { portOf } from '../ports.ts'
import type { ExportContext } from '../types.ts'
import { type PodProcess, podSpec } from './pod.ts'

/** Restarts of a Job that never gives up: the largest number that the API takes. */
const UNLIMITED = 2_147_483_647

/** The objects of one process: what runs it, and the Service by which others reach it. */
export function objectsOf(process: PodProcess, context: ExportContext): object[] {
  const { kind, written } = process
  if (kind === 'schedule') return [cronJob(process, context)]
  const service = serviceOf(process)
  if (kind === 'job') return [job(process, context), ...service]
  return [
    written.instanceVariable === undefined ? deployment(process, context) : statefulSet(process, context),
    ...service,
  ]
}

const metadataOf = ({ object, labels }: PodProcess) => ({ name: object, labels })

/** The label by which Services and Deployments find the pods of a process. */
const selectorOf = ({ object }: PodProcess) => ({ 'app.kubernetes.io/name': object })

function replicasFor(process: PodProcess): number {
  return process.config.startWithAll === false ? 0 : replicasOf(process)
}

function deployment(process: PodProcess, context: ExportContext): object {
  const strategy = strategyOf(process, context)
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadataOf(process),
    spec: {
      replicas: replicasFor(process),
      ...(strategy && { strategy }),
      selector: { matchLabels: selectorOf(process) },
      template: podTemplate(process, undefined, context),
    },
  }
}

/** Only pods of a StatefulSet know their number. */
function statefulSet(process: PodProcess, context: ExportContext): object {
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: metadataOf(process),
    spec: {
      serviceName: process.object,
      replicas: replicasFor(process),
      ordinals: { start: process.config.instanceVariable?.from ?? 1 },
      podManagementPolicy: 'Parallel',
      selector: { matchLabels: selectorOf(process) },
      template: podTemplate(process, undefined, context),
    },
  }
}

function job(process: PodProcess, context: ExportContext): object {
  const { config } = process
  const replicas = replicasOf(process)
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: metadataOf(process),
    spec: {
      ...(config.startWithAll === false && { suspend: true }),
      ...(replicas > 1 && { parallelism: replicas, completions: replicas }),
      ...jobLimits(process),
      template: podTemplate(process, config.autorestart === false ? 'Never' : 'OnFailure', context),
    },
  }
}

function jobLimits({ kind, config }: PodProcess): object {
  const { autorestart, maxRestarts } = config
  if (kind === 'schedule' || autorestart === false) return { backoffLimit: 0 }
  return { backoffLimit: maxRestarts === 'unlimited' ? UNLIMITED : maxRestarts }
}

function cronJob(process: PodProcess, context: ExportContext): object {
  const { name, config } = process
  if (config.timezone === null)
    context.notes.add(name, 'schedule', 'has no `timezone`: the cluster has one of its own, usually UTC')
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: metadataOf(process),
    spec: {
      schedule: scheduleOf(process),
      ...(config.timezone !== null && { timeZone: config.timezone }),
      concurrencyPolicy: 'Forbid',
      ...(config.startWithAll === false && { suspend: true }),
      jobTemplate: { spec: { ...jobLimits(process), template: podTemplate(process, 'Never', context) } },
    },
  }
}

/** Throws a `config` error for what only some schedulers know, such as seconds. */
function scheduleOf({ name, config }: PodProcess): string {
  const fields = cronFields(config.schedule ?? '')
  const special = specialField(fields, { lastDay: false }) ?? (fields.second === '0' ? undefined : fields.second)
  if (special !== undefined) {
    const isSeconds = special === fields.second
    const what = isSeconds ? `the seconds \`${special}\`` : `\`${special}\``
    const sentence = `process ${name}: ${what} in its \`schedule\` ${isSeconds ? 'have' : 'has'} no equivalent in a CronJob`
    throw new ProcessManagerError('config', sentence)
  }
  const { minute, hour, day, month, weekday } = fields
  // There, Sunday is 0 and never 7.
  const days =
    isAny(weekday) || !/7/.test(weekday)
      ? weekday
      : [...new Set(valuesOf(weekday, FIELDS.weekday).map((each) => each % 7))].join(',')
  return [minute, hour, day, month, days].join(' ')
}

function podTemplate(
  process: PodProcess,
  restartPolicy: 'OnFailure' | 'Never' | undefined,
  context: ExportContext,
): object {
  return { metadata: { labels: process.labels }, spec: podSpec(process, restartPolicy, context) }
}

function strategyOf({ name, deploy }: PodProcess, { notes }: ExportContext): object | undefined {
  const { update, constraints } = deploy ?? {}
  if (constraints) notes.add(name, 'deploy.constraints', 'is not carried over: write a `nodeSelector`')
  if (!update) return undefined
  const { order = 'start-first', parallelism = 1, delay, monitor, onFailure } = update
  for (const [key, value] of Object.entries({ delay, monitor, onFailure }))
    if (value !== undefined)
      notes.add(name, `deploy.update.${key}`, 'is not carried over: a Deployment waits for readiness alone')
  const count = parallelism === 0 ? '100%' : parallelism
  const rollingUpdate =
    order === 'start-first' ? { maxSurge: count, maxUnavailable: 0 } : { maxSurge: 0, maxUnavailable: count }
  return { type: 'RollingUpdate', rollingUpdate }
}

/** The Service of a process that listens. That of a StatefulSet has no address of its own: each pod has a name. */
function serviceOf(process: PodProcess): object[] {
  const port = portOf(process)
  const isSet = process.kind === 'service' && process.written.instanceVariable !== undefined
  if (port === null && !isSet) return []
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: metadataOf(process),
      spec: {
        ...(isSet && { clusterIP: 'None' }),
        selector: selectorOf(process),
        ...(port !== null && { ports: [{ port, targetPort: port }] }),
      },
    },
  ]
}
