import type { ResolvedProcess } from '../model/config/config.ts'
import { driftOf } from '../model/config/drift.ts'
import { isAtRest } from '../model/lifecycle/phase.ts'
import { type ManagedProcess, newProcess } from '../model/lifecycle/process.ts'
import type { StartRequest } from '../model/planning/requests.ts'
import { type ResolveConfig, resolveRequest } from '../model/planning/resolve.ts'
import { makeId } from '../model/tree/rebuild.ts'
import { randomBytes } from '../system/fs/random.ts'
import { isAlive } from '../system/process/identity.ts'
import { type Effects, Managed } from './managed.ts'
import type { ProcessTable } from './process-table.ts'
import type { Recovered } from './recover.ts'

export interface RegistryOptions {
  processes: ProcessTable
  effects: Effects
  resolve: ResolveConfig
  /** Hash of the supervisor's folder, a part of every process id. */
  folderHash: string
}

/** Adds processes to the table and removes them. */
export class Registry {
  readonly #processes: ProcessTable
  readonly #effects: Effects
  readonly #resolve: ResolveConfig
  readonly #folderHash: string

  constructor({ processes, effects, resolve, folderHash }: RegistryOptions) {
    this.#processes = processes
    this.#effects = effects
    this.#resolve = resolve
    this.#folderHash = folderHash
  }

  add(process: ManagedProcess): Managed {
    const managed = new Managed(process, this.#effects)
    this.#processes.add(managed)
    return managed
  }

  /** Forgets a process that is at rest. Returns false, and does nothing, if it is not. */
  remove(managed: Managed): boolean {
    if (!isAtRest(managed.process.phase)) return false
    this.#processes.remove(managed)
    this.#effects.changed()
    return true
  }

  /** The configs that a request declares; see `resolveRequest`. Nothing takes effect yet. */
  resolve(request: StartRequest): Promise<Map<string, ResolvedProcess>> {
    return resolveRequest(request, this.#processes.configs(), this.#resolve)
  }

  /** Adds declared processes. A process that runs with another config keeps it until its next start. */
  declare(configs: ReadonlyMap<string, ResolvedProcess>): void {
    for (const config of configs.values()) {
      const known = this.#processes.find(config.name)
      if (!known) {
        this.add(newProcess(newId(this.#folderHash, config.name), config))
        this.#effects.changed()
      } else if (isAtRest(known.process.phase) || driftOf(known.process.config, config).length === 0)
        known.dispatch({ type: 'configure', config })
    }
    if (this.#processes.arrange([...configs.keys()])) this.#effects.changed()
  }

  /** Adds the processes of an earlier supervisor, and tells each what was found of it once all are there. */
  restore(recovered: Recovered[]): void {
    const added = recovered.map(({ process, found }) => ({ managed: this.add(process), found }))
    for (const { managed, found } of added) {
      // The processes of an app that was killed have no owner any more. An app that still runs keeps its own.
      const { owner } = managed.process
      if (owner && !isAlive(owner)) managed.dispatch({ type: 'disown' })
      managed.dispatch({ type: 'recover', found })
    }
  }
}

/** The id of a process that gets one now. */
export function newId(folderHash: string, name: string): string {
  return makeId(folderHash, name, randomBytes(4).toString('hex'))
}
