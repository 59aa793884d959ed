import { liveOf } from '../lifecycle/phase.ts'
import type { LogLevel, ProcessLog } from '../views/logs.ts'
import type { ProcessReading } from './reading.ts'

/*
 * OTLP as JSON: https://opentelemetry.io/docs/specs/otlp/, with names by the semantic conventions of OpenTelemetry. Whole numbers
 * are texts, since JSON has none of 64 bits.
 */

interface Attribute {
  key: string
  value: { stringValue: string }
}

/** The numbers of OTLP's severities, and their names. */
const SEVERITIES: Record<LogLevel, { severityNumber: number; severityText: string }> = {
  debug: { severityNumber: 5, severityText: 'DEBUG' },
  info: { severityNumber: 9, severityText: 'INFO' },
  warn: { severityNumber: 13, severityText: 'WARN' },
  error: { severityNumber: 17, severityText: 'ERROR' },
}

/** Counted from the beginning, not since the last time. */
const CUMULATIVE = 2

export interface OtlpSource {
  /** Of the process that it is about. */
  attributes: Record<string, string>
  /** Of this package. */
  version: string
}

/** The body for `/v1/logs`. `now`: epoch ms. */
export function logsPayload(
  source: OtlpSource,
  logs: Pick<ProcessLog, 'timestamp' | 'level' | 'source' | 'message'>[],
  now: number,
) {
  const logRecords = logs.map(({ timestamp, level, source: stream, message }) => ({
    timeUnixNano: nanos(timestamp.getTime()),
    observedTimeUnixNano: nanos(now),
    ...SEVERITIES[level],
    body: { stringValue: message },
    attributes: attributesOf({ 'log.iostream': stream }),
  }))
  return { resourceLogs: [{ ...resourceOf(source), scopeLogs: [{ scope: scopeOf(source), logRecords }] }] }
}

/** The body for `/v1/metrics`. `at`: epoch ms of the readings. */
export function metricsPayload(readings: (OtlpSource & { reading: ProcessReading })[], at: number) {
  return {
    resourceMetrics: readings.map(({ reading, ...source }) => ({
      ...resourceOf(source),
      scopeMetrics: [{ scope: scopeOf(source), metrics: metricsOf(reading, at) }],
    })),
  }
}

function metricsOf({ process, usage, cpu, since, metrics }: ProcessReading, at: number) {
  const times = { startTimeUnixNano: nanos(since), timeUnixNano: nanos(at) }
  const whole = (value: number) => ({ ...times, asInt: String(Math.round(value)) })
  const sum = (name: string, unit: string, dataPoints: object[], isMonotonic = true) => ({
    name,
    unit,
    sum: { aggregationTemporality: CUMULATIVE, isMonotonic, dataPoints },
  })
  const gauge = (name: string, unit: string, value: number) => ({
    name,
    unit,
    gauge: { dataPoints: [{ timeUnixNano: nanos(at), asDouble: value }] },
  })
  // What goes up and down is a sum in OpenTelemetry, if it can be added up.
  const amount = (name: string, unit: string, value: number | null | undefined) =>
    value == null ? [] : [sum(name, unit, [whole(value)], false)]
  const crashes = Object.entries(process.totals?.crashes ?? {})
  const live = liveOf(process.phase)
  const own = Object.entries(metrics).flatMap(([name, value]) =>
    typeof value === 'number' && Number.isFinite(value) ? [gauge(`tuix.app.${name}`, '', value)] : [],
  )
  return [
    sum('process.cpu.time', 's', [{ ...times, asDouble: cpu }]),
    ...amount('process.memory.usage', 'By', usage?.memory),
    ...amount('process.open_file_descriptor.count', '{file_descriptor}', usage?.descriptors),
    ...amount('process.thread.count', '{thread}', usage?.threads),
    ...(live ? [gauge('process.uptime', 's', Math.max(0, at - live.startedAt) / 1000)] : []),
    sum('tuix.process.restarts', '{restart}', [whole(process.totals?.restarts ?? 0)]),
    ...(crashes.length > 0
      ? [
          sum(
            'tuix.process.crashes',
            '{crash}',
            crashes.map(([reason, count]) => ({ ...whole(count), attributes: attributesOf({ reason }) })),
          ),
        ]
      : []),
    ...own,
  ]
}

function resourceOf({ attributes }: OtlpSource) {
  return { resource: { attributes: attributesOf(attributes) } }
}

function scopeOf({ version }: OtlpSource) {
  return { name: 'tuix-process-manager', version }
}

function attributesOf(attributes: Record<string, string>): Attribute[] {
  return Object.entries(attributes).map(([key, stringValue]) => ({ key, value: { stringValue } }))
}

/** Epoch ns of epoch ms. */
function nanos(ms: number): string {
  return `${Math.max(0, Math.round(ms))}000000`
}
