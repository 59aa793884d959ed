import type { ProcessConfig, ProcessManagerConfig } from './config.ts'
import { type Variables, variablesIn } from './referring.ts'

/**
 * The processes that a config declares, as a list, with `defaults` applied. Nothing is validated: an invalid entry is
 * passed on as it is, so that the schema can name it.
 */
export function declaredProcesses({
  services = [],
  processes = services,
  defaults,
}: ProcessManagerConfig): ProcessConfig[] {
  const list = Array.isArray(processes)
    ? processes
    : Object.entries(processes).map(([name, process]) => ({ ...process, name }))
  return defaults === undefined ? list : list.map((process) => withDefaults(process, defaults))
}

function withDefaults(process: ProcessConfig, defaults: Partial<ProcessConfig>): ProcessConfig {
  const own = Object.entries(process ?? {}).filter(([, value]) => value !== undefined)
  const env = { ...(variablesIn(defaults.env) as Variables), ...(variablesIn(process?.env) as Variables) }
  return { ...defaults, ...(Object.fromEntries(own) as unknown as ProcessConfig), ...(defaults.env && { env }) }
}
