/** What starts the supervisor of a project when the machine boots, whichever init system this is. */
export interface BootService {
  /** Unique on the machine: `tuix-ps-shop-1f2e3d4c`. */
  name: string
  /** Name of the project, for people. */
  project: string
  /** The project, in which the supervisor runs. */
  folder: string
  /** The script in the state folder that finds a runtime and starts the supervisor. */
  launcher: string
  /** The user that it runs as. Null: the user whose service manager it is. */
  user: string | null
  /** `PATH` of the supervisor, which its processes inherit. */
  path: string
  /** Longest time in ms that the processes may take to stop, one after the other. */
  stopWithin: number
}

/** What a file of a service says that nothing else knows. */
export type ServiceText = Pick<BootService, 'folder' | 'user' | 'path' | 'stopWithin'>

/** The init systems that a service can be written for. */
export const INIT_SYSTEMS = ['systemd', 'launchd', 'openrc'] as const
export type InitSystem = (typeof INIT_SYSTEMS)[number]

/** ms in addition to the time that the processes may take. */
export const STOP_GRACE = 15_000

/**
 * The name of a project's service, in the letters that every init system takes.
 *
 * @param hash of the path of the state folder, since many projects are called `app`
 */
export function serviceName(project: string, hash: string): string {
  const plain = project
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 40)
  return ['tuix-ps', plain, hash].filter((part) => part !== '').join('-')
}

interface Stopping {
  name: string
  stopTimeout: number
  /** Names of processes that are stopped after it. */
  dependsOn: readonly string[]
}

/** Longest time in ms that processes take to stop: dependents first, each within its own time. */
export function stopTime(processes: readonly Stopping[]): number {
  const byName = new Map(processes.map((process) => [process.name, process]))
  const known = new Map<string, number>()
  const longest = (name: string): number => {
    const process = byName.get(name)
    if (!process) return 0
    const found = known.get(name)
    if (found !== undefined) return found
    // Of a cycle, which no valid config has, each counts once.
    known.set(name, 0)
    const time = process.stopTimeout + Math.max(0, ...process.dependsOn.map(longest))
    known.set(name, time)
    return time
  }
  return Math.max(0, ...processes.map(({ name }) => longest(name)))
}
