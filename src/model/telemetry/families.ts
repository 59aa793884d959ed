import { baseOf } from '../config/instances.ts'
import type { EndCause } from '../lifecycle/causes.ts'
import { liveOf, type ProcessStatus, statusOf, wasReady } from '../lifecycle/phase.ts'
import type { Family, Sample } from './exposition.ts'
import type { ProcessReading, Reading } from './reading.ts'

/** Series of metrics that processes report themselves. One that reports ever new names must not fill somebody's disk. */
const MOST_APP_SERIES = 1000
/** Characters of a name that a process reports, and of its command line. */
const LONGEST_NAME = 200

/** What a metric says of one process or of the supervisor: a value, several with labels of their own, or nothing. */
interface Metric<Of> extends Omit<Family, 'samples'> {
  /** Names of further labels. */
  labels?: string[]
  read(of: Of): number | null | undefined | Sample[]
}

const REASONS = ['exited', 'unhealthy', 'not-ready', 'over-limit', 'spawn-failed'] as const satisfies EndCause['type'][]
const STATUSES = [
  'running',
  'starting',
  'stopping',
  'restarting',
  'stopped',
  'crashed',
  'error',
] as const satisfies ProcessStatus[]

const PROCESS_METRICS: Metric<ProcessReading>[] = [
  {
    name: 'tuix_process_up',
    type: 'gauge',
    help: '1 while it runs and is ready, 0 otherwise.',
    read: ({ process }) => Number(wasReady(process.phase)),
  },
  {
    name: 'tuix_process_info',
    type: 'info',
    help: 'Always 1. What is known of it besides.',
    labels: ['group', 'command'],
    read: ({ process, command }) => {
      const { group = '' } = process.config
      return [{ labels: { group, command: command.slice(0, LONGEST_NAME) }, value: 1 }]
    },
  },
  {
    name: 'tuix_process_restarts_total',
    type: 'counter',
    help: 'Automatic restarts: after a failure, or because a watched file changed.',
    read: ({ process }) => process.totals?.restarts ?? 0,
  },
  {
    name: 'tuix_process_crashes_total',
    type: 'counter',
    help: 'Runs that failed.',
    labels: ['reason'],
    // Those that are 0, too: what begins at 1 has not increased.
    read: ({ process }) =>
      REASONS.map((reason) => ({ labels: { reason }, value: process.totals?.crashes[reason] ?? 0 })),
  },
  {
    name: 'tuix_process_start_time_seconds',
    type: 'gauge',
    help: 'Start of the current run, since 1970. Absent while it does not run.',
    read: ({ process }) => {
      const live = liveOf(process.phase)
      return live && live.startedAt / 1000
    },
  },
  {
    name: 'tuix_process_cpu_seconds_total',
    type: 'counter',
    help: 'CPU time of all its runs, with all that they started.',
    read: ({ cpu }) => cpu,
  },
  {
    name: 'tuix_process_resident_memory_bytes',
    type: 'gauge',
    help: 'Memory of its whole tree. Absent while it does not run, as the next two.',
    read: ({ usage }) => usage?.memory,
  },
  {
    name: 'tuix_process_open_fds',
    type: 'gauge',
    help: 'Open file descriptors of its whole tree.',
    read: ({ usage }) => usage?.descriptors,
  },
  {
    name: 'tuix_process_threads',
    type: 'gauge',
    help: 'Threads of its whole tree.',
    read: ({ usage }) => usage?.threads,
  },
  {
    name: 'tuix_process_health',
    type: 'gauge',
    help: '1 healthy, 0 unhealthy, -1 unknown, or without a health check.',
    read: ({ process }) => {
      const status = liveOf(process.phase)?.health?.status
      return status === 'healthy' ? 1 : status === 'unhealthy' ? 0 : -1
    },
  },
  {
    name: 'tuix_process_log_bytes_total',
    type: 'counter',
    help: 'Bytes of its output.',
    labels: ['stream'],
    read: ({ logBytes }) => Object.entries(logBytes).map(([stream, value]) => ({ labels: { stream }, value })),
  },
  {
    name: 'tuix_process_last_exit_code',
    type: 'gauge',
    help: 'Exit code of the last run that ended. Absent if there is none, or a signal ended it.',
    read: ({ process }) => process.lastExit?.code ?? null,
  },
]

