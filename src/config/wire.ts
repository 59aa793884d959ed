import type { ProcessConfig } from '../model/config.ts'

/** The config as JSON can carry it: a RegExp would become `{}`, so it travels as `{ source, flags }`, which the schema accepts too. */
export function toWire(config: ProcessConfig): ProcessConfig {
  const pattern = config.healthCheck?.outputPattern
  if (!config.healthCheck || !(pattern instanceof RegExp)) return config
  const { source, flags } = pattern
  const healthCheck = { ...config.healthCheck, outputPattern: { source, flags } }
  // The type is what people write, and they write no such object.
  return { ...config, healthCheck } as ProcessConfig
}
