import type { ProcessConfig, ProcessManagerConfig } from './config.ts'

/**
 * The processes that a config declares, as a list, each with the `defaults` that it does not override. Nothing is
 * validated: what is no process stays what it is.
 */
export function declaredProcesses({ processes = [], defaults }: ProcessManagerConfig): ProcessConfig[] {
  const list = Array.isArray(processes)
    ? processes
    : Object.entries(processes).map(([name, process]) => ({ ...process, name }))
  return defaults === undefined ? list : list.map((process) => withDefaults(process, defaults))
}

function withDefaults(process: ProcessConfig, defaults: Partial<ProcessConfig>): ProcessConfig {
  const said = Object.entries(process ?? {}).filter(([, value]) => value !== undefined)
  const env = { ...defaults.env, ...process?.env }
  return { ...defaults, ...(Object.fromEntries(said) as unknown as ProcessConfig), ...(defaults.env && { env }) }
}
