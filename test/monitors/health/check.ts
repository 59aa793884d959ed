import { resolveHealthCheck } from '../../../src/config/resolve/health.ts'
import type { HealthCheckSettings } from '../../../src/model/config/health-check.ts'
import type { Measured } from '../../../src/model/config/units.ts'
import { type HealthResult, newHealth } from '../../../src/model/lifecycle/health.ts'
import { type HealthTarget, startHealth } from '../../../src/monitors/health/index.ts'
import { systemClock } from '../../../src/system/clock.ts'
import { self } from '../../../src/system/process/identity.ts'
import { Sweeper } from '../../../src/system/process/sweep.ts'
import { logSource } from '../../helpers/log-source.ts'
import { until } from '../../helpers/until.ts'

/** A run as a health check sees it; its leader is this very process unless the test says otherwise. */
export function healthTarget(folder: string, some: Partial<HealthTarget> = {}): HealthTarget {
  const startedAt = Date.now()
  return {
    tree: { id: 'f00d:web:1', leader: self(), known: [], logs: [] },
    cwd: folder,
    env: { PATH: process.env.PATH ?? '', HOME: folder },
    source: logSource(folder),
    logStart: { stdout: 0, stderr: 0 },
    startedAt,
    health: newHealth(startedAt),
    ...some,
  }
}

/** Checks until it is ended, with the results so far; `next` waits for the next of them that is asked for. */
export function check(config: Measured<HealthCheckSettings>, target: HealthTarget) {
  const results: HealthResult[] = []
  const deps = { clock: systemClock, sweeper: new Sweeper() }
  const dispose = startHealth(resolveHealthCheck(config), target, (result) => results.push(result), deps)
  const first = (which: (result: HealthResult) => boolean) =>
    until(() => results.find(which), { what: 'such a result', everyMs: 10 })
  return { results, dispose, first, any: () => first(() => true) }
}

/** The first result of a check that is ended with it. */
export async function checkOnce(config: Measured<HealthCheckSettings>, target: HealthTarget): Promise<HealthResult> {
  const { any, dispose } = check(config, target)
  try {
    return await any()
  } finally {
    dispose()
  }
}
