import type { Outcome } from './model/control.ts'
import { ProcessManagerError } from './model/errors.ts'

/** For methods about one thing: the first failure as an error. */
export function throwFirst(outcomes: Outcome[]): void {
  const failed = outcomes.find(({ ok }) => !ok)
  if (!failed) return
  const { code = 'internal', name, message, lastLines } = failed
  throw new ProcessManagerError(code, `${name}: ${message}`, lastLines)
}
