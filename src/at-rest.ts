import { readInfo, readState } from './client/discover.ts'
import type { Reveal } from './model/control.ts'
import { ProcessManagerError } from './model/errors.ts'
import { maskDetail, maskState, maskTree } from './model/mask-state.ts'
import { sourceOf } from './model/paths.ts'
import type { ManagedProcess } from './model/process.ts'
import { detail, snapshot } from './model/snapshot.ts'
import type { ProcessDetail, ProcessState } from './model/state.ts'
import type { ProcessTree } from './model/tree.ts'

/** The processes from the disk, while no supervisor lives and none is needed; null: something of them runs or is wanted up. */
export function processesAtRest(tuixDir: string): ManagedProcess[] | null {
  if (readInfo(tuixDir)) return null
  const processes = readState(tuixDir)
  return processes.every(({ wanted, status }) => status === 'error' || (wanted === 'down' && status !== 'stopping'))
    ? processes
    : null
}

export function stateAtRest(tuixDir: string, process: ManagedProcess, { reveal = false }: Reveal = {}): ProcessState {
  const state = snapshot(process, sourceOf(tuixDir, process), null, Date.now())
  return reveal ? state : maskState(state)
}

/** @throws ProcessManagerError `unknown-process` */
export function detailAtRest(
  tuixDir: string,
  processes: ManagedProcess[],
  name: string,
  { reveal = false }: Reveal = {},
): ProcessDetail {
  const process = processes.find(({ config }) => config.name === name)
  if (!process) throw unknownAtRest(name)
  const facts = { environment: 'start', metrics: {}, channelOpen: false } as const
  const known = detail(process, stateAtRest(tuixDir, process, { reveal: true }), facts)
  return reveal ? known : maskDetail(known)
}

/** @throws ProcessManagerError `unknown-process` */
export async function treeAtRest(
  tuixDir: string,
  processes: ManagedProcess[],
  name: string,
  options: Reveal = {},
): Promise<ProcessTree> {
  const tree = (await treesAtRest(tuixDir, processes, options)).find((found) => found.name === name)
  if (!tree) throw unknownAtRest(name)
  return tree
}

function unknownAtRest(name: string): ProcessManagerError {
  return new ProcessManagerError('unknown-process', `no process is named \`${name}\``)
}

/** What outlived a stop that failed, and who has the ports that they were told to listen on. */
export async function treesAtRest(
  tuixDir: string,
  processes: ManagedProcess[],
  { reveal = false }: Reveal = {},
): Promise<ProcessTree[]> {
  const { TreeReader } = await import('./supervisor/trees.ts')
  const { targetOf } = await import('./supervisor/target.ts')
  const target = (process: ManagedProcess) => targetOf(process, processes, (other) => sourceOf(tuixDir, other))
  const trees = await new TreeReader().read(processes, target, Date.now())
  return reveal ? trees : trees.map(maskTree)
}
