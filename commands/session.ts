import { type LoadedConfig, ProcessManager } from '../src/index.ts'
import { type Invocation, loadDeclarations, locate } from './declarations.ts'

/**
 * A manager for a command that only asks or stops. The config is not even read where the supervisor's folder can be told
 * without it, which keeps `list` fast and lets `stop` work while the config is broken.
 */
export async function openManager(invocation: Invocation): Promise<ProcessManager> {
  const tuixDir = locate(invocation) ?? (await loadDeclarations(invocation)).tuixDir
  return new ProcessManager({ tuixDir, supervisor: 'daemon', onWarning: invocation.warn }, invocation.environment.cwd)
}

/** A manager that knows every declared process, for a command that starts some. */
export async function openDeclared(
  invocation: Invocation,
): Promise<{ manager: ProcessManager; declared: LoadedConfig }> {
  const declared = await loadDeclarations(invocation)
  const { tuixDir, folder, processes, origins, defaults } = declared
  const options = {
    ...defaults,
    tuixDir,
    processes,
    origins,
    supervisor: 'daemon',
    onWarning: invocation.warn,
  } as const
  return { manager: new ProcessManager(options, folder), declared }
}
