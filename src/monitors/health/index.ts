import type { ResolvedHealthCheck } from '../../model/config.ts'
import { commandProbe } from './command.ts'
import { httpProbe } from './http.ts'
import { OutputMonitor } from './output.ts'
import type { HealthDeps, HealthTarget, Probe, Report } from './probe.ts'
import { repeatProbe } from './repeat.ts'
import { tcpProbe } from './tcp.ts'

export type { HealthDeps, HealthTarget, Report } from './probe.ts'

/**
 * Checks one run until the result is called; that also kills a check under way. Every check is reported, and none after
 * that. What follows from a result is `foldHealth`'s to say.
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
  return repeatProbe(probeOf(check, target, deps), check, target, report, deps.clock)
}

function probeOf(
  check: Exclude<ResolvedHealthCheck, { type: 'output' }>,
  target: HealthTarget,
  deps: HealthDeps,
): Probe {
  switch (check.type) {
    case 'http':
      return httpProbe(check, target)
    case 'tcp':
      return tcpProbe(check, target)
    case 'script':
    case 'exec':
      return commandProbe(check, target, deps)
    default:
      return check satisfies never
  }
}
