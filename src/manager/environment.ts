import { readState } from '../client/read-state.ts'
import type { ResolvedProcess } from '../model/config/config.ts'
import { DECLARED_INSTANCES } from '../model/config/instances.ts'
import { ownVariables } from '../model/config/variables.ts'
import { fixedPorts, type Given, type Ports, withValues } from '../model/lifecycle/references.ts'
import { maskEnvironment } from '../model/redaction/mask.ts'
import { MARKER } from '../model/tree/members.ts'
import type { ProcessDetail } from '../model/views/state.ts'
import { readEnvironment } from '../system/process/proc.ts'
import type { ManagerOptions } from './options.ts'
import { declaredBy } from './plan.ts'

/** Variables of a process besides the inherited ones: those of its config and of its supervisor. */
export interface AddedEnvironment {
  name: string
  /**
   * `process`: read from the living process; `config`: as its next start adds them, or as its start did if the process
   * cannot be read.
   */
  source: 'process' | 'config'
  variables: Record<string, string>
}

/**
 * @param pid leader of its run; null while it does not run
 * @param ports those that it was told to listen on; null before its first run
 * @param given values of the references in its config
 */
function addedEnvironment(
  config: ResolvedProcess,
  { pid, ports, given, reveal }: { pid: number | null; ports: Ports | null; given: Given; reveal: boolean },
): AddedEnvironment {
  // Before its first run, only port numbers in the config are known.
  const told = ports ?? fixedPorts(config)
  // The ports come first.
  const said = { ...ownVariables({ env: {} }, told), ...ownVariables(withValues(config, given), told) }
  const living = pid === null ? undefined : livingVariables(pid, config, said)
  const variables = living ?? said
  return {
    name: config.name,
    source: living ? 'process' : 'config',
    variables: reveal ? variables : maskEnvironment(variables),
  }
}

interface Sources {
  options: ManagerOptions
  cwd: string
  tuixDir: string
  reveal: boolean
  /** It runs on another machine, whose processes cannot be read from here. */
  isElsewhere: boolean
  /** Of the process, as it is. Rejects with `unknown-process`. */
  status(): Promise<ProcessDetail>
}

/** Those of a process. For one that was never started, those in its declaration (of its first instance). */
export async function environmentOf(
  name: string,
  { status, reveal, isElsewhere, ...sources }: Sources,
): Promise<AddedEnvironment> {
  try {
    const { config, pid, port, ports, references = {} } = await status()
    const told = port === null ? null : { port, ...(ports && { ports }) }
    return addedEnvironment(config, { pid: isElsewhere ? null : pid, ports: told, given: references, reveal })
  } catch (error) {
    const config = await declaredConfig(name, sources)
    if (config) return addedEnvironment(config, { pid: null, ports: null, given: {}, reveal })
    throw error
  }
}

async function declaredConfig(
  name: string,
  { options, cwd, tuixDir }: Pick<Sources, 'options' | 'cwd' | 'tuixDir'>,
): Promise<ResolvedProcess | undefined> {
  const declared = [...(await declaredBy(options, cwd, readState(tuixDir))).values()]
  return declared.find((each) => each.name === name || each.instanceOf === name)
}

/** Undefined if the environment has no marker: it cannot be read, was overwritten, or is that of another process. */
function livingVariables(
  pid: number,
  { heapSnapshot }: ResolvedProcess,
  said: Record<string, string>,
): Record<string, string> | undefined {
  if (readEnvironment(pid, MARKER) === undefined) return undefined
  const names = new Set([
    ...Object.keys(said),
    ...(heapSnapshot ? ['NODE_OPTIONS'] : []),
    DECLARED_INSTANCES,
    MARKER,
    'TUIX_URL',
  ])
  return Object.fromEntries(
    [...names].flatMap((name) => {
      const value = readEnvironment(pid, name)
      return value === undefined ? [] : [[name, value]]
    }),
  )
}
