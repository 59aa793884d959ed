import { existsSync } from 'node:fs'
import { basename } from 'node:path'
import { type LoadedConfig, ProcessManager, ProcessManagerError } from '../src/index.ts'
import { type Invocation, loadDeclarations, locate, usualFolder } from './declarations.ts'

/**
 * A manager for a command that only asks or stops. The config is not even read where the supervisor's folder can be told
 * without it, which keeps `list` fast.
 */
export async function openManager(invocation: Invocation): Promise<ProcessManager> {
  const tuixDir = locate(invocation) ?? (await folderSaidByConfig(invocation))
  return new ProcessManager({ tuixDir, ...daemonOptions(invocation) }, invocation.environment.cwd)
}

/** A config that is broken must not keep anyone from stopping what runs: then the folder that is there counts. */
async function folderSaidByConfig(invocation: Invocation): Promise<string> {
  try {
    return (await loadDeclarations(invocation)).tuixDir
  } catch (error) {
    const usual = usualFolder(invocation)
    // A profile that there is not may have meant another folder than this one.
    const misnamed = error instanceof ProcessManagerError && error.code === 'usage'
    if (misnamed || !existsSync(usual) || !(error instanceof Error)) throw error
    invocation.warn(`${error.message}; taking the state from ${usual}`)
    return usual
  }
}

/** A manager that knows every declared process, for a command that starts some. */
export async function openDeclared(
  invocation: Invocation,
): Promise<{ manager: ProcessManager; declared: LoadedConfig }> {
  const declared = await loadDeclarations(invocation)
  const { tuixDir, folder, processes, origins, defaults, file, notes = [] } = declared
  for (const note of notes) invocation.warn(`${file && basename(file)}: ${note}`)
  const options = {
    ...defaults,
    tuixDir,
    processes,
    origins,
    source: file ?? invocation.environment.cwd,
    ...daemonOptions(invocation),
  }
  return { manager: new ProcessManager(options, folder), declared }
}

/** A command never supervises itself: it would end with the command. */
function daemonOptions({ environment: { defaults }, warn }: Invocation) {
  const { supervisorCommand } = defaults
  return { supervisor: 'daemon', onWarning: warn, ...(supervisorCommand && { supervisorCommand }) } as const
}
