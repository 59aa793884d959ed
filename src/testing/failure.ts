import { setTimeout as pause } from 'node:timers/promises'
import type { Ensured, EnsureError } from '../manager/ensure.ts'
import { ProcessManagerError } from '../model/errors.ts'
import { seconds } from '../model/text/text.ts'
import type { StackManager } from './stack-manager.ts'
import { logText } from './text.ts'

/** Lines of logs in an error. */
const LINES = 20

/** A process that is not up. */
export type Failed = Pick<Ensured, 'name'> & {
  error: Pick<EnsureError, 'code' | 'message' | 'lastError' | 'lastLines'>
}

export interface FailureContext {
  /** ms that the start had. */
  timeout: number
  warnings: readonly string[]
  manager: Pick<StackManager, 'status' | 'why' | 'logs'>
}

/** The error of a start that failed: of each process that is not up, what happened, why, and its last lines. */
export async function startError(failed: readonly Failed[], context: FailureContext): Promise<ProcessManagerError> {
  const texts = await Promise.all(failed.map((each) => textOf(each, context)))
  const message = [...texts, ...context.warnings.map((warning) => `warning: ${warning}`)].join('\n\n')
  const [first] = failed
  return new ProcessManagerError(first?.error.code ?? 'internal', message, first?.error.lastLines, first?.error.message)
}

async function textOf({ name, error }: Failed, { timeout, manager }: FailureContext): Promise<string> {
  if (error.code !== 'start-failed' && error.code !== 'timeout') return error.message
  const [reasons, logs, state] = await Promise.all([
    manager.why(name, 3).catch(() => []),
    manager.logs(name, { lines: LINES, streams: ['stdout', 'stderr'] }).catch(() => []),
    manager.status(name).catch(() => undefined),
  ])
  const isLate = error.code === 'timeout'
  const doing = state?.reason ? `: ${state.reason}` : ''
  const said = isLate ? `not ready within ${seconds(timeout)}${doing}` : error.message
  // The last one is what the sentence is about.
  const causes = reasons.slice(isLate ? 0 : 1).flatMap(({ message }) => (message === '' ? [] : [message]))
  const lastError = error.lastError ?? reasons.find((reason) => reason.lastError !== null)?.lastError
  const hasRun = state !== undefined && state.run > 0
  return [
    `${name}: ${said}`,
    ...causes.map((cause) => `  before that: ${cause}`),
    ...(lastError ? [`  last error: ${lastError}`] : []),
    ...(logs.length > 0 ? [`  last lines:\n${logText(logs, '    ')}`] : hasRun ? ['  it has printed nothing'] : []),
  ].join('\n')
}

/** ms for what a process has printed to reach its log with the time of each line. */
const SETTLE = 50

/**
 * The first process that ends before it was ready. Who depends on it would wait while it is restarted, up to its last attempt: a
 * test had better know at once. Resolves to undefined when the signal aborts.
 *
 * @param asked names of those whose end the start itself reports
 */
export async function firstFailure(
  manager: Pick<StackManager, 'followHistory' | 'why'>,
  asked: readonly string[],
  signal: AbortSignal,
): Promise<Failed | undefined> {
  const ready = new Set(asked)
  for await (const { type, name } of manager.followHistory({}, { signal })) {
    if (type === 'ready') ready.add(name)
    if (type !== 'crash' || ready.has(name)) continue
    await pause(SETTLE)
    const [cause] = await manager.why(name, 1)
    const message = `${cause?.message ?? 'it ended'}, before it was ready`
    return { name, error: { code: 'start-failed', message, lastError: cause?.lastError ?? null, lastLines: [] } }
  }
  return undefined
}
