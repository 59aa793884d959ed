import { isForwarder } from '../model/config/share.ts'
import type { Identity } from '../model/lifecycle/identity.ts'
import { leaderOf } from '../model/lifecycle/phase.ts'
import type { ManagedProcess } from '../model/lifecycle/process.ts'
import { type Availability, availability, availabilityOfAll } from '../model/names/availability.ts'
import { type ProjectName, processesOf, readHost } from '../model/names/names.ts'
import { isAlive } from '../system/process/identity.ts'
import type { Directory } from './directory.ts'
import type { States } from './states.ts'

/** Where a request for a host goes. */
export type Route =
  /** The host is none of ours. */
  | { type: 'foreign' }
  /** Nothing has the name. `tuixDir` is of the project that has the rest of it. */
  | { type: 'unknown'; tuixDir: string | null }
  | { type: 'all' }
  | { type: 'project'; tuixDir: string }
  | { type: 'process'; tuixDir: string; label: string }

/** What a name leads to at present. */
export interface Destination {
  state: Availability
  /** All that the name means. */
  processes: ManagedProcess[]
  /** Those that can take a request, and their ports. */
  open: { name: string; port: number; leader: Identity }[]
}

/** Finds the process of a host name, and whether it can take a request. */
export class Router {
  readonly #directory: Directory
  readonly #states: States

  constructor(directory: Directory, states: States) {
    this.#directory = directory
    this.#states = states
  }

  route(host: string): Route {
    const meaning = readHost(host)
    if (meaning.type === 'foreign' || meaning.type === 'all') return meaning
    const name = meaning.type === 'project' ? { project: meaning.project } : meaning.name
    const tuixDir = this.#find(name)
    if (tuixDir === undefined) return { type: 'unknown', tuixDir: null }
    if (meaning.type === 'project') return { type: 'project', tuixDir }
    const label = meaning.process
    return this.#named(tuixDir, label).length > 0 ? { type: 'process', tuixDir, label } : { type: 'unknown', tuixDir }
  }

  destination({ tuixDir, label }: { tuixDir: string; label: string }, now: number): Destination {
    const processes = this.#named(tuixDir, label)
    const open = processes.flatMap((process) => {
      const { phase, port, config } = process
      if (port === null || availability(process, now) !== 'open') return []
      // After a power cut, its port may be that of another program.
      const leader = leaderOf(phase)
      return leader && isAlive(leader) ? [{ name: config.name, port, leader }] : []
    })
    const state = open.length > 0 ? 'open' : availabilityOfAll(processes, now)
    // It ended a moment ago, and its supervisor is about to notice.
    return { state: state === 'open' && open.length === 0 ? 'soon' : state, processes, open }
  }

  /** The processes of a project that have a port, and so a name. */
  processes(tuixDir: string): ManagedProcess[] {
    return this.#states.of(tuixDir).filter(({ config, port }) => config.port !== null || port !== null)
  }

  #named(tuixDir: string, label: string): ManagedProcess[] {
    // Whoever shares a port is asked itself: a request is then held while all of them restart.
    const own = this.processes(tuixDir).filter(({ config }) => !isForwarder(config))
    const all = own.map((process) => ({ ...process.config, process }))
    return processesOf(all, label).map(({ process }) => process)
  }

  #find(name: ProjectName): string | undefined {
    const found = this.#directory.find(name)
    if (found !== undefined) return found
    this.#directory.refresh()
    return this.#directory.find(name)
  }
}