const SUPERVISOR_METRICS: Metric<Reading>[] = [
  {
    name: 'tuix_supervisor_info',
    type: 'info',
    help: 'Always 1. What the supervisor is.',
    labels: ['version', 'runtime', 'mode'],
    read: ({ supervisor: { version, runtime, mode } }) => [{ labels: { version, runtime, mode }, value: 1 }],
  },
  {
    name: 'tuix_supervisor_start_time_seconds',
    type: 'gauge',
    help: 'Start of the present supervisor, since 1970.',
    read: ({ supervisor }) => supervisor.startedAt / 1000,
  },
  {
    name: 'tuix_supervisor_cpu_seconds_total',
    type: 'counter',
    help: 'CPU time of this supervisor and those before it. In an app, that of the app.',
    read: ({ supervisor }) => supervisor.cpu,
  },
  {
    name: 'tuix_supervisor_resident_memory_bytes',
    type: 'gauge',
    help: 'Memory of the supervisor.',
    read: ({ supervisor }) => supervisor.memory,
  },
  {
    name: 'tuix_supervisor_processes',
    type: 'gauge',
    help: 'Declared processes.',
    labels: ['status'],
    read: ({ processes }) =>
      STATUSES.map((status) => ({
        labels: { status },
        value: processes.filter(({ process }) => statusOf(process.phase.type) === status).length,
      })),
  },
]

const DROPPED: Omit<Family, 'samples'> = {
  name: 'tuix_supervisor_app_series_dropped',
  type: 'gauge',
  help: `Series that processes reported beyond the first ${MOST_APP_SERIES}.`,
}

/** All metrics but those that processes report themselves, for the documentation. */
export const METRICS: (Omit<Family, 'samples'> & { labels: string[] })[] = [
  ...PROCESS_METRICS.map(({ labels = [], ...metric }) => ({ ...metric, labels: ['process', ...labels] })),
  ...SUPERVISOR_METRICS.map(({ labels = [], ...metric }) => ({ ...metric, labels })),
  { ...DROPPED, labels: [] },
]

/** Everything that `/metrics` answers. */
export function familiesOf(reading: Reading): Family[] {
  const apps = appFamilies(reading.processes)
  return [
    ...PROCESS_METRICS.map((metric) => familyOf(metric, reading.processes, ({ process }) => labelsOf(process))),
    ...SUPERVISOR_METRICS.map((metric) => familyOf(metric, [reading], () => ({}))),
    { ...DROPPED, samples: [{ labels: {}, value: apps.dropped }] },
    ...apps.families,
  ]
}

function familyOf<Of>(metric: Metric<Of>, all: Of[], labelsOf: (one: Of) => Record<string, string>): Family {
  const { read, labels: _, ...head } = metric
  const samples = all.flatMap((one) => {
    const found = read(one)
    const values = Array.isArray(found) ? found : found == null ? [] : [{ labels: {}, value: found }]
    return values.map(({ labels, value }) => ({ labels: { ...labelsOf(one), ...labels }, value }))
  })
  return { ...head, samples }
}

/** An instance has its number besides. Its label is not `instance`, which Prometheus has for whom it scrapes. */
function labelsOf({ config }: ProcessReading['process']): Record<string, string> {
  const process = baseOf(config)
  return { process, ...(config.instanceOf !== null && { process_instance: config.name.slice(process.length + 1) }) }
}

/** What a process reports is of a type that only it knows. */
function appFamilies(processes: ProcessReading[]): { families: Family[]; dropped: number } {
  const byName = new Map<string, Sample[]>()
  let count = 0
  for (const { process, metrics } of processes) {
    const own = new Map<string, number>()
    for (const [name, value] of Object.entries(metrics)) {
      const metric = `tuix_app_${name.slice(0, LONGEST_NAME).replace(/[^a-zA-Z0-9_]/g, '_')}`
      // Two names may become the same.
      if (typeof value === 'number' && !own.has(metric)) own.set(metric, value)
    }
    for (const [metric, value] of own) {
      if (++count > MOST_APP_SERIES) continue
      byName.set(metric, [...(byName.get(metric) ?? []), { labels: labelsOf(process), value }])
    }
  }
  const help = 'Reported by the process over its IPC channel.'
  const families = [...byName].map(([name, samples]) => ({ name, type: 'unknown' as const, help, samples }))
  return { families, dropped: Math.max(0, count - MOST_APP_SERIES) }
}
