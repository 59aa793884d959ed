import type { HealthCheckSettings, HealthRules, ResolvedHealthCheck } from '../../model/config/health-check.ts'
import type { Measured } from '../../model/config/units.ts'

const DEFAULTS = { interval: 30_000, timeout: 5000, retries: 3, startPeriod: 0 } satisfies HealthRules

/** Applies every default. The schema guarantees that the required settings of the type are there. */
export function resolveHealthCheck(config: Measured<HealthCheckSettings>): ResolvedHealthCheck {
  const { type, interval, timeout, retries, startPeriod } = { ...DEFAULTS, ...config }
  const rules = { interval, timeout, retries, startPeriod }
  switch (type) {
    case 'output': {
      const { outputPattern = '', repeat = false } = config
      if (typeof outputPattern === 'string') return { ...rules, type, outputPattern, repeat }
      const { source, flags } = outputPattern
      return { ...rules, type, outputPattern: { source, flags }, repeat }
    }
    case 'http': {
      const { url = '', method = 'GET', expectedStatus = [], headers = {} } = config
      return { ...rules, type, url, method, expectedStatus: [expectedStatus].flat(), headers: { ...headers } }
    }
    case 'tcp':
      return { ...rules, type, host: config.host ?? 'localhost', port: config.port ?? null }
    case 'script':
      return { ...rules, type, script: config.script ?? '' }
    case 'exec':
      return { ...rules, type, command: config.command ?? '' }
    default:
      return type satisfies never
  }
}
