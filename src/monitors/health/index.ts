import type { ResolvedHealthCheck } from '../../model/config/health-check.ts'
import { commandCheck } from './command.ts'
import { httpCheck } from './http.ts'
import { OutputMonitor } from './output.ts'
import { repeatCheck } from './repeat.ts'
import { tcpCheck } from './tcp.ts'
import type { Check, HealthDeps, HealthTarget, Report } from './types.ts'

export type { HealthDeps, HealthTarget, Report } from './types.ts'

/**
 * Checks the health of one run, and reports every check. `foldHealth` decides what the results mean. Returns a function
 * that ends it; a check under way is killed and not reported.
 */
export function startHealth(
  check: ResolvedHealthCheck,
  target: HealthTarget,
  report: Report,
  deps: HealthDeps,
): () => void {
  if (check.type === 'output') {
    const monitor = new OutputMonitor(check, target, report, deps.clock)
    monitor.start()
    return () => monitor.close()
  }
  return repeatCheck(checkOf(check, target, deps), check, target, report, deps.clock)
}

function checkOf(
  check: Exclude<ResolvedHealthCheck, { type: 'output' }>,
  target: HealthTarget,
  deps: HealthDeps,
): Check {
  switch (check.type) {
    case 'http':
      return httpCheck(check, target)
    case 'tcp':
      return tcpCheck(check, target)
    case 'script':
    case 'exec':
      return commandCheck(check, target, deps)
    default:
      return check satisfies never
  }
}
