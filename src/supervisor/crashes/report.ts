import { createHash } from 'node:crypto'
import type { LogQuery } from '../../logs/reading/query.ts'
import { readBetween } from '../../logs/reading/read.ts'
import type { ResolvedProcess } from '../../model/config/config.ts'
import { changesOf } from '../../model/config/drift.ts'
import { ownVariables } from '../../model/config/variables.ts'
import * as describe from '../../model/lifecycle/describe.ts'
import { configOfRun } from '../../model/lifecycle/references.ts'
import { MASK, mapValues, maskArguments, maskEnvironment } from '../../model/redaction/mask.ts'
import { maskConfig } from '../../model/redaction/mask-state.ts'
import {
  type CrashCause,
  type CrashReport,
  type GoodRun,
  INHERITED,
  type SinceGood,
} from '../../model/views/crash-report.ts'
import type { LogLine } from '../../model/views/logs.ts'
import { crashId, readCrashes, readGoodRun, removeCrash, writeCrash } from '../../storage/crashes.ts'
import { readHistory } from '../../storage/history.ts'
import { pathsOf } from '../../storage/paths.ts'
import { reasonsOf } from '../../storage/why.ts'
import type { Managed } from '../managed.ts'
import type { Crash, CrashReporterOptions } from './crash.ts'

/** Inherited variables whose values tell much of a crash, and nothing secret. */
const PLAIN = new Set(['PATH', 'PWD', 'LANG', 'LC_ALL', 'TZ', 'NODE_ENV'])
const LINES = 200
const CAUSES = 10
/** Characters of the longest text in a report, and of all lines of a stream. */
const LONGEST_TEXT = 2000
const LONGEST_STREAM = 100_000

/** Writes the report of a crash, unless the supervisor is over by then. */
export async function report(crash: Crash, options: CrashReporterOptions, isOver: () => boolean): Promise<void> {
  const { tuixDir } = options
  const { event, process } = crash
  const known = readCrashes(tuixDir)
  const before = known.find(({ name }) => name === event.name)
  // Of failures in a row, the first and the last report are kept.
  const isInRow = process.failures > 1 && before !== undefined && before.failures > 0 && before.run < event.run
  const earlier = isInRow ? before : undefined
  const first = earlier ? (earlier.first ?? earlier.id) : null
  const made = await reportOf(crash, first, options)
  if (isOver()) return
  writeCrash(
    tuixDir,
    made,
    known.map(({ id }) => id),
  )
  if (earlier && earlier.id !== first) removeCrash(tuixDir, earlier.id)
}

async function reportOf(
  crash: Crash,
  first: string | null,
  { tuixDir, logs, redaction, version, environment }: CrashReporterOptions,
): Promise<CrashReport> {
  const { event, managed, process, ends, tree, begun } = crash
  const { name, run, time, cause = null, exitCode = null, signal = null } = event
  // Without the next attempt.
  const message = cause ? describe.cause(cause) : event.message
  const { config, lastExit, logStart } = process
  const redact = (text: string) => redaction.redact(managed, text)
  const source = logs.sourceOf(process)
  const wasSpawned = cause?.type !== 'spawn-failed'
  const starts = new Map([[source.errorFile, logStart.stderr] as const, [source.logFile, logStart.stdout] as const])
  const read = async (query: LogQuery) => (wasSpawned ? readBetween([source], query, { starts, ends }) : [])
  const lines = async (stream: 'stdout' | 'stderr') =>
    fitting(
      (await read({ lines: LINES, streams: [stream] })).map((log) => ({
        ...log,
        message: redact(log.message),
        timestamp: log.timestamp.toISOString(),
      })),
    )
  const reasons = await reasonsOf(name, CAUSES, {
    // Not what has happened since.
    history: async (query) =>
      (await readHistory(pathsOf(tuixDir).events, query)).filter((one) => one.time <= time && one.run <= run),
    logs: (_, query) => read(query),
  })
  const lasted = lastExit?.run === run ? lastExit.lasted : 0
  const good = readGoodRun(tuixDir, name)
  return shortened({
    id: crashId(name, run),
    ...{ name, run, time, message, cause, exitCode, signal, lasted, pid: begun.pid, first },
    failures: Math.max(1, process.failures),
    startedAt: wasSpawned ? time - lasted : null,
    supervisor: `${version} on ${globalThis.process.versions.bun ? 'Bun' : 'Node'} ${globalThis.process.versions.bun ?? globalThis.process.versions.node}`,
    causes: reasons.map(
      (reason): CrashCause => ({
        time: reason.time,
        message: reason.message || (reason.kind === 'stop' ? 'stopped' : 'started'),
        times: reason.times,
        lastError: reason.lastError === null ? null : redact(reason.lastError),
      }),
    ),
    stdout: await lines('stdout'),
    stderr: await lines('stderr'),
    tree: tree && { ...tree, members: tree.members.map((one) => ({ ...one, command: maskArguments(one.command) })) },
    environment: keptOf(managed, environment),
    config: maskConfig(config),
    git: begun.git,
    since: good && sinceOf(good, config),
  })
}

/** The variables of a run. What it inherited may hold any secret of its user, so of most only the name goes to the disk. */
function keptOf({ environment, process }: Managed, inherited: Record<string, string>): Record<string, string> {
  const names = mapValues(environment ?? inherited, (name, value) => (PLAIN.has(name) ? value : INHERITED))
  return maskEnvironment({ ...names, ...ownVariables(configOfRun(process), process) })
}

/** A run with this config, without its secrets. */
export function goodRun(config: ResolvedProcess, run: Pick<GoodRun, 'run' | 'startedAt' | 'git'>): GoodRun {
  const masked = maskConfig(config)
  const secrets = changesOf(config, masked).map(({ keys, before }) => [keys.join('.'), hashOf(before)])
  return { ...run, config: masked, secrets: Object.fromEntries(secrets) }
}

function sinceOf(good: GoodRun, config: ResolvedProcess): SinceGood {
  const { run, startedAt, git } = good
  const now = goodRun(config, good)
  const seen = changesOf(good.config, now.config).map(({ keys, before = null, after = null }) => {
    return { setting: keys.join('.'), before, after }
  })
  const hidden = Object.keys({ ...good.secrets, ...now.secrets })
    .filter((setting) => good.secrets[setting] !== now.secrets[setting] && !seen.some((one) => one.setting === setting))
    .map((setting) => ({ setting, before: MASK, after: MASK }))
  return { run, startedAt, git, changes: [...seen, ...hidden] }
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url')
}

/** The last lines that fit. */
function fitting(lines: LogLine[]): LogLine[] {
  let room = LONGEST_STREAM
  const first = lines.findLastIndex(({ message }) => {
    room -= Math.min(message.length, LONGEST_TEXT)
    return room < 0
  })
  return lines.slice(first + 1)
}

/** The same value with no text longer than is useful. */
function shortened<Value>(value: Value): Value {
  if (typeof value === 'string')
    return (value.length > LONGEST_TEXT ? `${value.slice(0, LONGEST_TEXT)}…` : value) as Value
  if (Array.isArray(value)) return value.map(shortened) as Value
  if (typeof value !== 'object' || value === null || value instanceof RegExp) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shortened(each)])) as Value
}
