import { addressOf, patternText } from '../config/health-check.ts'
import { liveOf } from './phase.ts'
import type { ManagedProcess } from './process.ts'
import { configOfRun } from './references.ts'

/* The part of `describe.ts` for health checks. */

/**
 * What the last check found, with the place that it asked: `http://localhost:4000/health connection refused`. Null before the first,
 * but of a pattern that the output is searched for it is always known that it has not been seen.
 */
export function lastCheck(process: ManagedProcess): string | null {
  const { healthCheck } = process.config
  const result = liveOf(process.phase)?.health?.history.at(-1)
  if (!result && process.phase.type === 'starting' && healthCheck?.type === 'output')
    return `${patternText(healthCheck.outputPattern)} was not seen yet`
  if (!result?.detail) return null
  const place = placeOf(process)
  return place === '' ? result.detail : `${place} ${result.detail}`
}

/** The same in one line, with the number of checks so far: `… connection refused (12)`. Empty before the first. */
export function checksSoFar(process: ManagedProcess): string {
  const [line = ''] = (lastCheck(process) ?? '').split('\n')
  const { checks = 1 } = liveOf(process.phase)?.health ?? {}
  return line === '' || checks === 1 ? line : `${line} (${checks})`
}

/** The address that a check asks. Neither its password nor its query is shown. */
function placeOf(process: ManagedProcess): string {
  const { healthCheck, env } = configOfRun(process)
  const { port } = process
  const own = port ?? env.PORT ?? ''
  if (healthCheck?.type === 'tcp') return `${healthCheck.host}:${healthCheck.port ?? own}`
  if (healthCheck?.type !== 'http') return ''
  const address = addressOf(healthCheck.url, own)
  return address ? `${address.protocol}//${address.host}${address.pathname}` : healthCheck.url
}
