import { readState } from './client/discover.ts'
import type { ResolvedProcess } from './model/config.ts'
import { DECLARED_INSTANCES } from './model/instances.ts'
import { maskEnvironment } from './model/mask.ts'
import { MARKER } from './model/members.ts'
import type { ManagerOptions } from './options.ts'
import { declaredBy } from './plan.ts'
import { readEnvironment } from './system/proc.ts'

/** Variables that a process has beside those that it inherits: those of its config, and those of its supervisor. */
export interface AddedEnvironment {
  name: string
  /** `process`: as the living process has them; `config`: as its next start adds them, or as its start did where it cannot be read. */
  source: 'process' | 'config'
  variables: Record<string, string>
}

/**
 * @param pid leader of its run; null: nothing runs
 * @param port what it was told to listen on
 */
export function addedEnvironment(
  config: ResolvedProcess,
  { pid, port, reveal = false }: { pid: number | null; port: number | null; reveal?: boolean },
): AddedEnvironment {
  // Before it has been told, only one that is written down is known.
  const told = port ?? (typeof config.port === 'number' ? config.port : null)
  const said = { ...(told !== null && { PORT: String(told) }), ...config.env }
  const living = pid === null ? undefined : livingVariables(pid, config, said)
  const variables = living ?? said
  return {
    name: config.name,
    source: living ? 'process' : 'config',
    variables: reveal ? variables : maskEnvironment(variables),
  }
}

/** The same of one that is declared and was never started, of several instances the first; undefined: it is not declared. */
export async function declaredEnvironment(
  name: string,
  { options, cwd, tuixDir, reveal }: { options: ManagerOptions; cwd: string; tuixDir: string; reveal: boolean },
): Promise<AddedEnvironment | undefined> {
  const declared = [...(await declaredBy(options, cwd, readState(tuixDir))).values()]
  const config = declared.find((each) => each.name === name || each.instanceOf === name)
  return config && addedEnvironment(config, { pid: null, port: null, reveal })
}

/** Undefined: it is not to be read, has wiped its environment, or is another process by now: none has the marker. */
function livingVariables(
  pid: number,
  { memoryEvidence }: ResolvedProcess,
  said: Record<string, string>,
): Record<string, string> | undefined {
  if (readEnvironment(pid, MARKER) === undefined) return undefined
  const names = new Set([...Object.keys(said), ...(memoryEvidence ? ['NODE_OPTIONS'] : []), DECLARED_INSTANCES, MARKER])
  return Object.fromEntries(
    [...names].flatMap((name) => {
      const value = readEnvironment(pid, name)
      return value === undefined ? [] : [[name, value]]
    }),
  )
}
