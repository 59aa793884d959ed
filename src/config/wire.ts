import type { ProcessConfig } from '../model/config/config.ts'
import type { HealthCheckSettings } from '../model/config/health-check.ts'

/** The config in a form that JSON can hold. A RegExp becomes `{ source, flags }`, which the schema accepts too. */
export function toWire(config: ProcessConfig): ProcessConfig {
  // It has not been checked yet, so it may be of any type.
  const { outputPattern: pattern } = (config.healthCheck ?? {}) as Partial<HealthCheckSettings>
  if (!config.healthCheck || !(pattern instanceof RegExp)) return config
  const { source, flags } = pattern
  const healthCheck = { ...config.healthCheck, outputPattern: { source, flags } }
  // The public type does not have this form.
  return { ...config, healthCheck } as ProcessConfig
}
