import { randomBytes } from 'node:crypto'
import type { ResolvedProcess } from '../model/config.ts'
import type { Selection, StartRequest } from '../model/control.ts'
import { driftOf } from '../model/drift.ts'
import type { ManagedProcess } from '../model/process.ts'
import { makeId } from '../model/recover.ts'
import { type ResolveConfig, resolveRequest } from '../model/resolve.ts'
import { newProcess } from '../model/saved.ts'
import { select, selectDeclared, unknownProcess } from '../model/select.ts'
import { type Edges, Managed } from './managed.ts'

/** Nothing of it runs, or is about to without being asked. */
function isAtRest({ process: { status, identity } }: Managed): boolean {
  return status === 'stopped' || status === 'error' || (status === 'crashed' && identity === null)
}

/** The processes of one supervisor, by name. */
export class Registry {
  readonly #processes = new Map<string, Managed>()
  readonly #edges: Edges
  readonly #resolve: ResolveConfig
  readonly #folderHash: string

  constructor(edges: Edges, resolve: ResolveConfig, folderHash: string) {
    this.#edges = edges
    this.#resolve = resolve
    this.#folderHash = folderHash
  }

  all(): Managed[] {
    return [...this.#processes.values()]
  }

  snapshot(): ManagedProcess[] {
    return this.all().map(({ process }) => process)
  }

  configs(): ResolvedProcess[] {
    return this.snapshot().map(({ config }) => config)
  }

  find(name: string): Managed | undefined {
    return this.#processes.get(name)
  }

  /** @throws ProcessManagerError `unknown-process` */
  get(name: string): Managed {
    const managed = this.find(name)
    if (!managed) throw unknownProcess(name, this.#processes.keys())
    return managed
  }

  add(process: ManagedProcess): Managed {
    const managed = new Managed(process, this.#edges)
    this.#processes.set(process.config.name, managed)
    return managed
  }

  /** Forgets a process. False, and nothing is done, unless it is at rest. */
  remove(managed: Managed): boolean {
    if (!isAtRest(managed)) return false
    const { name } = managed.process.config
    if (this.find(name) === managed) this.#processes.delete(name)
    return true
  }

  /** What a request declares beside what is there; see `resolveRequest`. Nothing takes effect yet. */
  resolve(request: StartRequest): Promise<Map<string, ResolvedProcess>> {
    return resolveRequest(request, this.configs(), this.#resolve)
  }

  /** Takes declarations in. One that runs otherwise keeps the config of its run until it is started anew. */
  declare(configs: Iterable<ResolvedProcess>, now: number): void {
    for (const config of configs) {
      const known = this.find(config.name)
      if (!known)
        this.add(newProcess(makeId(this.#folderHash, config.name, randomBytes(4).toString('hex')), config, now))
      else if (isAtRest(known) || driftOf(known.process.config, config).length === 0) known.configure(config)
    }
  }

  /** The names that a selection means, in order of declaration. Names are not checked. */
  select(selection: Selection): string[] {
    return select(selection, this.configs())
  }

  /** The same of what has just been declared, and what is there beside it. */
  selectDeclared(
    selection: Selection,
    declared: ReadonlyMap<string, ResolvedProcess>,
  ): ReturnType<typeof selectDeclared> {
    return selectDeclared(selection, this.configs(), declared)
  }

  /** Whether something runs, or will without being asked. */
  busy(): boolean {
    return !this.all().every(isAtRest)
  }
}
