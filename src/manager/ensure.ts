import { addressOf, hasOwnPort } from '../model/config/health-check.ts'
import { type ErrorCode, ProcessManagerError } from '../model/errors.ts'
import type { ProcessEvent } from '../model/lifecycle/events.ts'
import type { ProcessTree } from '../model/tree/tree.ts'
import type { Outcome } from '../model/views/outcome.ts'
import type { ProcessDetail } from '../model/views/state.ts'
import type { HistoryQuery } from '../storage/history.ts'
import type { Reason } from '../storage/why.ts'
import { monotonic } from '../system/monotonic.ts'
import type { WaitOptions } from './wait.ts'

/** A process that was asked to be up: where it is, or why it is not up. */
export interface Ensured {
  name: string
  /** Where it answers: the origin of its `http` check, or `http://localhost:PORT`. Null if it is unknown. */
  url: string | null
  /** The port that it was told to listen on, or else the lowest one that it listens on. */
  port: number | null
  /** Its named ports. Absent: none are named. */
  ports?: Record<string, number>
  pid: number | null
  /** ms from the beginning of its run until it was ready; null if that is not known. */
  readyMs: number | null
  /** For `logsAfter` and `ps logs --cursor`: what it logs from now on. */
  cursor: string
  /** Absent if it is ready, or has completed. */
  error?: EnsureError
}

export interface EnsureError {
  code: ErrorCode
  /** One sentence for people. */
  message: string
  /** The last error that the process itself logged. */
  lastError: string | null
  /** The last lines of its log. */
  lastLines: string[]
}

interface Sources {
  status(name: string): Promise<ProcessDetail>
  tree(name: string): Promise<ProcessTree>
  history(query: HistoryQuery): Promise<ProcessEvent[]>
  why(name: string, most: number): Promise<Reason[]>
  logsAfter(name: string, cursor: 'end'): Promise<{ cursor: string }>
  waitFor(name: string, condition: 'healthy', options: WaitOptions): Promise<unknown>
}

/** Starts processes, and tells what has become of them. */
export async function ensuredBy(
  start: () => Promise<Outcome[]>,
  sources: Sources,
  { timeout = Number.POSITIVE_INFINITY, signal }: WaitOptions,
): Promise<Ensured[]> {
  const deadline = monotonic() + timeout
  const outcomes = (await start()).filter(({ result }) => result !== 'removed')
  const left = Math.max(0, deadline - monotonic())
  return Promise.all(outcomes.map((outcome) => ensured(outcome, sources, { timeout: left, ...(signal && { signal }) })))
}

async function ensured(outcome: Outcome, sources: Sources, options: WaitOptions): Promise<Ensured> {
  const { name } = outcome
  const error = await errorOf(outcome, sources, options)
  const process = await sources.status(name).catch(() => undefined)
  // Nothing is known of a process that does not exist.
  const cursor = process ? (await sources.logsAfter(name, 'end')).cursor : 'end'
  if (error || !process) {
    const failure = error ?? { code: 'internal', message: outcome.message, lastError: null, lastLines: [] }
    return { name, url: null, port: null, pid: process?.pid ?? null, readyMs: null, cursor, error: failure }
  }
  const port = await portOf(process, sources)
  const { pid, ports } = process
  const readyMs = await readyMsOf(process, sources)
  return { name, url: urlOf(process, port), port, ...(ports && { ports }), pid, readyMs, cursor }
}

async function errorOf(outcome: Outcome, sources: Sources, options: WaitOptions): Promise<EnsureError | undefined> {
  const { name, ok, message, code = 'internal', lastLines = [], result } = outcome
  const failed = ok ? await unhealthy() : { code, message }
  if (!failed) return undefined
  // That it was given up comes after the crash that it was given up for.
  const causes = failed.code === 'unknown-process' ? [] : await sources.why(name, 2).catch(() => [])
  return { ...failed, lastError: causes.find(({ lastError }) => lastError !== null)?.lastError ?? null, lastLines }

  /** One that ran already may have become unhealthy since. */
  async function unhealthy() {
    if (result === 'completed' || result === 'scheduled') return undefined
    try {
      await sources.waitFor(name, 'healthy', options)
      return undefined
    } catch (error) {
      if (!(error instanceof ProcessManagerError)) throw error
      // A job is `started` if something else waits for its end, and may have ended well since.
      const process = await sources.status(name).catch(() => undefined)
      return process?.phase === 'completed' ? undefined : { code: error.code, message: error.predicate }
    }
  }
}

async function portOf({ name, pid, port, config }: ProcessDetail, sources: Sources): Promise<number | null> {
  if (port !== null) return port
  const { healthCheck } = config
  if (healthCheck?.type === 'tcp' && healthCheck.port !== null) return healthCheck.port
  const address = healthCheck?.type === 'http' ? addressOf(healthCheck.url, '') : undefined
  if (address?.port) return Number(address.port)
  if (pid === null) return null
  const { members } = await sources.tree(name)
  const open = members.flatMap(({ ports }) => ports.filter(({ protocol }) => protocol === 'tcp'))
  return open.length === 0 ? null : Math.min(...open.map((each) => each.port))
}

function urlOf({ config: { healthCheck } }: ProcessDetail, port: number | null): string | null {
  if (healthCheck?.type === 'http' && !(hasOwnPort(healthCheck.url) && port === null))
    return addressOf(healthCheck.url, port ?? '')?.origin ?? null
  // What is asked whether it accepts connections is no web server, as far as one can know.
  return port === null || healthCheck?.type === 'tcp' ? null : `http://localhost:${port}`
}

async function readyMsOf({ name, run, startedAt }: ProcessDetail, sources: Sources): Promise<number | null> {
  if (startedAt === null) return null
  const ready = await sources.history({ names: [name], types: ['ready'], since: startedAt, lines: 1 })
  const [event] = ready.filter((each) => each.run === run)
  return event ? event.time - startedAt : null
}
