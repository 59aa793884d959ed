import type { ResolvedProcess } from '../config/config.ts'
import { type FolderId, isSameFolder } from '../lifecycle/folder.ts'
import { isSamePidSpace, type PidSpace } from '../lifecycle/identity.ts'
import { type ManagedProcess, newProcess } from '../lifecycle/process.ts'

/** Where a state is, or was written. */
export interface StatePlace extends PidSpace {
  /** The state folder. Absent in states of older versions. */
  folder?: FolderId
  /** Its path. */
  path?: string
}

/** Whether a state folder was renamed or copied since its state was written. */
export function relocationOf(saved: StatePlace, here: StatePlace): 'none' | 'moved' | 'copied' {
  if (saved.folder === undefined || here.folder === undefined) return 'none'
  if (!isSameFolder(saved.folder, here.folder, isSamePidSpace(saved, here))) return 'copied'
  return saved.path === undefined || saved.path === here.path ? 'none' : 'moved'
}

/**
 * The processes of a state in the place where it is now. Paths in the project follow it. A copied state folder is nobody's: what
 * runs belongs to the original, so the copy gets ids of its own and begins with everything stopped.
 *
 * @param newId makes the id of a process with this name
 */
export function relocated(
  processes: ManagedProcess[],
  saved: StatePlace,
  here: StatePlace,
  newId: (name: string) => string,
): ManagedProcess[] {
  const relocation = relocationOf(saved, here)
  if (relocation === 'none') return processes
  const [from, to] = [parentOf(saved.path), parentOf(here.path)]
  const configOf = ({ config }: ManagedProcess): ResolvedProcess => (from && to ? withPaths(config, from, to) : config)
  if (relocation === 'moved') return processes.map((process) => ({ ...process, config: configOf(process) }))
  return processes.map((process) => newProcess(newId(process.config.name), configOf(process)))
}

/** The sentence for a state folder that was copied. */
export function copyText(path: string): string {
  return `${path} is a copy of another state folder: nothing that runs there is touched, and its processes count as stopped here`
}

function parentOf(path: string | undefined): string {
  return path?.slice(0, path.lastIndexOf('/')) ?? ''
}

/** A value in which every path in the folder `from`, at any depth, is in the folder `to`. */
export function withPaths<Value>(value: Value, from: string, to: string): Value {
  if (typeof value === 'string')
    return (value === from || value.startsWith(`${from}/`) ? to + value.slice(from.length) : value) as Value
  if (Array.isArray(value)) return value.map((item) => withPaths(item, from, to)) as Value
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withPaths(item, from, to)])) as Value
}
