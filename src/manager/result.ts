import { ProcessManagerError } from '../model/errors.ts'
import type { Outcome } from '../model/views/outcome.ts'

/** For methods about one thing: the first failure as an error. */
export function throwFirst(outcomes: Outcome[]): void {
  const failed = outcomes.find(({ ok }) => !ok)
  if (!failed) return
  const { code = 'internal', name, message, lastLines } = failed
  throw new ProcessManagerError(code, `${name}: ${message}`, lastLines, undefined, exitCodeOf(failed))
}

/** With which the process itself ended. Null if it did not end, or never began. */
function exitCodeOf({ cause, state }: Outcome): number | null {
  if (cause?.type === 'early-exit') return cause.exit.code
  return cause?.type === 'gave-up' ? (state?.lastExit?.code ?? null) : null
}

/** Rejects with the reason of the signal when it aborts first. What was asked for goes on. */
export function unlessAborted<Result>(asked: Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  if (!signal) return asked
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    asked.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
